"""gVisor is fetched once, and where it can't be had everything else goes on."""

import os
from pathlib import Path

import pytest
from bootstrap import gvisor, steps

FETCHES = """#!/bin/sh
echo fetched >> "$FETCHED"
for last; do :; done
cd "$(dirname "$0")/packages" && tar -cf "$last" .
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it goes; `mmdebstrap` is a script in `tmp_path/bin`."""
    packages = tmp_path / "bin/packages/usr/bin"
    packages.mkdir(parents=True)
    (packages / "runsc").write_text("#!/bin/sh\necho gVisor\n")
    monkeypatch.setenv("FETCHED", str(tmp_path / "fetched"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr(steps, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(gvisor, "as_root", list)
    monkeypatch.setattr(gvisor, "PROGRAM", tmp_path / "build/runsc")
    return tmp_path / "build/runsc"


def debootstrapping(tmp_path: Path, text: str) -> None:
    script = tmp_path / "bin/mmdebstrap"
    script.write_text(text)
    script.chmod(0o755)


def test_it_is_fetched_once_and_can_be_run(program: Path, tmp_path: Path) -> None:
    debootstrapping(tmp_path, FETCHES)
    gvisor.runtime()
    gvisor.runtime()
    assert (tmp_path / "fetched").read_text() == "fetched\n"
    assert os.access(program, os.X_OK)
    assert program.read_text().endswith("echo gVisor\n")


@pytest.mark.parametrize(
    "text", ["#!/bin/sh\necho no mirror >&2\nexit 1\n", FETCHES], ids=["no mirror", "no runsc"]
)
def test_where_it_can_not_be_had_it_is_said_and_tried_again_next_time(
    program: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (tmp_path / "bin/packages/usr/bin/runsc").rename(tmp_path / "runsc")
    debootstrapping(tmp_path, text)
    gvisor.runtime()
    assert "without gVisor" in capsys.readouterr().out
    assert not program.exists()
    (tmp_path / "runsc").rename(tmp_path / "bin/packages/usr/bin/runsc")
    debootstrapping(tmp_path, FETCHES)
    gvisor.runtime()
    assert program.exists()
