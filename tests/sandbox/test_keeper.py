"""The keeper over a fake host: it wakes, queues, hibernates, reaps, and builds again after a loss."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable

import pytest

from sandbox import profile
from sandbox.client import Client
from sandbox.config import Config
from sandbox.hosts import Machine
from sandbox.keeper import Keeper
from sandbox.limits import GIB, ContainerLimits
from sandbox.probe import ContainerFigures, Reading
from tests.sandbox.conftest import DIGEST, Relays, opening
from tests.sandbox.test_relay import events_of, start


class Idle:
    """A probe that shows a large machine with nothing to do, and what the test says of its containers."""

    def __init__(self, *_: object) -> None:
        self.containers: dict[str, ContainerFigures] = {}

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass

    def latest(self) -> Reading:
        machine = Machine(64, 1024 * GIB, 2, "fake", frozenset({"runc"}))
        return Reading(time.time(), machine, 0.0, 0, 0.0, 0.0, 0.0, 0.0, self.containers)


@pytest.fixture
async def keeper(config: Config, relays: Relays) -> AsyncIterator[Keeper]:
    one = Keeper(relays.worker, config, make_probe=Idle, grace_seconds=0.5)
    thread = threading.Thread(target=one.run)
    thread.start()
    yield one
    one.stop()
    await asyncio.to_thread(thread.join, 10)
    assert not thread.is_alive()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.02)


def spec() -> dict[str, object]:
    return profile.sandbox(
        image=DIGEST,
        toolchain=DIGEST,
        limits=ContainerLimits(),
        runtime="runc",
        installation="haskell-ide",
        cgroup_parent="",
    )


async def test_a_session_whose_wake_up_was_lost_is_woken(
    config: Config, relays: Relays, keeper: Keeper
) -> None:
    deaf = Client(config, wake=lambda _: None)
    await deaf.open(opening(), {})
    await deaf.send("session", start("run"))
    assert len(await events_of(deaf, "run")) >= 3
    await deaf.close()
