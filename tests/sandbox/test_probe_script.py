"""The script of the probe, on made-up machines and on this one."""

import json
from pathlib import Path

import msgspec
import pytest

from sandbox.engine import probe_script
from sandbox.pool.readings import Line

CONTAINER = "c" * 64


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(probe_script, "GROUPS", str(tmp_path))
    return tmp_path


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)


@pytest.mark.parametrize("place", [f"docker/{CONTAINER}", f"sandboxes.slice/docker-{CONTAINER}.scope"])
def test_version_2_of_control_groups_is_read(groups: Path, place: str) -> None:
    (groups / "cgroup.controllers").touch()
    write(
        groups / place,
        cpu__stat="usage_usec 1500\nuser_usec 1000\n",
        memory__current="5000\n",
        memory__stat="anon 1\ninactive_file 1000\n",
    )
    assert probe_script.containers() == {CONTAINER: [1_500_000, 4000]}


@pytest.mark.parametrize("place", [f"docker/{CONTAINER}", f"sandboxes/{CONTAINER}"])
def test_version_1_of_control_groups_is_read(groups: Path, place: str) -> None:
    write(groups / "cpuacct" / place, cpuacct__usage="1500000\n")
    write(
        groups / "memory" / place,
        memory__usage_in_bytes="5000\n",
        memory__stat="cache 1\ntotal_inactive_file 1000\n",
    )
    assert probe_script.containers() == {CONTAINER: [1_500_000, 4000]}


def test_a_container_that_just_ended_is_nothing(groups: Path) -> None:
    (groups / "cgroup.controllers").touch()
    write(groups / "docker" / CONTAINER)
    assert probe_script.containers() == {CONTAINER: [0, 0]}


def test_the_script_says_what_is_read() -> None:
    decoded = msgspec.json.decode(json.dumps(probe_script.figures()).encode(), type=Line)
    assert decoded.memory_bytes > decoded.memory_available_bytes > 0
