"""Steps that say their name and the time they took; commands whose output goes to a log."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / "build" / "logs"
RUN = ROOT / ".run"
SIGN_OF_LIFE_SECONDS = 20
TAIL_LINES = 30


Environment = Mapping[str, str] | None  # None: our own


class Stop(Exception):
    """The set-up can't go on; the message says what to do."""


@contextmanager
def step(name: str, *, shows_itself: bool = False) -> Iterator[None]:
    """Say that the step began, now and then that it goes on unless it shows that, and how long it took."""
    began = time.monotonic()
    done = threading.Event()
    if not shows_itself:
        threading.Thread(target=_keep_saying, args=(name, began, done), daemon=True).start()
    print(f"  {name} …", flush=True)
    try:
        yield
    finally:
        done.set()
    print(f"✓ {name} ({time.monotonic() - began:.1f} s)", flush=True)


def _keep_saying(name: str, began: float, done: threading.Event) -> None:
    while not done.wait(SIGN_OF_LIFE_SECONDS):
        print(f"    {name}: {time.monotonic() - began:.0f} s so far", flush=True)


def run(command: Sequence[str], log: str, *, cwd: Path = ROOT, environment: Environment = None) -> None:
    """Run a command with its output in build/logs; if it fails, show the end of that and stop."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    with path.open("ab") as file:
        start = file.tell()
        file.write(f"$ {' '.join(command)}\n".encode())
        file.flush()
        code = subprocess.call(  # noqa: S603
            command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT
        )
    if code:
        tail = path.read_bytes()[start:].decode(errors="replace").splitlines()[-TAIL_LINES:]
        raise Stop("\n".join([*tail, f"{' '.join(command)} failed with code {code} (all of it: {path})"]))


def show(command: Sequence[str], *, cwd: Path = ROOT, environment: Environment = None) -> None:
    """Run a command that shows its own output; stop if it fails."""
    sys.stdout.flush()
    code = subprocess.call(command, cwd=cwd, env=environment)  # noqa: S603
    if code:
        raise Stop(f"{' '.join(command)} failed with code {code}")


def with_venv(**more: str) -> dict[str, str]:
    """The environment with the virtual environment's programs first, and these variables."""
    return {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}", **more}
