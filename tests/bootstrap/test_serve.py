"""What the processes are started with, and how they end."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bootstrap import serve
from bootstrap.steps import Stop


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of its own, with a supervisor whose processes do nothing."""
    monkeypatch.setattr(serve, "ROOT", tmp_path)
    monkeypatch.setattr(serve, "RUN", tmp_path / ".run")
    monkeypatch.setattr(serve, "LOGS", tmp_path)
    monkeypatch.setattr(serve, "VENV", Path(sys.executable).parents[1])
    for name in ("PORT", "REDIS_URL", "SANDBOX_INSTALLATION"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_clone_keeps_its_name_on_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = serve.environment()["SANDBOX_INSTALLATION"]
    assert serve.environment()["SANDBOX_INSTALLATION"] == first
    monkeypatch.setattr(serve, "RUN", tmp_path / "another")
    assert serve.environment()["SANDBOX_INSTALLATION"] != first


def test_variables_that_are_set_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere:6379/0")
    monkeypatch.setenv("PORT", "9000")
    environment = serve.environment()
    assert environment["REDIS_URL"] == "redis://elsewhere:6379/0"
    assert environment["WEB_PORT"] == "9000"


def test_redis_gets_a_port_that_nobody_uses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve._free_port(port) > port


def test_a_taken_port_is_said_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(Stop, match=f"PORT={port + 1} make run"):
            serve.check_port()


def test_a_process_that_ends_by_itself_is_a_failure(tree: Path) -> None:
    command = _start(tree, "good: sleep 60\nbad: sh -c 'exit 3'\n")
    assert command.wait(30) != 0
    assert "A process ended by itself, so all were stopped" in (tree / "said").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_processes_and_is_no_failure(tree: Path, number: signal.Signals) -> None:
    command = _start(tree, f"one: echo $$ >{tree}/pid; echo ready; exec sleep 60\n")
    # A line of the process, so that the supervisor knows of it: what it has not registered yet it can't end.
    _wait_for_line(tree / "said", "ready")
    command.send_signal(number)
    assert command.wait(20) == 0
    process = int((tree / "pid").read_text())
    assert not Path(f"/proc/{process}").exists()


def _start(tree: Path, procfile: str) -> "subprocess.Popen[bytes]":
    (tree / "Procfile").write_text(procfile)
    script = (
        "from bootstrap import serve; from pathlib import Path; tree = Path.cwd(); "
        "serve.ROOT, serve.RUN, serve.LOGS = tree, tree / '.run', tree; serve.serve(serve.environment())"
    )
    environment = {**serve.environment(), "PYTHONPATH": str(Path(serve.__file__).parents[1]), "PORT": "1"}
    with (tree / "said").open("wb") as said:
        return subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=tree,
            env=environment,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def _wait_for_line(file: Path, line: str) -> None:
    until = time.monotonic() + 30
    while line not in file.read_text():
        assert time.monotonic() < until
        time.sleep(0.05)
