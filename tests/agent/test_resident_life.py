"""When the resident compiler is there, and what becomes of one that answers nonsense; a script plays it."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.agent import cgroup, resident
from sandbox.agent.reaper import Ended, Reaper
from sandbox.agent.resident import NotThere, Resident

SCRIPT = """#!/usr/bin/env python3
import os
os.write(3, bytes(4))
while os.read(3, 65536):
    {answer}
"""


class Collecting(Reaper):
    """Collects what it is told of, and leaves the test's other processes alone."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Future[Ended]] = {}
        self._early: dict[int, Ended] = {}
        self._expecting = 0

    def watch(self, pid: int) -> asyncio.Future[Ended]:
        return asyncio.ensure_future(asyncio.to_thread(self._collect_one, pid))

    def _collect_one(self, pid: int) -> Ended:
        status = os.waitpid(pid, 0)[1]
        return Ended(None, os.WTERMSIG(status), 0, 0)


Make = Callable[[str], Resident]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Make:
    monkeypatch.setattr(resident, "WORK", tmp_path)
    monkeypatch.setattr(resident, "PROGRAM", tmp_path / "compiler")
    monkeypatch.setattr(resident, "FORK_SECONDS", 0.2)

    def answering(answer: str) -> Resident:
        (tmp_path / "compiler").write_text(SCRIPT.format(answer=answer))
        (tmp_path / "compiler").chmod(0o755)
        return Resident(Collecting())

    return answering


async def comes(one: Resident) -> None:
    one.want(optimized=True)
    async with asyncio.timeout(20):
        while not one.is_ready(optimized=True):
            await asyncio.sleep(0.01)


async def goes(one: Resident) -> None:
    async with asyncio.timeout(20):
        while one.pid:
            await asyncio.sleep(0.01)
    assert not one.is_ready(optimized=True)


async def test_it_comes_when_it_is_wanted_and_for_its_kind_of_compile_alone(make: Make) -> None:
    one = make("pass")
    assert one.pid == 0
    await comes(one)
    assert not one.is_ready(optimized=False)
    one.end()
    assert one.pid == 0


async def test_it_goes_when_nobody_compiles(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    one = make("pass")
    await comes(one)
    monkeypatch.setattr(resident, "IDLE_SECONDS", 0.1)
    one.want(optimized=True)
    assert one.is_ready(optimized=True)
    await goes(one)


async def test_it_does_not_come_into_a_small_container(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroup, "memory_limit_bytes", lambda: 256 << 20)
    one = make("pass")
    one.want(optimized=True)
    await asyncio.sleep(0.1)
    assert one.pid == 0


@pytest.mark.parametrize(
    "answer", ["pass", "os.write(3, bytes(4))", "os.write(3, b'ab'); os._exit(1)", "os.kill(os.getpid(), 9)"]
)
async def test_one_that_answers_nonsense_is_ended(make: Make, answer: str) -> None:
    one = make(answer)
    await comes(one)
    with pytest.raises(NotThere):
        await one.fork(["Main.hs"], (0, 1, 2))
    await goes(one)
    with pytest.raises(NotThere):
        await one.fork(["Main.hs"], (0, 1, 2))
