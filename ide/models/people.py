"""Users, guests among them, and the tokens that their programs hold."""

import hashlib
import secrets
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone

TOKEN_PREFIX = "hs_"  # noqa: S105  (makes a leaked token recognisable)


class User(AbstractUser):
    """A person with an account, or a guest until `expires_at`. Suspended means `is_active` is false."""

    is_guest = models.BooleanField("guest", default=False)
    expires_at = models.DateTimeField("guest until", null=True, blank=True, db_index=True)
    plan = models.ForeignKey(
        "ide.Plan",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="users",
        help_text="Empty: the plan for guests or the one for everybody.",
    )

    def __str__(self) -> str:
        return "Guest" if self.is_guest else self.username

    @property
    def owner_id(self) -> str:
        """The opaque id under which the sandbox knows the user."""
        return f"u{self.pk}"

    def may_act(self, now: datetime | None = None) -> bool:
        """Neither suspended nor an expired guest."""
        return self.is_active and (self.expires_at is None or self.expires_at > (now or timezone.now()))


class Arrival(models.Model):
    """A guest came from an address. It counts for an hour, also when that guest has an account or is gone."""

    address_digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["address_digest", "at"])]

    def __str__(self) -> str:
        return f"at {self.at}"


class Token(models.Model):
    """What a program shows instead of a password. Only its digest is kept: 256 random bits need no salt."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=12, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @staticmethod
    def digest_of(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()

    @classmethod
    def issue(cls, user: User, name: str) -> tuple["Token", str]:
        """A new token and its secret, which nobody can show again."""
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        token = cls.objects.create(user=user, name=name, digest=cls.digest_of(secret), hint=secret[:7])
        return token, secret
