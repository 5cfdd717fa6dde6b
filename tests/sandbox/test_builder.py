"""A variant of a toolchain is made once, when somebody first wants it."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
import redis

from sandbox import builds, keys
from sandbox.builder import Builder
from sandbox.client import Client
from sandbox.config import Config
from sandbox.exceptions import HostError
from sandbox.messages import Build, Built, decode_record, encode
from sandbox.toolchains import Toolchain

NAME = "ghc-9.6-profiling"


class Docker:
    """Builds when a test says so."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go = threading.Event()
        self.fault = ""

    def build(self, name: str) -> Toolchain:
        self.asked.append(name)
        self.go.wait(10)
        if self.fault:
            raise HostError(self.fault)
        return Toolchain(name, "sha256:1", "9.6.6", {"base": "4.18"}, profiles="ghc-9.6")


@pytest.fixture
def store(redis_url: str) -> Iterator[Any]:
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
        yield client


@pytest.fixture
def engine(store: Any) -> Iterator[Docker]:
    """A builder runs over it."""
    made = Docker()
    builder = Builder(store, made.build)
    thread = threading.Thread(target=builder.run)
    thread.start()
    _until(lambda: store.exists(keys.BUILDER))
    yield made
    made.go.set()
    builder.stop()
    thread.join(10)
    assert not store.exists(keys.BUILDER)


def _until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def _state(client: Client, name: str = NAME) -> Build:
    build = await client.want_build(name)
    assert build is not None
    return build


async def test_it_is_made_once_however_many_want_it(store: Any, engine: Docker, redis_url: str) -> None:
    client = Client(Config(redis_url=redis_url))
    assert (await _state(client)).state == "wanted"
    _until(lambda: engine.asked)
    assert [(await _state(client)).state for _ in range(3)] == ["building"] * 3
    engine.go.set()
    _until(lambda: store.xlen(keys.RECORDS))
    ((_, fields),) = store.xrange(keys.RECORDS)
    record = decode_record(fields[b"r"])
    assert record == Built(NAME, "sha256:1", "9.6.6", {"base": "4.18"}, "ghc-9.6")
    _until(lambda: b"built" in store.hget(keys.BUILDS, NAME))
    assert engine.asked == [NAME]
    await client.close()


async def test_a_failure_is_told_and_no_other_name_is_built(
    store: Any, engine: Docker, redis_url: str
) -> None:
    client = Client(Config(redis_url=redis_url))
    for name in ("ghc-9.6", "no-such-profiling", "../x-profiling"):
        store.rpush(keys.BUILDS_WANTED, name)
    engine.fault = "no mirror answers"
    engine.go.set()
    await _state(client)
    _until(lambda: b"failed" in store.hget(keys.BUILDS, NAME))
    failed = await _state(client)
    assert (failed.state, failed.said) == ("failed", "no mirror answers")
    assert engine.asked == [NAME]
    await client.close()


@pytest.mark.parametrize("state", ["failed", "built"])
async def test_who_still_lacks_it_after_a_while_has_it_made_anew(
    state: Literal["failed", "built"], store: Any, engine: Docker, redis_url: str
) -> None:
    client = Client(Config(redis_url=redis_url))
    engine.go.set()
    store.hset(keys.BUILDS, NAME, encode(Build(NAME, state, time.time())))
    assert (await _state(client)).state == state
    assert engine.asked == []
    store.hset(keys.BUILDS, NAME, encode(Build(NAME, state, time.time() - builds.AGAIN_SECONDS - 1)))
    assert (await _state(client)).state == "wanted"
    _until(lambda: engine.asked == [NAME])
    await client.close()


async def test_without_a_builder_nobody_waits_for_one(store: Any, redis_url: str) -> None:
    client = Client(Config(redis_url=redis_url))
    assert await client.want_build(NAME) is None
    assert store.llen(keys.BUILDS_WANTED) == 0
    await client.close()
