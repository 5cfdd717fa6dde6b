"""Who calls the API: a program by its token, else a browser by its cookie and CSRF token."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from ide.accounts.access import bearer, user_of_token
from ide.database import in_database
from ide.exceptions import Forbidden, Unauthorized
from ide.models import User

SAFE = {"GET", "HEAD", "OPTIONS"}


class Check(CsrfViewMiddleware):
    """Django's own check, without its page."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(status=403)


class SignedIn:
    """Ninja calls it before each view and keeps what it returns as `request.auth`."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    async def __call__(self, request: HttpRequest) -> User:
        user = await caller(request)
        if user is None:
            raise Unauthorized("Sign in, or send a token as “Authorization: Bearer …”.")
        return user


signed_in = SignedIn()


async def caller(request: HttpRequest) -> User | None:
    """The user who asks; with an Authorization header the cookie is ignored."""
    authorization = request.headers.get("Authorization")
    if authorization is not None:
        secret = bearer(authorization)
        user = await in_database(user_of_token, secret) if secret else None
        if user is None:
            raise Unauthorized("The token is not valid (any more). Make another one on your account page.")
        return user
    visitor = await request.auser()
    if not isinstance(visitor, User) or not visitor.may_act():
        return None
    check_origin(request)
    return visitor


def check_origin(request: HttpRequest) -> None:
    """Raises Forbidden for a write that a page of another origin may have made."""
    if request.method in SAFE:
        return
    check = Check(lambda _: HttpResponse())
    request.csrf_processing_done = False  # type: ignore[attr-defined]
    check.process_request(request)
    if check.process_view(request, lambda *_: HttpResponse(), (), {}):
        raise Forbidden("The CSRF token is missing or wrong: reload the page and try again.", "X-CSRFToken")


def user_of(request: HttpRequest) -> User:
    """Whom `signed_in` found."""
    return cast("User", cast("Any", request).auth)
