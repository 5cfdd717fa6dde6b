"""Redis is away for half a minute: programs print on, who asks is told so, nothing is lost or doubled."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.faults.test_workers import count
from tests.stack import Stack
from tests.wire import Refused, Window

pytestmark = pytest.mark.engine

AWAY_SECONDS = 30
NUMBERS = 500  # 25 s of printing


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with Stack(tmp_path) as running:
        running.wait_for_warm()
        yield running


async def without_redis(stack: Stack, window: Window) -> None:
    """Half a minute; what it held is there again afterwards."""
    with redis.Redis.from_url(stack.redis_url) as client:
        client.shutdown(save=True)  # takes no write after what it keeps, as with append-only files
    stack.end_redis()
    began = time.monotonic()
    with pytest.raises(Refused, match="A part of the service is away"):
        await window.start()
    assert not stack.answers("/readyz")
    assert stack.answers("/healthz")
    await asyncio.sleep(AWAY_SECONDS - (time.monotonic() - began))
    await asyncio.to_thread(stack.start_redis)


async def test_a_run_prints_on_and_its_window_misses_nothing(stack: Stack) -> None:
    token = stack.user("alice")
    workspace = stack.workspace(token, {"Main.hs": count(NUMBERS)})
    async with Window.open(stack.url, workspace, token) as window:
        await window.initialize()
        await window.ready()
        run = await window.start(entry="Main.hs")
        await window.printed(run, "20\n")
        await without_redis(stack, window)
        finished = await window.ended(run, 60)
        assert finished["outcome"] == "exited"
        assert run.text["stdout"].split() == [str(number) for number in range(1, NUMBERS + 1)]
        assert [event["seq"] for event in run.events] == list(range(1, len(run.events) + 1))
        again = await window.start(entry="Main.hs")
        await window.printed(again, "20\n")
    assert stack.answers("/readyz")
