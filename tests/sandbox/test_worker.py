"""What a worker keeps of the pool's hosts."""

import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import keys
from sandbox.config import Config
from sandbox.messages import HostEntry, Pool, encode
from sandbox.worker import Worker

ENTRIES = [HostEntry(name, f"unix:///{name}.sock") for name in ("one", "two", "three")]


class FakeHost:
    def __init__(self, name: str) -> None:
        self.name, self.closed = name, False

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def worker(redis_url: str) -> Iterator[Any]:
    def connect(entry: HostEntry) -> Any:
        return FakeHost(entry.name)

    made = Worker(Config(redis_url=redis_url), connect_host=connect, wake=lambda _: None)
    yield made
    made.close()


def publish(worker: Any, *hosts: HostEntry) -> None:
    worker.redis.set(keys.POOL, encode(Pool(hosts=list(hosts), toolchains=[])))


def test_a_connection_is_made_once_also_for_a_host_that_is_cordoned_meanwhile(worker: Any) -> None:
    publish(worker, ENTRIES[0])
    cordoned = HostEntry("one", "unix:///one.sock", cordoned=True)
    assert worker.host(ENTRIES[0]) is worker.host(cordoned)


def test_a_host_that_left_is_let_go_when_another_comes_but_not_taken_from_who_uses_it(worker: Any) -> None:
    publish(worker, *ENTRIES[:2])
    one, two = (worker.host(entry) for entry in ENTRIES[:2])
    publish(worker, *ENTRIES[1:])
    worker.host(ENTRIES[2])
    assert worker.host(ENTRIES[1]) is two
    assert not one.closed
    kept = weakref.ref(one)
    del one
    assert kept() is None


def test_all_connections_stay_when_redis_forgets_the_pool(worker: Any) -> None:
    publish(worker, ENTRIES[0])
    one = worker.host(ENTRIES[0])
    worker.redis.flushall()
    worker.host(ENTRIES[1])
    assert worker.host(ENTRIES[0]) is one
