"""Runs: who ran what, how it ended, and what it cost."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ide.models import fields
from ide.models.people import User
from ide.models.pool import Host
from ide.models.workspaces import Workspace
from sandbox.messages import Finished, to_wire


class Run(models.Model):
    """One execution of a program. `outcome` is empty until its one final state is written."""

    class Mode(models.TextChoices):
        INTERPRET = "interpret"
        COMPILE = "compile"
        REPL = "repl"
        TEST = "test"
        CHECK = "check"
        DEBUG = "debug"

    class Outcome(models.TextChoices):
        EXITED = "exited", "exited"
        SIGNALLED = "signalled", "ended by a signal"
        COMPILE_FAILED = "compile_failed", "did not compile"
        TIMED_OUT = "timed_out", "stopped by a time limit"
        OUT_OF_MEMORY = "out_of_memory", "out of memory"
        OUTPUT_LIMIT = "output_limit", "printed too much"
        STOPPED = "stopped", "stopped by the user"
        HOST_LOST = "host_lost", "machine lost"
        INTERNAL_ERROR = "internal_error", "our fault"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="runs")
    workspace = models.ForeignKey(
        Workspace, on_delete=models.SET_NULL, null=True, blank=True, related_name="runs"
    )
    session_id = models.CharField(max_length=64, db_index=True)
    request_id = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001  (NULLs are never equal)
    toolchain_name = models.CharField("toolchain", max_length=64)
    toolchain_digest = models.CharField(max_length=200)
    mode = models.CharField(max_length=10, choices=Mode.choices)
    entry = models.CharField(max_length=255, blank=True)
    start = fields.JSONField(default=dict, editable=False)  # the message that starts it, to be sent again

    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    host = models.ForeignKey(Host, on_delete=models.SET_NULL, null=True, blank=True, related_name="runs")

    outcome = models.CharField(max_length=16, choices=Outcome.choices, null=True, blank=True)  # noqa: DJ001
    phase = models.CharField(max_length=8, blank=True)
    exit_code = models.PositiveSmallIntegerField(null=True, blank=True)
    signal = models.CharField(max_length=16, blank=True)
    reason = fields.TextField(blank=True)
    diagnostics = fields.JSONField(default=list, blank=True)
    queued_seconds = models.FloatField(default=0.0)
    compile_seconds = models.FloatField(default=0.0)
    run_seconds = models.FloatField(default=0.0)
    cpu_seconds = models.FloatField("CPU seconds", default=0.0)
    peak_memory_bytes = models.BigIntegerField("peak memory", default=0)
    counted = models.BooleanField(default=True, help_text="Not when it was our fault: then nobody pays.")
    metered_seconds = models.FloatField("CPU by the engine", default=0.0)
    charged_seconds = models.FloatField("CPU charged", default=0.0)

    stdout = fields.TextField(blank=True)
    stderr = fields.TextField(blank=True)
    stdout_bytes = models.BigIntegerField(default=0)
    stderr_bytes = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["user", "-created_at"]),
            models.Index(fields=["outcome", "created_at"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "request_id"], name="one_run_a_request"),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True, ended_at__isnull=True)
                | Q(outcome__isnull=False, ended_at__isnull=False),
                name="run_ended_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.id.hex[:8]}"

    @property
    def run_id(self) -> str:
        return self.id.hex

    @property
    def is_aside(self) -> bool:
        """It has an unnamed session of its own."""
        return self.workspace_id is None or self.session_id != self.workspace_id.hex

    @property
    def state(self) -> str:
        if self.outcome:
            return "finished"
        return "running" if self.started_at else "accepted"

    @classmethod
    def finish(cls, run_id: str, finished: Finished, at: datetime, **output: Any) -> bool:
        """Write the one final state; False when the run has one already (or is gone)."""
        changed = cls.objects.filter(pk=run_id, outcome=None).update(
            outcome=finished.outcome,
            ended_at=at,
            phase=finished.phase or "",
            exit_code=finished.exit_code,
            signal=finished.signal or "",
            reason=finished.reason or "",
            diagnostics=[to_wire(each) for each in finished.diagnostics],
            queued_seconds=finished.timings.queued_seconds,
            compile_seconds=finished.timings.compile_seconds,
            run_seconds=finished.timings.run_seconds,
            cpu_seconds=finished.usage.cpu_seconds,
            peak_memory_bytes=finished.usage.peak_memory_bytes,
            **output,
        )
        return changed == 1


class Meter(models.Model):
    """CPU that a container has used in all, as last charged: the next record charges the difference."""

    container = models.CharField(max_length=80, primary_key=True)
    cpu_seconds = models.FloatField(default=0.0)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.container


class IdempotencyKey(models.Model):
    """Binds a caller's key to one one-shot run and, when it has ended, to its answer."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="idempotency_keys")
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="idempotency_key")
    answer = fields.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_run_an_idempotency_key")]

    def __str__(self) -> str:
        return self.key
