"""Loads that nobody asked for: whatever becomes of one, the session goes on. Nothing runs here."""

import asyncio
import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.agent import loader as loading
from sandbox.agent.files import sha256
from sandbox.agent.tree import Tree
from tests.agent.ghcless import FakeWarm, workspace


def lacks_processes() -> None:
    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))


def is_mistaken() -> None:
    raise RuntimeError("a mistake of ours")


@pytest.mark.parametrize(
    ("happens", "told"),
    [(lacks_processes, "GHC could not be started: Resource temporarily unavailable."), (is_mistaken, None)],
)
async def test_the_load_after_one_that_failed_is_as_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None], told: str | None
) -> None:
    monkeypatch.setattr(loading, "WORK", tmp_path)
    warm = FakeWarm()
    there = workspace({"Main.hs": "main = pure ()\n"}, Tree(tmp_path), warm)
    warm.during = happens
    work = asyncio.create_task(there.loader.work())
    try:
        async with asyncio.timeout(10):
            there.loader.changed()
            await there.loader.settled()
            assert there.loader.loaded.failure == told
            warm.during = lambda: None
            content = b"main = print 1\n"
            there.loader._files.sync({"Main.hs": sha256(content)})
            there.loader._files.supply(sha256(content), content)
            there.loader.changed()
            await there.loader.settled()
            assert there.loader.loaded.failure is None
        assert there.loader.is_ready(None)
        assert warm.loads == 2
    finally:
        work.cancel()
