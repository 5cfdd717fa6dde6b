"""The kernel says whether a program waits for its standard input."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.agent.waiting import wait_for_input

SLEEPS = "import time; time.sleep(60)"


@contextmanager
def python(program: str) -> Iterator[int]:
    """The id of a process that runs this, once it has said a line."""
    argv = [sys.executable, "-c", f"print(flush=True)\n{program}"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            yield process.pid
        finally:
            process.kill()


def test_who_reads_waits_and_who_sleeps_does_not() -> None:
    with python("input()") as reads, python(SLEEPS) as sleeps:
        deadline = time.monotonic() + 10
        while not wait_for_input(reads, [reads]):
            assert time.monotonic() < deadline
        assert wait_for_input(sleeps, [sleeps]) is False


def test_who_is_gone_waits_for_nothing() -> None:
    with python("") as gone:
        pass
    with python(SLEEPS) as sleeps:
        assert wait_for_input(sleeps, [gone, sleeps]) is False
        assert wait_for_input(gone, [gone, sleeps]) is False
