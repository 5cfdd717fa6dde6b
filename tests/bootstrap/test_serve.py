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
    for name in ("PORT", "REDIS_URL", "REDIS_URL_FILE", "SANDBOX_INSTALLATION"):
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


@pytest.mark.parametrize("name", ["REDIS_URL", "REDIS_URL_FILE"])
def test_where_another_redis_is_named_none_of_our_own_is_started(
    tree: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    procfile = "redis: sh -c 'echo a second one'\nweb: sh -c 'echo the page; sleep 1'\n"
    value = "redis://elsewhere:6379/0" if name == "REDIS_URL" else str(tree / "url")
    _start(tree, procfile, **{name: value}).wait(30)
    said = (tree / "said").read_text()
    assert "the page" in said
    assert "a second one" not in said
    monkeypatch.delenv(name, raising=False)
    _start(tree, procfile).wait(30)
    assert "a second one" in (tree / "said").read_text()


@pytest.mark.parametrize(("code", "says"), [(0, "✓ All toolchains are there ("), (3, "(code 3): see ")])
def test_how_the_other_toolchains_went_is_said(
    tree: Path, capfd: pytest.CaptureFixture[str], code: int, says: str
) -> None:
    _fake_python(tree, f"echo asked; exit {code}")
    with serve._meanwhile({"PATH": f"{tree}:/usr/bin:/bin"}):
        said = ""
        until = time.monotonic() + 20
        while says not in said:
            assert time.monotonic() < until, said
            time.sleep(0.05)
            said += capfd.readouterr().out
    assert "asked" in (tree / "toolchains.log").read_text()
    assert code == 0 or str(tree / "toolchains.log") in said


def test_nothing_is_said_of_toolchains_that_we_end_ourselves(
    tree: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _fake_python(tree, "exec sleep 60")
    with serve._meanwhile({"PATH": f"{tree}:/usr/bin:/bin"}):
        pass
    time.sleep(0.2)
    assert "toolchains" not in capfd.readouterr().out


def _fake_python(tree: Path, does: str) -> None:
    """What makes the toolchains known and builds them."""
    (tree / "python").write_text(f"#!/bin/sh\n{does}\n")
    (tree / "python").chmod(0o755)


def test_redis_gets_a_port_that_nobody_uses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve._free_port(port) > port


def test_a_taken_port_is_said_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(Stop, match=f"PORT={port + 1} make run"):
            serve.check()


@pytest.mark.parametrize("port", ["", "abc", "0", "-1", "65536", "٣", "1e3"])
def test_a_port_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(Stop, match=r"PORT is .*: a number from 1 to 65535"):
        serve.check()


def test_a_clone_is_served_once(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "none")
    command = _start(tree, "one: echo ready; exec sleep 60\n")
    _wait_for_line(tree / "said", "ready")
    with pytest.raises(Stop, match="This clone is being served already"):
        serve.check()
    command.terminate()
    assert command.wait(20) == 0
    with pytest.raises(Stop, match="PORT is"):  # the next thing that is looked at
        serve.check()


@pytest.mark.parametrize("name", ["REDIS_PORT", "WEB_PORT"])
def test_no_variable_of_another_program_moves_the_ports(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "6379")
    environment = serve.environment()
    assert environment[name] != "6379"
    assert environment["REDIS_URL"] == f"redis://127.0.0.1:{environment['REDIS_PORT']}/0"


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


def _start(tree: Path, procfile: str, **more: str) -> "subprocess.Popen[bytes]":
    (tree / "Procfile").write_text(procfile)
    script = (
        "from bootstrap import serve; from pathlib import Path; tree = Path.cwd(); "
        "serve.ROOT, serve.RUN, serve.LOGS = tree, tree / '.run', tree; serve.serve(serve.environment())"
    )
    environment = {
        **serve.environment(),
        "PYTHONPATH": str(Path(serve.__file__).parents[1]),
        "PORT": "1",
    } | more
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
