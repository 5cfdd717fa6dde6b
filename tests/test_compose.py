"""What docker-compose.yml starts is there, and nothing in it holds more than its part needs."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if each["image"] == "haskell-ide/service"}
OF_THE_SERVICE = {"database-url", "secret-key"}


def test_who_reaches_an_engine_knows_neither_database_nor_secret_key() -> None:
    near_an_engine = {name for name, each in SERVICES.items() if "docker.sock" in str(each.get("volumes"))}
    assert near_an_engine == {"worker", "keeper", "builder", "toolchains"}
    for name in near_an_engine:
        assert OF_THE_SERVICE.isdisjoint(SERVICES[name]["secrets"])
        assert {"front", "database"}.isdisjoint(SERVICES[name]["networks"])
    for name in SERVICES.keys() - near_an_engine:
        assert "hosts" not in SERVICES[name]["networks"]


def test_what_is_ours_runs_without_rights_on_a_read_only_root() -> None:
    for each in OURS.values():
        assert each["read_only"] is True
        assert each["cap_drop"] == ["ALL"]
        assert each["security_opt"] == ["no-new-privileges:true"]
    assert (ROOT / "ide" / "Dockerfile").read_text().count("\nUSER ide\n") == 1


def test_every_secret_is_a_file_that_somebody_made() -> None:
    assert all(each["file"] == f"./secrets/{name}" for name, each in COMPOSE["secrets"].items())
    given = [
        f"{key}={value}"
        for each in SERVICES.values()
        for key, value in each.get("environment", {}).items()
        if value is not None
    ]
    assert not [one for one in given if re.match(r"\w*(KEY|PASSWORD|TOKEN|URL)=", one)]


@pytest.mark.parametrize("name", OURS)
def test_what_is_started_is_there(name: str) -> None:
    match OURS[name].get("command", ["python", "-m", "ide.server"]):
        case ["python", "-m", module, *_]:
            assert importlib.util.find_spec(module)
        case ["python", "manage.py", command, *_]:
            assert command in get_commands()
        case ["sh", "-c", line]:
            module = re.search(r"celery -A (\S+)", line)
            assert module
            assert importlib.util.find_spec(module[1])
        case other:
            pytest.fail(f"an unknown way to start: {other}")


# Of development, of a client, or said by the compose file itself.
OF_NO_SERVICE = {"PORT", "DEBUG", "DOCKER_HOST", "HASKELL_IDE_TOKEN", "SANDBOX_CREDENTIALS"}
PROXIES = {"http_proxy", "https_proxy", "no_proxy"}


def test_it_gives_every_setting_of_the_readme_and_no_others() -> None:
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE))
    given = {key.removesuffix("_FILE") for each in OURS.values() for key in each["environment"]}
    of_tests = {each for each in listed if each.startswith("TEST_")}
    assert given - PROXIES == listed - OF_NO_SERVICE - of_tests


def test_the_page_is_asked_for_its_health_under_a_name_that_it_has() -> None:
    web = SERVICES["web"]
    asked = re.search(r"http://([^:/]+):8000/healthz", " ".join(web["healthcheck"]["test"]))
    assert asked
    assert asked[1] in web["environment"]["ALLOWED_HOSTS"].split(",")
