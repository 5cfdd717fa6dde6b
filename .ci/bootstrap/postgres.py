"""A throw-away PostgreSQL. It refuses to run as root, so root hands it to another user."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap.steps import Stop, run
from bootstrap.system import program

START_SECONDS = 30
QUICK = ("-c", "fsync=off", "-c", "max_connections=200", "-c", "listen_addresses=127.0.0.1")


class Postgres:
    """A server in a folder of its own; it may be stopped, and started again with what it held."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._owner = "postgres" if os.geteuid() == 0 else None
        self._port = _free_port()
        self._server: subprocess.Popen[bytes] | None = None
        self.url = f"postgres://ide@127.0.0.1:{self._port}/postgres"
        if self._owner:
            shutil.chown(folder, self._owner)
        self._initialise()

    def start(self) -> None:
        command = [_server_program("postgres"), "-D", f"{self._folder}/data", "-k", str(self._folder)]
        place = ["-p", str(self._port)]
        with self._log.open("a") as log:
            self._server = subprocess.Popen(  # noqa: S603
                [*command, *place, *QUICK], user=self._owner, stdout=log, stderr=log
            )
        self._wait()

    def stop(self) -> None:
        """At once, whoever is connected; one that is stopped stays so."""
        if self._server:
            self._server.send_signal(signal.SIGINT)
            self._server.wait()
            self._server = None

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _initialise(self) -> None:
        command = [_server_program("initdb"), "-D", f"{self._folder}/data", "-A", "trust", "-U", "ide"]
        owner = self._owner
        become = ["setpriv", f"--reuid={owner}", f"--regid={owner}", "--clear-groups"] if owner else []
        run([*become, *command, "--no-sync"], "postgres", cwd=self._folder)

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.1)
        raise Stop(f"PostgreSQL did not start:\n{self._log.read_text()}")


@contextmanager
def postgres() -> Iterator[Postgres]:
    """One that runs."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = Postgres(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _server_program(name: str) -> str:
    found = program(name)
    if not found:
        raise Stop(f"PostgreSQL's {name} is not installed.")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
