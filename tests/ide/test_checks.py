from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from ide import checks

Check = Callable[..., list[Any]]


def test_the_defaults_of_a_laptop_are_safe() -> None:
    for check in (
        checks.secret_key,
        checks.debug,
        checks.hosts,
        checks.https,
        checks.database,
        checks.guests,
    ):
        assert check() == []


@pytest.mark.parametrize(
    ("check", "values", "number"),
    [
        (checks.secret_key, {"SECRET_KEY": "secret"}, "ide.E001"),
        (checks.secret_key, {"SECRET_KEY": "a" * 60}, "ide.E001"),
        (checks.debug, {"DEBUG": True, "ALLOWED_HOSTS": ["ide.example"]}, "ide.E002"),
        (checks.hosts, {"ALLOWED_HOSTS": ["*"]}, "ide.E003"),
        (checks.https, {"HTTPS": False, "ALLOWED_HOSTS": ["ide.example"]}, "ide.W001"),
        (
            checks.database,
            {
                "ALLOWED_HOSTS": ["ide.example"],
                "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}},
            },
            "ide.W002",
        ),
        (checks.guests, {"GUESTS": True, "GUEST_HOURS": 0}, "ide.E004"),
    ],
)
def test_an_unsafe_setting_is_said_with_a_hint(
    settings: Settings, check: Check, values: dict[str, Any], number: str
) -> None:
    overridden = dict(values)
    databases = overridden.pop("DATABASES", None)
    for name, value in overridden.items():
        setattr(settings, name, value)
    found = check() if databases is None else _with_databases(check, databases)
    assert [message.id for message in found] == [number]
    assert found[0].hint


def _with_databases(check: Check, databases: dict[str, Any]) -> list[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ide.checks.settings.DATABASES", databases)
        return check()


def test_https_with_postgresql_is_fine_for_the_world(settings: Settings) -> None:
    settings.ALLOWED_HOSTS, settings.HTTPS = ["ide.example"], True
    assert checks.https() == checks.hosts() == checks.debug() == []
