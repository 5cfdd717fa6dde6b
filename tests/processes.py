"""Processes of a test: started with a log of their own, ended with all that they started."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

END_SECONDS = 10.0


class Processes:
    """Named processes; ended in the reverse order of their start."""

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        self._directory, self.environment = directory, {**os.environ, **environment}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def pids(self) -> dict[str, int]:
        return {name: process.pid for name, process in self._running.items()}

    def start(self, name: str, *command: str) -> None:
        with (self._directory / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                command, stdout=log, stderr=log, env=self.environment, start_new_session=True
            )

    def run(self, *command: str) -> str:
        """What a command prints; its failure is the test's."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def end(self, name: str, number: signal.Signals = signal.SIGTERM) -> None:
        """End a process and its group; one that does not listen is killed."""
        process = self._running.pop(name)
        _signal(process, number)
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            process.wait(END_SECONDS)

    def signal(self, name: str, number: signal.Signals) -> None:
        """To a process and its group."""
        _signal(self._running[name], number)

    def end_all(self) -> None:
        for name in reversed(list(self._running)):
            self.end(name)

    def log(self, name: str) -> str:
        return (self._directory / f"{name}.log").read_text(errors="replace")

    def wait(self, what: str, happened: Callable[[], bool], seconds: float = 60) -> None:
        """Until it has happened; sooner over when a process died."""
        end = time.monotonic() + seconds
        while not happened():
            self._check_alive()
            assert time.monotonic() < end, f"{what} did not happen in {seconds} s\n{self.logs()}"
            time.sleep(0.1)

    def _check_alive(self) -> None:
        dead = [name for name, process in self._running.items() if process.poll() is not None]
        assert not dead, f"{', '.join(dead)} ended by itself\n{self.logs()}"

    def logs(self, letters: int = 3000) -> str:
        """The last part of each log."""
        return "\n".join(f"--- {name}\n{self.log(name)[-letters:]}" for name in self._running)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # gone already
        os.killpg(process.pid, number)
