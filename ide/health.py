"""For whoever watches the service: is it up, is it usable, and how much it does."""

import hmac
import time

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from ide.accounts.access import bearer
from ide.database import in_database
from ide.door import door
from ide.metrics import exposition
from ide.pool import has_usable_host

LOCAL = {"127.0.0.1", "::1", None}
FORWARDED = ("X-Forwarded-For", "X-Real-IP")  # by a proxy, or by somebody who names an address


async def healthz(request: HttpRequest) -> HttpResponse:
    """The process is up."""
    return HttpResponse("ok\n", content_type="text/plain")


async def readyz(request: HttpRequest) -> JsonResponse:
    """Database, Redis, workers and at least one host are usable; each part says how it is."""
    parts = {"database": await _database(), **await _sandbox()}
    ready = all(state == "ok" for state in parts.values())
    answer = JsonResponse(parts, status=200 if ready else 503)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # Django: as a fault of ours, at each question
    return answer


async def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text; for this machine, or with the token of the settings."""
    if not _may_read(request):
        return HttpResponse(
            "Set METRICS_TOKEN and send it as a bearer token.\n", status=403, content_type="text/plain"
        )
    return HttpResponse(await exposition(), content_type=CONTENT_TYPE_LATEST)


async def _database() -> str:
    try:
        await in_database(_ask)
    except Exception as error:
        return type(error).__name__
    return "ok"


def _ask() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


async def _sandbox() -> dict[str, str]:
    try:
        usable, attendance = await has_usable_host(), await door().attendance()
    except Exception as error:
        return {"redis": type(error).__name__, "hosts": "unknown", "workers": "unknown"}
    return {
        "redis": "ok",
        "hosts": "ok" if usable else "none is usable",
        "workers": attendance.fault(time.time()) or "ok",
    }


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = bearer(request.headers.get("Authorization", "")) or ""
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    is_passed_on = any(name in request.headers for name in FORWARDED)
    return request.META.get("REMOTE_ADDR") in LOCAL and not is_passed_on
