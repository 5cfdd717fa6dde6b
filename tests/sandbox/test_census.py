"""What sessions use, from what their hosts show."""

import time

import pytest

from sandbox import keys
from sandbox.client import Client
from sandbox.connections import Redis
from sandbox.engine.fakes import FakeHost
from sandbox.engine.hosts import Machine
from sandbox.messages import HostSample, SessionFigures, decode_session_figures, encode
from sandbox.pool.census import Census
from sandbox.pool.seen import HostSeen, Shown
from sandbox.pool.twins import Claim
from sandbox.pool.weights import Recent
from tests.sandbox.conftest import opening
from tests.sandbox.test_relay import until_state

MACHINE = Machine(4.0, 2**34, 2, frozenset())


async def opened(client: Client, host: FakeHost) -> str:
    """The container of a session that is ready."""
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    [container] = [one.name for one in host.containers() if one.session]
    return container


def looked(
    census: Census, container: str, redis: Redis, at: float, seconds: float, host: str = "fake"
) -> SessionFigures:
    """What is published once its host showed that."""
    shown = {container: Shown(at, seconds, 2**20)}
    claim = Claim(is_twin=False, is_empty=False, since=0.0, name=host, engine="engine")
    census.look({host: HostSeen(at, at, answers=True, lost=False, swept="", running=shown, claim=claim)})
    census.publish({}, {})
    return decode_session_figures(redis.hget(keys.SESSIONS, "session"))


async def test_the_cpu_that_is_shown_is_that_of_this_moment(
    client: Client, redis: Redis, host: FakeHost
) -> None:
    census, container = Census(redis), await opened(client, host)
    assert looked(census, container, redis, 100.0, 10.0).cpu_used == 0.0, "one look shows no rate"
    assert looked(census, container, redis, 102.0, 11.5).cpu_used == 0.75
    assert looked(census, container, redis, 102.0, 11.5).cpu_used == 0.75, "nothing new was shown"
    [live] = census.sessions
    assert live.cores == pytest.approx(1.5 * 0.00578, rel=0.01), "the average of late is another figure"
    assert looked(census, container, redis, 103.0, 11.5).cpu_used == 0.0


async def test_who_burns_little_at_a_time_is_remembered_until_it_is_much(
    client: Client, redis: Redis, host: FakeHost
) -> None:
    """Among many who compute nobody gets much between two looks."""
    census, container = Census(redis), await opened(client, host)
    for number in range(11):
        looked(census, container, redis, 100.0 + 2 * number, 0.3 * number)
    [recent] = census.users.values()
    assert recent.seconds == pytest.approx(3.0, rel=0.05)


async def test_what_a_session_burned_and_does_not_burn_now_rests_on_its_host(
    client: Client, redis: Redis, host: FakeHost
) -> None:
    census, container = Census(redis), await opened(client, host)
    looked(census, container, redis, 100.0, 10.0)
    assert float(redis.hget(keys.RESTING, "fake") or 1) == 0.0
    census._burned["session"] = Recent(time.time(), peak=0.8)  # it computed for minutes
    looked(census, container, redis, 102.0, 10.0)
    assert float(redis.hget(keys.RESTING, "fake") or 0) == pytest.approx(0.8, rel=0.1)


async def test_no_host_makes_anybody_heavier_than_their_limits_allow(
    client: Client, redis: Redis, host: FakeHost
) -> None:
    census, container = Census(redis), await opened(client, host)
    looked(census, container, redis, 100.0, 10.0)
    assert looked(census, container, redis, 102.0, 4e9).cpu_used == 1.0
    [recent] = census.users.values()
    assert recent.seconds <= 4.0
    looked(census, container, redis, 104.0, 11.0)
    [recent] = census.users.values()
    assert recent.seconds <= 4.0, "what was a lie is taken back"


async def test_what_another_host_says_of_a_session_is_nothing(
    client: Client, redis: Redis, host: FakeHost
) -> None:
    census, container = Census(redis), await opened(client, host)
    for at in (100.0, 102.0):
        looked(census, container, redis, at, at - 100.0, host="other")
    assert census.users == {}


async def test_what_another_version_told_is_left_out_of_what_people_are_shown(
    client: Client, redis: Redis, host: FakeHost
) -> None:
    census, container = Census(redis), await opened(client, host)
    looked(census, container, redis, 100.0, 10.0)
    redis.hset(keys.SESSIONS, "newer", '{"sessionId": "newer", "colour": 7}')
    sample = HostSample(1.0, 0.1, 0.2, 0, 0, 0, 0.5, 3, 1, alive=True)
    redis.lpush(keys.HISTORY % "fake", encode(sample), b"newer")
    assert [one.session_id for one in await client.sessions()] == ["session"]
    assert await client.history(["fake"]) == {"fake": [sample]}
