"""What the machine lacks, and what is said where it can't be installed."""

from pathlib import Path

import pytest
from bootstrap import engine, steps, system
from bootstrap.steps import Stop

NEEDS = {"no-such-program": ("one-package", "another")}


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(steps, "LOGS", tmp_path / "logs")
    return tmp_path / "logs"


def _programs(folder: Path, **scripts: str) -> None:
    for name, script in scripts.items():
        file = folder / name.replace("_", "-")
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)


def test_packages_of_missing_programs_are_missing() -> None:
    assert system.missing({"sh": ("dash",), **NEEDS}) == ["one-package", "another"]


def test_without_root_it_says_exactly_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "as_root", lambda: None)
    with pytest.raises(Stop) as stop:
        system.install(NEEDS)
    command = "apt-get update && apt-get install --yes --no-install-recommends one-package another"
    assert command in str(stop.value)


def test_nothing_missing_asks_for_no_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "as_root", lambda: pytest.fail("asked for root"))
    system.install({"sh": ("dash",)})


def test_an_installation_that_brings_nothing_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _programs(tmp_path, apt_get="exit 0")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(system, "as_root", list)
    with pytest.raises(Stop, match="still not there: one-package another"):
        system.install(NEEDS)


def test_a_failed_installation_shows_what_apt_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _programs(tmp_path, apt_get="echo no such mirror; exit 100")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(system, "as_root", list)
    with pytest.raises(Stop, match=r"no such mirror\n.*failed with code 100"):
        system.install(NEEDS)


@pytest.mark.parametrize("version", ["v18.19.0", "v20.18.9"])
def test_an_old_node_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    _programs(tmp_path, node=f"echo {version}", npm="")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(Stop, match=r"Node 20.19 or newer is needed; this is"):
        system.check_node()


def test_a_stopped_engine_without_root_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setattr(engine, "SOCKET", tmp_path / "none.sock")
    monkeypatch.setattr(engine, "as_root", lambda: None)
    with pytest.raises(Stop, match="The Docker Engine does not run"):
        engine.ensure()
