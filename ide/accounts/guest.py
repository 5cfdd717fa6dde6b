"""Guests: short-lived users without a password, and their end."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ide.database import take_turns
from ide.exceptions import Forbidden, Refused
from ide.models import Arrival, Token, User, Workspace

COUNTED = timedelta(hours=1)


def make(address: str) -> tuple[User, str]:
    """A new guest and the secret of its token. Raises Forbidden or Refused."""
    if not settings.GUESTS:
        raise Forbidden("Guests are not allowed here. Sign up or sign in.")
    digest = salted_hmac("guest address", address).hexdigest()
    with transaction.atomic():
        take_turns(f"guests of {digest}")
        _check_rate(digest)
        Arrival.objects.create(address_digest=digest)
        guest = User(
            username=f"guest-{secrets.token_hex(8)}",
            is_guest=True,
            expires_at=timezone.now() + timedelta(hours=settings.GUEST_HOURS),
        )
        guest.set_unusable_password()
        guest.save()
        _, secret = Token.issue(guest, "guest")
    return guest, secret


def expire() -> list[str]:
    """Delete guests whose time is over, with all that is theirs; returns the sessions to end."""
    over = User.objects.filter(is_guest=True, expires_at__lte=timezone.now())
    Arrival.objects.filter(at__lte=timezone.now() - COUNTED).delete()
    sessions = [key.hex for key in Workspace.objects.filter(user__in=over).values_list("pk", flat=True)]
    over.delete()
    return sessions


def _check_rate(digest: str) -> None:
    came = Arrival.objects.filter(address_digest=digest, at__gt=timezone.now() - COUNTED).count()
    if came >= settings.GUESTS_PER_HOUR:
        sentence = (
            f"From your address {settings.GUESTS_PER_HOUR} guests came within an hour. Sign up, or wait."
        )
        raise Refused(sentence, "guests_per_hour", settings.GUESTS_PER_HOUR, 600)
