"""What containers used is told by the hosts' figures, and what they used before their claim as nobody's."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox import keys
from sandbox.connections import Redis
from sandbox.engine.hosts import ContainerInfo, session_name
from sandbox.messages import Charged, decode_record, encode
from sandbox.pool.charging import EVERY_SECONDS, Meter
from sandbox.pool.readings import ContainerFigures
from tests.sandbox.conftest import opening

WARM = "haskell-ide-w-one"
CLAIMED = session_name("haskell-ide", "session", 1)


def showing(name: str = "", cpu_seconds: float = 0.0, role: str = "sandbox") -> Any:
    """A host with this one container, or none."""
    containers = [ContainerInfo("c1", name, "running", role, "", "runc", 0.0)] if name else []
    figures = {"c1": ContainerFigures(cpu_seconds, 1000)}
    seen = SimpleNamespace(containers=containers, error="")
    probe = SimpleNamespace(latest=lambda: SimpleNamespace(containers=figures))
    return SimpleNamespace(entry=SimpleNamespace(name="a"), probe=probe, seen=seen)


def told(redis: Redis) -> list[tuple[str | None, str | None, float]]:
    records = [decode_record(fields[b"r"]) for _, fields in redis.xrange(keys.RECORDS)]
    return [(one.session_id, one.owner, one.cpu_seconds) for one in records if isinstance(one, Charged)]


@pytest.fixture
def meter(redis: Redis) -> Meter:
    """Between two of its rounds, so that it tells only what it must."""
    redis.hset(keys.SESSION % "session", mapping={"opening": encode(opening()), "host": "a"})
    made = Meter(redis)
    made._due = time.monotonic() + 100 * EVERY_SECONDS
    return made


def test_what_a_container_used_before_its_claim_is_told_first_and_without_an_owner(
    meter: Meter, redis: Redis
) -> None:
    for name, cpu_seconds in ((WARM, 0.5), (WARM, 1.5), (CLAIMED, 2.0), (CLAIMED, 2.5)):
        meter.tick([showing(name, cpu_seconds)])
    meter.tick([showing()])
    assert told(redis) == [(None, None, 1.5), ("session", "alice", 2.5)]


def test_a_warm_container_is_told_of_in_its_rounds_so_that_another_keeper_need_not_know(
    meter: Meter, redis: Redis
) -> None:
    meter._due = 0.0
    meter.tick([showing(WARM, 1.5)])
    another = Meter(redis)
    another.tick([showing(CLAIMED, 2.0)])
    assert told(redis) == [(None, None, 1.5), ("session", "alice", 2.0)]


def test_what_is_no_sandbox_is_charged_to_nobody(meter: Meter, redis: Redis) -> None:
    meter.tick([showing("haskell-ide-probe", 9.0, role="probe")])
    meter.tick([showing()])
    assert told(redis) == []


def test_what_a_host_says_of_a_session_that_lives_elsewhere_is_charged_to_nobody(
    meter: Meter, redis: Redis
) -> None:
    redis.hset(keys.SESSION % "session", "host", "b")
    meter.tick([showing(CLAIMED, 9.0)])
    meter.tick([showing()])
    assert told(redis) == []


def test_a_host_that_says_nothing_keeps_its_own_containers_and_no_other_host_s(
    meter: Meter, redis: Redis
) -> None:
    other, silent = showing(), showing()
    other.entry.name = "b"
    silent.seen.error = "does not answer"
    meter.tick([showing(CLAIMED, 2.0), other])
    meter.tick([silent, other])
    assert told(redis) == [], "it may be running still"
    silent.entry.name = "c"
    meter.tick([other, silent])
    assert told(redis) == [("session", "alice", 2.0)]
