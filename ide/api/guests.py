"""Guests come in here."""

from datetime import datetime
from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest
from ninja import Router, Status

from ide.accounts import guest
from ide.api.authentication import check_origin
from ide.api.bodies import Out
from ide.database import in_database
from ide.models import User

router = Router(tags=["people"], by_alias=True)

BACKEND = "django.contrib.auth.backends.ModelBackend"


class GuestOut(Out):
    token: str
    expires_at: datetime


@router.post("/guests", response={201: GuestOut}, auth=None, summary="Become a guest")
async def make_guest(request: HttpRequest) -> Status[dict[str, Any]]:
    """Makes a short-lived user and signs the browser in.

    Expiry deletes its workspaces, making an account keeps them.
    """
    if "Origin" in request.headers or request.COOKIES:  # a browser; programs have neither
        check_origin(request)
    user, token = await in_database(_make, request)
    return Status(201, {"token": token, "expires_at": user.expires_at})


def _make(request: HttpRequest) -> tuple[User, str]:
    user, token = guest.make(request.META.get("REMOTE_ADDR", ""))
    login(request, user, backend=BACKEND)
    return user, token
