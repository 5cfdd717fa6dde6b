"""One relay at a time, and none that believes it still is."""

import threading
import time
from collections.abc import Iterator

import pytest

from sandbox import keys, scripts
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.exceptions import Fenced
from sandbox.messages import Sync, encode
from sandbox.relay.lease import Lease, Leases
from tests.sandbox.conftest import opening


@pytest.fixture
def leases(config: Config, redis: Redis) -> Iterator[Leases]:
    scripts.run(redis, "open", "session", encode(opening()), "", encode(Sync({})))
    held = Leases(redis, config)
    yield held
    held.close()


def acquired(leases: Leases) -> Lease:
    lease = leases.acquire("session", lambda: None)
    assert lease
    return lease


def test_one_holds_it(leases: Leases) -> None:
    acquired(leases)
    assert leases.acquire("session", lambda: None) is None


def test_an_unknown_session_has_none(leases: Leases) -> None:
    assert leases.acquire("nobody's", lambda: None) is None


def test_it_is_renewed_while_it_is_held(leases: Leases, config: Config) -> None:
    lease = acquired(leases)
    time.sleep(2 * config.lease_seconds)
    assert leases.acquire("session", lambda: None) is None
    assert not lease.lost.is_set()


def test_one_that_is_held_no_more_runs_out(leases: Leases, redis: Redis, config: Config) -> None:
    first = acquired(leases)
    leases.drop(first)
    time.sleep(1.5 * config.lease_seconds)
    assert acquired(leases).epoch > first.epoch


def test_whoever_was_replaced_learns_it(leases: Leases, redis: Redis) -> None:
    told = threading.Event()
    first = leases.acquire("session", told.set)
    redis.delete(keys.LEASE % "session")
    second = acquired(leases)
    assert told.wait(20)
    assert first
    assert first.lost.is_set()
    assert not second.lost.is_set()


def test_a_late_renewal_does_not_take_back_what_was_let_go(leases: Leases, redis: Redis) -> None:
    lease = acquired(leases)
    scripts.run(redis, "release", "session", lease.epoch, "0-1", "1")
    with pytest.raises(Fenced):
        scripts.run(redis, "renew", "session", lease.epoch, 60_000)
    assert acquired(leases).epoch > lease.epoch


def test_epochs_rise_though_redis_forgot_them(leases: Leases, redis: Redis) -> None:
    first = acquired(leases)
    leases.drop(first)
    redis.flushall()
    time.sleep(0.002)  # a loss takes longer than the clock's millisecond
    scripts.run(redis, "open", "session", encode(opening()), "", encode(Sync({})))
    assert acquired(leases).epoch > first.epoch
