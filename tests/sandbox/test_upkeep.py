"""Which idle sessions sleep, and when."""

import time

import pytest

from sandbox import keys
from sandbox.connections import Redis
from sandbox.limits import GIB
from sandbox.messages import HostFigures
from sandbox.pool import demand, upkeep
from sandbox.pool.census import Live
from tests.sandbox.conftest import Relays, opening

OWN_SECONDS = 900.0


def live(name: str, idle: float, host: str = "full", **more: object) -> Live:
    session = opening(name, hibernate_seconds=OWN_SECONDS)
    known = {"runs": [], "moving_until": 0.0} | more
    return Live(name, session, host, f"c-{name}", time.time() - idle, **known)  # type: ignore[arg-type]


def host(name: str, share: float) -> HostFigures:
    used = int(share * 100) * GIB
    return HostFigures(name=name, alive=True, at=time.time(), memory_bytes=100 * GIB, memory_used_bytes=used)


@pytest.fixture
def slept(relays: Relays, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr(upkeep, "_send_hibernate", lambda _, session: told.append(session))
    return told


HOSTS = [host("full", 0.95), host("half", 0.5)]


def test_where_memory_is_short_the_longest_idle_sleep_first_some_at_a_time(
    relays: Relays, slept: list[str]
) -> None:
    sessions = [live(f"s{idle}", float(idle)) for idle in (100, 300, 61, 200, 500, 400, 59)]
    upkeep.hibernate_idle(relays.worker, sessions, HOSTS)
    assert slept == ["s500", "s400", "s300", "s200"]
    assert len(slept) == upkeep.EARLY_AT_ONCE


def test_where_there_is_plenty_each_sleeps_after_its_own_time(relays: Relays, slept: list[str]) -> None:
    sessions = [live("young", OWN_SECONDS - 10, "half"), live("old", OWN_SECONDS + 10, "half")]
    upkeep.hibernate_idle(relays.worker, sessions, HOSTS)
    assert slept == ["old"]


def test_between_plenty_and_short_the_time_shrinks_with_the_memory(relays: Relays, slept: list[str]) -> None:
    middle = (demand.PLENTY + demand.SCARCE) / 2
    sessions = [live("a", 500.0, "middle"), live("b", 450.0, "middle")]
    upkeep.hibernate_idle(relays.worker, sessions, [host("middle", middle)])
    assert slept == ["a"], "half way: (900 + 60) / 2"


def test_while_somebody_waits_for_room_idle_sessions_sleep_everywhere(
    relays: Relays, redis: Redis, slept: list[str]
) -> None:
    redis.zadd(keys.QUEUE, {"waits": 1})
    sessions = [live("a", 70.0, "half"), live("b", 50.0, "half")]
    upkeep.hibernate_idle(relays.worker, sessions, HOSTS)
    assert slept == ["a"]
    slept.clear()
    redis.hset(keys.STRANDED, "waits", "no image")
    upkeep.hibernate_idle(relays.worker, sessions, HOSTS)
    assert slept == []


def test_who_runs_or_moves_does_not_sleep(relays: Relays, slept: list[str]) -> None:
    sessions = [live("runs", 2000.0, runs=["run"]), live("moves", 2000.0, moving_until=time.time() + 20)]
    upkeep.hibernate_idle(relays.worker, sessions, HOSTS)
    assert slept == []


def test_many_that_are_past_their_own_time_sleep_at_once(relays: Relays, slept: list[str]) -> None:
    upkeep.hibernate_idle(relays.worker, [live(f"s{n}", OWN_SECONDS + 1) for n in range(10)], HOSTS)
    assert len(slept) == 10
