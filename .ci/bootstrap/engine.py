"""The machine's Docker Engine: is it there, may we use it, and if nothing starts it, we do."""

import http.client
import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Literal

from bootstrap.steps import LOGS, Stop, run, step
from bootstrap.system import as_root, program

SOCKET = Path("/var/run/docker.sock")
PID_FILES = {
    "dockerd": Path("/var/run/docker.pid"),
    "containerd": Path("/var/run/docker/containerd/containerd.pid"),
}
START_SECONDS = 60
State = Literal["up", "down", "forbidden"]


class _UnixConnection(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(5)
        self.sock.connect(str(SOCKET))


def state() -> State:
    """Whether the engine answers this user."""
    if os.environ.get("DOCKER_HOST"):
        return "up"  # somebody else's business; what uses it will say what is wrong
    connection = _UnixConnection("engine")
    try:
        connection.request("GET", "/_ping")
        return "up" if connection.getresponse().status == http.client.OK else "down"
    except PermissionError:
        return "forbidden"
    except OSError:
        return "down"
    finally:
        connection.close()


def ensure() -> None:
    """Have the engine running; stop with what to do where it can't be."""
    if state() != "down":
        return
    before = as_root()
    if before is None:
        raise Stop(f"The Docker Engine does not run. As root, run:\n\n    {' '.join(_start_command())}\n")
    with step("Docker Engine"):
        if _has_systemd():
            run([*before, *_start_command()], "engine")
        else:
            _forget_the_dead(before)
            _spawn([*before, program("dockerd") or "dockerd"])
        _wait()


def _has_systemd() -> bool:
    return Path("/run/systemd/system").is_dir()


def _start_command() -> list[str]:
    return ["systemctl", "enable", "--now", "docker"] if _has_systemd() else ["dockerd"]


def _spawn(command: list[str]) -> None:
    """In a session of its own: the engine outlives what started it. It writes /var/run/docker.pid itself."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / "dockerd.log").open("ab") as log:
        subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


def _forget_the_dead(before: list[str]) -> None:
    """Remove what a killed engine left: by now another process may have its number."""
    for name, file in PID_FILES.items():
        try:
            pid = int(file.read_text())
        except (OSError, ValueError):
            continue
        if not _lives(pid, name):
            run([*before, "rm", "-f", str(file)], "engine")


def _lives(pid: int, name: str) -> bool:
    """Whether this process is the program and not what is left of it until somebody collects it."""
    try:
        found, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(") ")
    except OSError:
        return False
    return found == name and not rest.startswith(("Z", "X"))


def _wait() -> None:
    until = time.monotonic() + START_SECONDS
    while state() == "down":
        if time.monotonic() > until:
            raise Stop(
                f"The Docker Engine did not start within {START_SECONDS} s: see {LOGS / 'dockerd.log'}"
            )
        time.sleep(0.2)
