"""Workspaces, their files, the live sandbox behind each, and frozen copies."""

import hashlib
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ide.models import fields
from ide.models.people import User
from ide.models.pool import Host, Toolchain
from sandbox.limits import PATH_BYTES


class Workspace(models.Model):
    """A user's files, with a toolchain and options. Its id is its session's id, too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="workspaces")
    name = models.CharField(max_length=120)
    toolchain = models.ForeignKey(Toolchain, on_delete=models.PROTECT, related_name="workspaces")
    options = fields.JSONField(default=dict, blank=True, help_text="entry, optimization, args")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def session_id(self) -> str:
        return self.id.hex


class File(models.Model):
    """One tracked file. The strong ETag of a file is its hash in quotes."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=PATH_BYTES)
    sha256 = models.CharField(max_length=64, db_index=True, editable=False)
    size = models.PositiveIntegerField("bytes", editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    text = models.TextField(blank=True)  # last, so that SQLite finds the others without walking through it

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["workspace", "path"], name="one_file_a_path")]
        indexes = [models.Index(fields=["workspace", "size"])]

    def __str__(self) -> str:
        return self.path

    def put(self, text: str) -> None:
        """Take the text, with its hash and size; not saved yet."""
        data = text.encode()
        self.text, self.size = text, len(data)
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.updated_at = timezone.now()

    @property
    def etag(self) -> str:
        return f'"{self.sha256}"'


class Overlay(models.Model):
    """The bounded archive of what programs wrote beside tracked files, kept while a session hibernates."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="overlay")
    sha256 = models.CharField(max_length=64, db_index=True)
    data = models.BinaryField()
    left_out = fields.JSONField(
        null=True, blank=True, help_text="what had no room in it, as in session/status"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"of {self.workspace}"


class Session(models.Model):
    """The live sandbox behind a workspace, as last told. One that is live counts in its user's quota."""

    class State(models.TextChoices):
        WAITING = "waiting"
        STARTING = "starting"
        READY = "ready"
        MOVED = "moved"
        HIBERNATED = "hibernated"
        LOST = "lost"
        ENDED = "ended"

    LIVE = [State.WAITING, State.STARTING, State.READY, State.MOVED]

    workspace = models.OneToOneField(
        Workspace, on_delete=models.CASCADE, related_name="session", primary_key=True
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    state = models.CharField(max_length=12, choices=State.choices, default=State.STARTING)
    host = models.ForeignKey(Host, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions")
    opened_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-changed_at"]
        indexes = [models.Index(fields=["user", "state"])]

    def __str__(self) -> str:
        return f"of {self.workspace}"


class Share(models.Model):
    """A frozen copy of a workspace: files, toolchain by digest, options."""

    slug = models.SlugField(max_length=32, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="shares")
    workspace = models.ForeignKey(
        Workspace, on_delete=models.SET_NULL, null=True, blank=True, related_name="shares"
    )
    name = models.CharField(max_length=120)
    toolchain_name = models.CharField(max_length=64)
    toolchain_digest = models.CharField(max_length=200)
    options = fields.JSONField(default=dict, blank=True)
    files = fields.JSONField(default=dict)
    size = models.PositiveIntegerField("bytes")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.CheckConstraint(condition=~Q(slug=""), name="share_has_a_slug")]

    def __str__(self) -> str:
        return f"{self.name} ({self.slug})"
