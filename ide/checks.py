"""System checks: settings that are unsafe say so, with a hint what to do."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register

LOCAL = {"127.0.0.1", "localhost", "[::1]", "testserver"}
SHORTEST_KEY = 32


def _is_local() -> bool:
    return set(settings.ALLOWED_HOSTS) <= LOCAL


@register
def secret_key(**_: Any) -> list[CheckMessage]:
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_KEY or len(set(key)) < 8:
        hint = (
            "Set SECRET_KEY_FILE to a file with 50 random characters, or leave it out: one is made and kept."
        )
        return [Error("SECRET_KEY is short enough to be guessed.", hint=hint, id="ide.E001")]
    return []


@register
def debug(**_: Any) -> list[CheckMessage]:
    if settings.DEBUG and not _is_local():
        hint = "Unset DEBUG: its error pages show settings and source to every visitor."
        return [Error("DEBUG is on for hosts other than this machine.", hint=hint, id="ide.E002")]
    return []


@register
def hosts(**_: Any) -> list[CheckMessage]:
    if "*" in settings.ALLOWED_HOSTS:
        hint = "List the names under which the service is reached in ALLOWED_HOSTS."
        return [Error("ALLOWED_HOSTS allows every name.", hint=hint, id="ide.E003")]
    return []


@register
def https(**_: Any) -> list[CheckMessage]:
    if not settings.HTTPS and not _is_local():
        hint = "Put a proxy with TLS in front that sets X-Forwarded-Proto, and set HTTPS=1."
        return [
            checks.Warning("Passwords and cookies cross the network unencrypted.", hint=hint, id="ide.W001")
        ]
    return []


@register
def database(**_: Any) -> list[CheckMessage]:
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") and not _is_local():
        hint = "Set DATABASE_URL to a PostgreSQL database: SQLite lets one process write at a time."
        return [checks.Warning("SQLite serves hosts other than this machine.", hint=hint, id="ide.W002")]
    return []


@register
def guests(**_: Any) -> list[CheckMessage]:
    if settings.GUESTS and not 1 <= settings.GUEST_HOURS <= 24 * 30:
        hint = "Set GUEST_HOURS to between 1 and 720."
        return [Error("Guests would live for no time, or for ever.", hint=hint, id="ide.E004")]
    return []
