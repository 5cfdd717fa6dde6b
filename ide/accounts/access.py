"""Who is asking, and which workspace is theirs."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from ide.exceptions import NotFound
from ide.models import Token, User, Workspace

TOUCH_EVERY = timedelta(minutes=1)


def user_of_token(secret: str) -> User | None:
    """The token's user if they may act."""
    token = Token.objects.select_related("user__plan").filter(digest=Token.digest_of(secret)).first()
    if token is None or not token.user.may_act():
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > TOUCH_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user


def user_of_session(session_key: str) -> User | None:
    """The user whom the session cookie signed in, if they may act."""
    request = cast("Any", SimpleNamespace(session=SessionStore(session_key)))
    user = get_user(request)
    return user if isinstance(user, User) and user.may_act() else None


def user_of_headers(authorization: str | None, session_key: str | None) -> User | None:
    """As a WebSocket's handshake says it: with an Authorization header the cookie is ignored."""
    if authorization is not None:
        secret = bearer(authorization)
        return user_of_token(secret) if secret else None
    return user_of_session(session_key) if session_key else None


def bearer(authorization: str) -> str | None:
    """`Bearer <token>` → the token."""
    scheme, _, secret = authorization.partition(" ")
    return secret.strip() or None if scheme.lower() == "bearer" else None


def workspace_of(user: User, workspace_id: str) -> Workspace:
    """The user's workspace; NotFound for everybody else's, as if it were not there."""
    found = None
    if as_uuid(workspace_id):
        found = (
            Workspace.objects.select_related("toolchain", "user__plan")
            .defer("toolchain__packages")
            .filter(user=user, pk=workspace_id)
            .first()
        )
    if found is None:
        raise NotFound("There is no such workspace among yours.")
    return found


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
