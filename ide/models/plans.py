"""Plans, what overrides them, and what was used.

A quota is a field of `Plan`; `PlanOverride` has the same fields, empty where the plan holds.
"""

from datetime import datetime

from django.contrib.auth.models import Group
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ide.models.people import User
from sandbox import limits

RUN = limits.RunLimits()
CONTAINER = limits.ContainerLimits()


def whole(name: str, default: int, low: int, high: int, text: str = "") -> "models.BigIntegerField[int, int]":
    checks = [MinValueValidator(low), MaxValueValidator(high)]
    return models.BigIntegerField(name, default=default, validators=checks, help_text=text)


def real(
    name: str, default: float, low: float, high: float, text: str = ""
) -> "models.FloatField[float, float]":
    checks = [MinValueValidator(low), MaxValueValidator(high)]
    return models.FloatField(name, default=default, validators=checks, help_text=text)


class Plan(models.Model):
    """What one user may use."""

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", "everybody with an account"
        GUESTS = "guests", "guests"
        ASSIGNED = "assigned", "those it is given to"

    name = models.CharField(max_length=60, unique=True)
    audience = models.CharField("for", max_length=12, choices=Audience.choices, default=Audience.ASSIGNED)

    sessions = whole("sessions at once", 3, 0, 1000, "Workspaces with a live sandbox.")
    runs = whole("runs at once", 5, 0, 1000)
    runs_per_minute = whole("runs a minute", 60, 0, 100_000)
    cpu_seconds_per_day = real("CPU seconds a day", 3600, 0, 1e7)
    memory_bytes = whole(
        "memory", CONTAINER.memory_bytes, 256 * limits.MIB, 8 * limits.GIB, "Of one container."
    )
    cpus = real("CPUs", CONTAINER.cpus, 0.1, 4.0, "Of one container.")
    disk_bytes = whole(
        "disk", CONTAINER.work_bytes, 16 * limits.MIB, 2 * limits.GIB, "At most ¼ of the memory."
    )
    compile_seconds = real("wall clock of compiling", RUN.compile_seconds, 1, 600, "Seconds.")
    run_seconds = real("wall clock of running", RUN.run_seconds, 1, 3600, "Seconds.")
    test_seconds = real("wall clock of testing", RUN.test_seconds, 1, 3600, "Seconds.")
    repl_idle_seconds = real("a REPL ends when idle for", RUN.idle_seconds, 10, 7200, "Seconds.")
    hibernate_seconds = real("a session sleeps when idle for", limits.HIBERNATE_SECONDS, 30, 7200, "Seconds.")
    queue_weight = real(
        "weight in the queue",
        100,
        1,
        1000,
        "In a full pool twice the weight is served twice as often.",
    )
    output_bytes = whole("output of a run", RUN.output_bytes, limits.KIB, 64 * limits.MIB)
    messages_per_second = real("messages a second", 50, 1, 10_000, "Of one connection.")
    message_burst = whole("messages in a burst", 200, 1, 100_000, "Of one connection.")
    sockets = whole("connections at once", 8, 1, 1000)
    workspaces = whole("workspaces", 50, 0, 100_000)
    stored_bytes = whole(
        "bytes stored",
        64 * limits.MIB,
        0,
        1024 * limits.GIB,
        "All files of all workspaces, shares, and what programs left in sessions that sleep.",
    )
    compile_allowed = models.BooleanField("may compile", default=True, help_text="The optimised build.")
    toolchains = models.ManyToManyField(
        "ide.Toolchain", blank=True, verbose_name="toolchains allowed", help_text="None chosen: all of them."
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["audience"],
                condition=Q(audience__in=["everybody", "guests"]),
                name="one_plan_for_everybody_and_one_for_guests",
                violation_error_message="Another plan is for these users: change that one first.",
            )
        ]

    def __str__(self) -> str:
        return self.name


QUOTAS = {
    field.name: field
    for field in Plan._meta.local_fields
    if isinstance(field, models.FloatField | models.BooleanField)
    or (isinstance(field, models.BigIntegerField) and not field.primary_key)
}


class PlanOverride(models.Model):
    """Different numbers for one user or one group; what is empty stays as the plan says."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="override"
    )
    group = models.OneToOneField(
        Group, on_delete=models.CASCADE, null=True, blank=True, related_name="override"
    )
    note = models.CharField(max_length=200, blank=True, help_text="Why, for the next administrator.")
    toolchains = models.ManyToManyField(
        "ide.Toolchain",
        blank=True,
        verbose_name="toolchains allowed",
        help_text="None chosen: as the plan says.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, group__isnull=True)
                | Q(user__isnull=True, group__isnull=False),
                name="override_of_a_user_or_a_group",
                violation_error_message="Choose a user or a group, not both.",
            )
        ]

    def __str__(self) -> str:
        return f"for {self.user or self.group}"


def _may_be_empty(field: models.Field) -> models.Field:  # type: ignore[type-arg]
    copy = field.clone()
    copy.null = copy.blank = True
    copy.default = None
    return copy


for _name, _field in QUOTAS.items():
    PlanOverride.add_to_class(_name, _may_be_empty(_field))


class Usage(models.Model):
    """What a user used on one day (UTC)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="usages")
    day = models.DateField(db_index=True)
    cpu_seconds = models.FloatField("CPU seconds", default=0.0)
    runs = models.PositiveIntegerField(default=0)
    reset_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "usage"
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_usage_a_user_and_day")]

    def __str__(self) -> str:
        return f"{self.user} on {self.day}"

    @classmethod
    def charge(cls, user_id: int, cpu_seconds: float = 0.0, runs: int = 0) -> None:
        """Add to what the user used today."""
        day = timezone.now().date()
        today = cls.objects.filter(user_id=user_id, day=day)
        more = {"cpu_seconds": models.F("cpu_seconds") + cpu_seconds, "runs": models.F("runs") + runs}
        if not today.update(**more):
            cls.objects.get_or_create(user_id=user_id, day=day)
            today.update(**more)

    @classmethod
    def give_back(cls, user_id: int, at: datetime, cpu_seconds: float) -> None:
        """Take the run of that moment, and its CPU, from what was used, unless that was reset since.

        CPU is charged on the day on which it is told, which for a run over midnight is another one: it is
        taken from the newest days first. Call it in a transaction.
        """
        kept = Q(reset_at=None) | Q(reset_at__lt=at)
        days = cls.objects.select_for_update().filter(kept, user_id=user_id, day__gte=at.date())
        for used in days.order_by("-day"):
            taken = min(used.cpu_seconds, cpu_seconds)
            used.cpu_seconds, cpu_seconds = used.cpu_seconds - taken, cpu_seconds - taken
            if used.day == at.date():
                used.runs = max(used.runs - 1, 0)
            used.save(update_fields=["cpu_seconds", "runs"])
