"""The service with all its processes, under one supervisor, until Ctrl-C."""

import fcntl
import http.client
import os
import secrets
import shlex
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from bootstrap.project import VENV
from bootstrap.steps import LOGS, ROOT, RUN, Stop, with_venv

TOOLCHAINS_LOG = "toolchains.log"
FIRST_REDIS_PORT = 6390
OWN_REDIS = "redis"
STOP_SECONDS = 15
READY_SECONDS = 30  # after which what is still missing is said
LOOK_SECONDS = 0.2
# In one go, as each start of manage.py takes a second.
REGISTER = """
import os, django
from django.core.management import call_command
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ide.settings")
django.setup()
call_command("toolchains", "register")
call_command("hosts", local=True)
"""


def environment() -> dict[str, str]:
    """What every process gets; settings that are set already win."""
    (RUN / "redis").mkdir(parents=True, exist_ok=True)
    redis_port = str(_free_port(FIRST_REDIS_PORT))
    ours = {
        "WEB_PORT": os.environ.get("PORT", "8000"),  # honcho gives each process a PORT of its own
        "REDIS_PORT": redis_port,
        "PYTHONUNBUFFERED": "1",
    }
    settings = {
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        "SANDBOX_INSTALLATION": _installation(),
    }
    return with_venv(**ours, **{name: os.environ.get(name, value) for name, value in settings.items()})


def _installation() -> str:
    """This clone's name on the engine, made once: two clones leave each other's containers alone."""
    file = RUN / "installation"
    if not file.exists():
        file.write_text(f"ide-{secrets.token_hex(3)}")
    return file.read_text()


def _free_port(first: int) -> int:
    return next(port for port in range(first, first + 1000) if not _is_taken(port))


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


@contextmanager
def _alone() -> Iterator[int]:
    """Stop if this clone is served already: two would share its files, and remove each other's containers.

    The lock's descriptor: whoever inherits it holds the lock, too.
    """
    RUN.mkdir(parents=True, exist_ok=True)
    with (RUN / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop("This clone is being served already: end that first, or take another clone.") from None
        yield lock.fileno()


def check() -> None:
    """Stop if this clone is served already, or if something listens where the page should be."""
    with _alone():
        _check_port()


def _check_port() -> None:
    said = os.environ.get("PORT", "8000")
    port = int(said) if said.isascii() and said.isdigit() else 0
    if not 0 < port < 2**16:
        raise Stop(f"PORT is {said!r}: a number from 1 to 65535 is needed.")
    if _is_taken(port):
        raise Stop(f"Something listens on port {port} already. Another port: PORT={port + 1} make run")


def serve(variables: dict[str, str]) -> None:
    """Run all processes of the Procfile until Ctrl-C or until one of them ends."""
    processes = _procfile()
    if not _redis_is_ours(variables):
        processes.remove(OWN_REDIS)
    command = [str(VENV / "bin" / "honcho"), "start", *processes]
    with _alone() as lock, _meanwhile(variables):
        # In a session of its own, so that Ctrl-C reaches it through us alone and just once.
        supervisor = subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=variables, start_new_session=True, pass_fds=[lock]
        )
        asked = _end_on_signals(supervisor)
        threading.Thread(target=_announce, args=(variables["WEB_PORT"],), daemon=True).start()
        code = supervisor.wait()
    if not asked.is_set():
        raise Stop(f"A process ended by itself, so all were stopped (code {code}).")


def _redis_is_ours(variables: dict[str, str]) -> bool:
    """No other one is named, by its address or by a file that holds it."""
    own = f"redis://127.0.0.1:{variables['REDIS_PORT']}/0"
    return not variables.get("REDIS_URL_FILE") and variables["REDIS_URL"] == own


def _end_on_signals(supervisor: "subprocess.Popen[bytes]") -> threading.Event:
    """From now on Ctrl-C and SIGTERM end the supervisor, and set the event."""
    asked = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        asked.set()
        supervisor.terminate()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    return asked


def _procfile() -> list[str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return [line.split(":")[0] for line in lines if line and not line.startswith("#")]


def _announce(port: str) -> None:
    """Say where it serves once a session can be opened, or what is missing if that takes long."""
    until = time.monotonic() + READY_SECONDS
    while (answer := _ask(port, "/healthz")) is None or answer[0] != http.client.OK:
        time.sleep(LOOK_SECONDS)
    while (answer := _ask(port, "/readyz")) is None or answer[0] != http.client.OK:
        if time.monotonic() > until:
            print(f"\n    Not all of it works yet: {(answer or (0, 'no answer'))[1]}", flush=True)
            break
        time.sleep(LOOK_SECONDS)
    print(f"\n    http://127.0.0.1:{port}   (Ctrl-C ends it)", flush=True)
    print("    an administrator is made with: .venv/bin/python manage.py createsuperuser\n", flush=True)


def _ask(port: str, path: str) -> tuple[int, str] | None:
    """Status and body; None without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace").strip()
    except OSError:
        return None
    finally:
        connection.close()


@contextmanager
def _meanwhile(variables: dict[str, str]) -> Iterator[None]:
    """Make this engine and its toolchains known, then build those that the start did not wait for."""
    register = f"python -c {shlex.quote(REGISTER)}"
    build = f"{register}; python -m sandbox.toolchains build && {register}"
    ending = threading.Event()
    with (LOGS / TOOLCHAINS_LOG).open("ab") as log:
        # The page comes first: it is wanted now.
        builder = subprocess.Popen(  # noqa: S603
            ["nice", "sh", "-c", build],  # noqa: S607
            cwd=ROOT,
            env=variables,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    threading.Thread(target=_tell_of, args=(builder, ending), daemon=True).start()
    try:
        yield
    finally:
        ending.set()
        if builder.poll() is None:
            os.killpg(builder.pid, signal.SIGTERM)
            builder.wait(STOP_SECONDS)


def _tell_of(builder: "subprocess.Popen[bytes]", ending: threading.Event) -> None:
    """Say how the toolchains went, unless it is we who end them."""
    began = time.monotonic()
    code = builder.wait()
    if ending.is_set():
        return
    if code == 0:
        print(f"\n✓ All toolchains are there ({time.monotonic() - began:.0f} s)\n", flush=True)
    else:
        log = LOGS / TOOLCHAINS_LOG
        print(f"\n✗ Not all toolchains could be made known or built (code {code}): see {log}\n", flush=True)
