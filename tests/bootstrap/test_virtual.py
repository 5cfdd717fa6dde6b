"""The virtual machine's system is made once, and anew where it would be another one."""

import os
from pathlib import Path

import pytest
from bootstrap import steps, virtual
from bootstrap.steps import Stop

MAKES = """#!/bin/sh
for last; do :; done
echo "$*" >> "$last"
"""


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it goes; `mmdebstrap` is a script."""
    script = tmp_path / "bin/mmdebstrap"
    script.parent.mkdir()
    script.write_text(MAKES)
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(steps, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(virtual, "as_root", list)
    monkeypatch.setattr(virtual, "SYSTEM", tmp_path / "build/system.tar")
    return tmp_path / "build/system.tar"


def test_it_is_made_once_with_what_a_host_needs(system: Path) -> None:
    virtual.system()
    virtual.system()
    [made] = system.read_text().splitlines()
    assert "docker.io" in made
    assert "nftables" in made


def test_other_packages_make_another_one(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    virtual.system()
    monkeypatch.setattr(virtual, "PACKAGES", (*virtual.PACKAGES, "runsc"))
    virtual.system()
    assert len(system.read_text().splitlines()) == 2


def test_one_that_can_not_be_made_stops_and_is_tried_again(system: Path, tmp_path: Path) -> None:
    script = tmp_path / "bin/mmdebstrap"
    script.write_text("#!/bin/sh\necho no mirror; exit 1\n")
    with pytest.raises(Stop, match="no mirror"):
        virtual.system()
    script.write_text(MAKES)
    virtual.system()
    assert system.exists()
