"""Who looks at a page."""

from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from ide.layer import Layer
from ide.models import User


def visitor(request: HttpRequest) -> User | None:
    """The signed-in user if they may act."""
    user = request.user
    return user if isinstance(user, User) and user.may_act() else None


class Expiry(Layer):
    """An expired guest is nobody: signed out as if the session had ended."""

    def before(self, request: HttpRequest) -> None:
        known, aknown = request.user, request.auser
        request.user = cast("User", SimpleLazyObject(lambda: _unless_over(known)))

        async def auser() -> User | AnonymousUser:
            return _unless_over(await aknown())

        request.auser = auser


def _unless_over(user: Any) -> User | AnonymousUser:
    return user if not user.is_authenticated or user.may_act() else AnonymousUser()
