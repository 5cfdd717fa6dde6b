"""What docker-compose.yml gives to whom."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.engine import profile
from sandbox.limits import ContainerLimits

ROOT = Path(__file__).parents[2]
DJANGO = ("web", "recorder", "migrate")
SANDBOX = ("worker", "keeper", "toolchains", "builder")


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return read


def _mounts_the_engine(service: dict[str, Any]) -> bool:
    return any("docker.sock" in volume for volume in service.get("volumes", []))


@pytest.mark.parametrize("name", SANDBOX)
def test_what_touches_hostile_code_has_neither_database_nor_secret_key(
    composed: dict[str, Any], name: str
) -> None:
    service = composed["services"][name]
    assert service["secrets"] == ["redis-url"]
    assert "database" not in service["networks"]
    assert not {"DATABASE_URL", "SECRET_KEY", "DATABASE_URL_FILE", "SECRET_KEY_FILE"} & set(
        service["environment"]
    )


@pytest.mark.parametrize("name", DJANGO)
def test_what_faces_people_has_no_way_to_an_engine(composed: dict[str, Any], name: str) -> None:
    service = composed["services"][name]
    assert not _mounts_the_engine(service)
    assert "hosts" not in service["networks"]


def test_only_what_needs_the_engine_gets_it(composed: dict[str, Any]) -> None:
    services = composed["services"]
    assert {name for name, service in services.items() if _mounts_the_engine(service)} == set(SANDBOX)


def test_every_secret_is_a_file_and_none_has_a_value(composed: dict[str, Any]) -> None:
    assert all(secret["file"].startswith("./secrets/") for secret in composed["secrets"].values())
    for service in composed["services"].values():
        for name, value in service.get("environment", {}).items():
            if any(word in name for word in ("SECRET", "PASSWORD", "DATABASE_URL", "REDIS_URL")):
                assert str(value).startswith("/run/secrets/"), name


@pytest.mark.parametrize("name", [*DJANGO, *SANDBOX])
def test_our_own_processes_run_without_privileges(composed: dict[str, Any], name: str) -> None:
    service = composed["services"][name]
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_the_web_is_reached_from_outside_and_only_through_a_proxy(composed: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in composed["services"].items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_redis_is_reached_from_other_machines_by_tls_and_certificates_alone(
    composed: dict[str, Any],
) -> None:
    other = yaml.safe_load((ROOT / "deploy" / "redis-tls.yml").read_text())["services"]["redis"]
    command = other["command"][-1]
    assert [port.rpartition("}:")[2] for port in other["ports"]] == ["6380:6380"]
    assert "--tls-auth-clients yes" in command
    own = composed["services"]["redis"]["command"][-1]
    assert command.startswith(own), "as it runs without"
    assert set(composed["services"]["redis"]["networks"]) < set(other["networks"])


def test_what_serves_people_goes_before_all_sandboxes_of_its_machine(composed: dict[str, Any]) -> None:
    sandbox = profile.updates(ContainerLimits())["CpuShares"]
    for name, service in composed["services"].items():
        assert service["cpu_shares"] > 4 * sandbox, name
