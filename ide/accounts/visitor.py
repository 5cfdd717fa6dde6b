"""Who looks at a page."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from ide.models import User


def visitor(request: HttpRequest) -> User | None:
    """The signed-in user if they may act."""
    user = request.user
    return user if isinstance(user, User) and user.may_act() else None


class Expiry:
    """An expired guest is nobody: signed out as if the session had ended."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        known, aknown = request.user, request.auser
        request.user = cast("User", SimpleLazyObject(lambda: _unless_over(known)))

        async def auser() -> User | AnonymousUser:
            return _unless_over(await aknown())

        request.auser = auser
        answer: HttpResponseBase | Awaitable[HttpResponseBase] = self.get_response(request)
        return answer


def _unless_over(user: Any) -> User | AnonymousUser:
    return user if not user.is_authenticated or user.may_act() else AnonymousUser()
