"""The hosts and toolchains that the pool is told of."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ide.models import fields
from sandbox.messages import HostEntry

MOST_CPUS = 4096  # of one machine


class Host(models.Model):
    """A virtual machine with a Docker Engine."""

    class Runtime(models.TextChoices):
        RUNC = "runc", "runc"
        RUNSC = "runsc", "gVisor (runsc)"

    name = models.SlugField(max_length=40, unique=True)
    address = models.CharField(max_length=200, help_text="unix:///run/docker.sock or tcp://10.0.0.5:2376")
    credentials = models.CharField(
        max_length=400,
        blank=True,
        help_text="Name of a folder with ca.pem, cert.pem, key.pem that only workers and keepers can read.",
    )
    runtime = models.CharField(max_length=8, choices=Runtime.choices, default=Runtime.RUNC)
    cpus = models.FloatField(
        "CPUs",
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(MOST_CPUS)],
        help_text="At most so many are used; 0: all.",
    )
    memory_bytes = models.PositiveBigIntegerField(
        "memory", default=0, help_text="At most so much is used; 0: all."
    )
    cordoned = models.BooleanField(default=False, help_text="Takes no new sessions.")
    draining = models.BooleanField(default=False, help_text="Its sessions move away.")
    enabled = models.BooleanField(default=True)
    engine = models.CharField(max_length=400, blank=True, editable=False, help_text="The engine's own id.")
    report = fields.JSONField(default=list, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """An address that no machine has is refused, whether or not the host is to be used at once."""
        entry = HostEntry(self.name, self.address, self.credentials)
        if self.name and entry.address_fault:
            raise ValidationError({"address": entry.address_fault})


class Toolchain(models.Model):
    """An image by digest: one GHC, one package set. A newer image of a name takes the older one's place."""

    name = models.CharField(max_length=64)
    digest = models.CharField(max_length=200, unique=True)
    image = models.CharField(
        max_length=400, help_text="What engines know it by where no registry gives digests."
    )
    ghc = models.CharField("GHC", max_length=40)
    packages = models.JSONField(default=dict, blank=True, help_text="Package name → version.")
    enabled = models.BooleanField(default=True)
    arriving = models.BooleanField(
        default=False,
        help_text="On its way to the hosts; it takes its older version's place when all have it.",
    )
    is_default = models.BooleanField("default", default=False)
    warm = models.BooleanField("kept warm", default=True)
    profiles = models.CharField(
        "profiles programs of",
        max_length=64,
        blank=True,
        help_text="The toolchain of which this is the profiling variant; nobody chooses it.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["name", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(enabled=True), name="one_enabled_toolchain_a_name"
            ),
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_toolchain"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """In one word."""
        if self.is_default:
            return "default"
        return "enabled" if self.enabled else "arriving" if self.arriving else "retired"

    @classmethod
    def offered(cls) -> "models.QuerySet[Toolchain]":
        """Those that users choose among."""
        return cls.objects.filter(enabled=True, profiles="")


class ToolchainModules(models.Model):
    """Which package each module of a toolchain is of: much, so it is apart from what is read everywhere."""

    toolchain = models.OneToOneField(
        Toolchain, on_delete=models.CASCADE, primary_key=True, related_name="modules"
    )
    packages = models.JSONField(default=dict, help_text="Module → package name.")

    def __str__(self) -> str:
        return f"of {self.toolchain}"
