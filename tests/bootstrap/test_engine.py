"""The machine's engine: started where nothing starts it, and spoken to by whom it lets in."""

import os
import pwd
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest
from bootstrap import access, engine, steps
from bootstrap.steps import Stop


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The files in which an engine and its containerd keep their numbers."""
    found = {name: tmp_path / f"{name}.pid" for name in engine.PID_FILES}
    monkeypatch.setattr(engine, "PID_FILES", found)
    monkeypatch.setattr(steps, "LOGS", tmp_path / "logs")
    return found


def test_numbers_that_a_killed_engine_left_are_forgotten(files: dict[str, Path]) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    files["dockerd"].write_text(str(ended.pid))
    files["containerd"].write_text(str(os.getpid()))  # somebody else has it by now
    engine._forget_the_dead([])
    assert not any(file.exists() for file in files.values())


def test_a_program_that_still_runs_keeps_its_number(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with subprocess.Popen(["sleep", "60"]) as running:
        monkeypatch.setattr(engine, "PID_FILES", {"sleep": files["dockerd"]})
        files["dockerd"].write_text(f"{running.pid}\n")
        engine._forget_the_dead([])
        assert files["dockerd"].exists()
        running.kill()


def test_numbers_that_make_no_sense_are_left_to_the_engine(files: dict[str, Path]) -> None:
    files["dockerd"].write_text("?")
    engine._forget_the_dead([])
    assert files["dockerd"].exists()


def test_whom_the_engine_refuses_is_told_what_root_must_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_terminal() -> NoReturn:
        raise OSError(25, "Inappropriate ioctl for device")

    monkeypatch.setattr(engine, "state", lambda: "forbidden")
    monkeypatch.setattr(access, "as_root", lambda: None)
    monkeypatch.setattr(os, "getlogin", no_terminal)
    with pytest.raises(Stop, match=rf"usermod -aG docker {pwd.getpwuid(os.getuid()).pw_name}\n"):
        access.gain()
