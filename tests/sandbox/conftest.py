"""A pool of one fake host, relays as threads, and a client: the whole way but the engine and Celery."""

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from sandbox import builder, keys
from sandbox.client import Client
from sandbox.config import Config
from sandbox.connections import Redis, connect
from sandbox.engine.fake_agent import FakeAgent, ScriptedAgent
from sandbox.engine.fakes import FakeHost
from sandbox.limits import GIB, ContainerLimits
from sandbox.messages import HostEntry, HostFigures, Opening, Pool, ToolchainEntry, encode
from sandbox.pool import asks, waiting, warm
from sandbox.relay import clocks, courier
from sandbox.relay.relay import Relay
from sandbox.worker import Worker

DIGEST = "sha256:" + "a" * 64
POOL = Pool(
    hosts=[HostEntry("fake", "fake://")],
    toolchains=[ToolchainEntry("ghc-fake", DIGEST, DIGEST)],
)


class Relays:
    """Starts a relay for each wake-up, as a worker does."""

    def __init__(self, config: Config, host: FakeHost) -> None:
        self.worker = Worker(config, connect_host=lambda _: host, wake=self.wake)
        self.woken: list[str] = []
        self.asleep = False
        self._threads: list[threading.Thread] = []

    def wake(self, session_id: str) -> None:
        self.woken.append(session_id)
        if self.asleep:
            return
        thread = threading.Thread(target=Relay(self.worker, session_id).serve, name=f"relay-{session_id}")
        self._threads.append(thread)
        thread.start()

    def announce(self) -> None:
        """As the keeper does at each of its rounds."""
        waiting.announce(self.worker.redis)

    def close(self) -> None:
        self.worker.stopping.set()
        for thread in self._threads:
            thread.join(10)
        assert not any(thread.is_alive() for thread in self._threads), "a relay did not let go"
        self.worker.close()


@pytest.fixture(autouse=True)
def quick_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks around more often ends sooner; a relay also gives up sooner on an agent that is silent."""
    monkeypatch.setattr(clocks, "TICK_SECONDS", 0.1)
    monkeypatch.setattr(clocks, "ANSWER_SECONDS", 3.0)
    monkeypatch.setattr(courier, "WAIT_MS", 100)
    monkeypatch.setattr(asks, "LISTEN_SECONDS", 0.1)
    monkeypatch.setattr(warm, "LISTEN_SECONDS", 0.1)
    monkeypatch.setattr(builder, "LOOK_SECONDS", 0.1)


@pytest.fixture
def config(redis_url: str) -> Config:
    """Clocks that a test can wait for."""
    return Config(redis_url=redis_url, lease_seconds=1.5, quiet_seconds=0.5, keeper_seconds=0.2)


@pytest.fixture
def redis(config: Config) -> Iterator[Redis]:
    client = connect(config)
    yield client
    client.close()
    client.connection_pool.disconnect()


class Agents:
    """Makes the agent of each container; `make` is what a test wants, `made` all of them in order."""

    def __init__(self) -> None:
        self.make: Callable[[], FakeAgent] = ScriptedAgent
        self.made: list[Any] = []

    def __call__(self) -> FakeAgent:
        self.made.append(self.make())
        agent: FakeAgent = self.made[-1]
        return agent


@pytest.fixture
def agents() -> Agents:
    return Agents()


@pytest.fixture
def host(agents: Agents) -> FakeHost:
    return FakeHost("fake", agent=agents, digests=[DIGEST])


def show(redis: Redis) -> None:
    """What the keeper would tell of the fake host."""
    figures = HostFigures(
        name="fake",
        alive=True,
        at=time.time() + 3600,
        cpus=64,
        memory_bytes=1024 * GIB,
        digests=[DIGEST],
    )
    redis.set(keys.POOL, encode(POOL))
    redis.hset(keys.FIGURES, "fake", encode(figures))
    redis.set(keys.BUILT, "1")


@pytest.fixture
def relays(config: Config, redis: Redis, host: FakeHost) -> Iterator[Relays]:
    show(redis)
    started = Relays(config, host)
    yield started
    started.close()


@pytest.fixture
async def client(config: Config, relays: Relays) -> AsyncIterator[Client]:
    door = Client(config, wake=relays.wake)
    yield door
    await door.close()


def opening(session_id: str = "session", owner: str = "alice", **more: Any) -> Opening:
    return Opening(session_id=session_id, owner=owner, toolchain=DIGEST, limits=ContainerLimits(), **more)
