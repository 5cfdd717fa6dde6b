"""Who waits for room, who waits for something else, and whom no waiting helps."""

import time

import msgspec
import pytest

from sandbox import keys
from sandbox.client import Client
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.engine.fakes import FakeHost
from sandbox.limits import GIB, ContainerLimits
from sandbox.messages import HostEntry, HostFigures, Pool, ToolchainEntry, encode
from sandbox.pool import demand, waiting
from tests.sandbox.conftest import DIGEST, POOL, Relays, opening
from tests.sandbox.test_keeper import kept
from tests.sandbox.test_losses import outcome, until
from tests.sandbox.test_relay import start, until_state

NOWHERE = "sha256:" + "b" * 64  # a toolchain that is known, and whose image no host has
LARGE = ContainerLimits(memory_bytes=8 * GIB)
TOO_LARGE = "No machine is as large as what this session may use."


def know_a_toolchain_without_image(redis: Redis) -> None:
    toolchains = [*POOL.toolchains, ToolchainEntry("elsewhere", NOWHERE, NOWHERE)]
    redis.set(keys.POOL, encode(Pool(POOL.hosts, toolchains)))


def fill(redis: Redis, memory_bytes: int = 1024 * GIB) -> None:
    """The one host has so much memory, and all of it is used."""
    figures = msgspec.json.decode(redis.hget(keys.FIGURES, "fake"))
    figures |= {"memoryBytes": memory_bytes, "memoryUsedBytes": memory_bytes}
    redis.hset(keys.FIGURES, "fake", msgspec.json.encode(figures))


async def stranded(client: Client, redis: Redis, session: str = "stranded") -> None:
    """A session that no host could take, were it empty, waits."""
    know_a_toolchain_without_image(redis)
    await client.open(msgspec.structs.replace(opening(session), toolchain=NOWHERE), {})
    await until_state(client, session, "waiting")


async def test_who_no_host_could_take_is_told_why_and_has_no_place(
    client: Client, redis: Redis, config: Config
) -> None:
    await stranded(client, redis)
    status = await client.status("stranded")
    assert status
    assert (status.position, status.reason) == (
        None,
        "No machine is usable at the moment. Try again in a minute.",
    )
    fill(redis)
    await client.open(opening("full", owner="bob"), {})
    await until_state(client, "full", "waiting")
    status = await client.status("full")
    assert status
    assert (status.position, status.reason) == (1, None)


async def test_people_are_shown_who_waits_and_why(client: Client, redis: Redis, config: Config) -> None:
    assert await client.queue() == []
    await stranded(client, redis)
    fill(redis)
    for name in ("first", "second"):
        await client.open(opening(name, owner=name), {})
        await until_state(client, name, "waiting")
    waiting.Queue(redis, config.terms).tick()
    first, second, apart = await client.queue()
    assert [(one.session_id, one.position) for one in (first, second)] == [("first", 1), ("second", 2)]
    assert (first.owner, first.reason) == ("first", None)
    assert abs(first.since - time.time()) < 60
    assert (apart.session_id, apart.position) == ("stranded", None)
    assert (apart.reason or "").startswith("No machine is usable")
    [[said]] = (await client.whys(["first"])).values()
    assert said["host"] == "fake"
    assert "0 MiB free" in said["said"]


async def test_for_one_that_can_not_be_served_nothing_is_scarce(
    client: Client, redis: Redis, config: Config
) -> None:
    await stranded(client, redis)
    assert redis.zcard(keys.QUEUE) == 1
    assert not waiting.is_scarce(redis)
    queue = waiting.Queue(redis, config.terms)
    assert queue.tick() == []
    assert queue.needed_bytes == 0, "warm pools are left alone"
    assert not waiting.is_scarce(redis)
    await client.open(opening("other", owner="bob"), {})
    await until_state(client, "other", "ready")  # at once: no keeper runs here


async def test_whoever_waits_for_room_makes_it_scarce(client: Client, redis: Redis, config: Config) -> None:
    fill(redis)
    await client.open(opening(), {})
    await until_state(client, "session", "waiting")
    assert waiting.is_scarce(redis)
    queue = waiting.Queue(redis, config.terms)
    queue.tick()
    assert queue.needed_bytes == ContainerLimits().memory_bytes
    assert demand.patience(900, 0.1, waits=True) < demand.patience(900, 0.1, waits=False)


async def test_who_can_be_served_after_all_waits_for_room_like_everybody(
    client: Client, redis: Redis, config: Config
) -> None:
    await stranded(client, redis)
    fill(redis)
    figures = msgspec.json.decode(redis.hget(keys.FIGURES, "fake")) | {"digests": [DIGEST, NOWHERE]}
    redis.hset(keys.FIGURES, "fake", msgspec.json.encode(figures))
    waiting.Queue(redis, config.terms).tick()
    assert waiting.is_scarce(redis)
    status = await client.status("stranded")
    assert status
    assert (status.position, status.reason) == (1, None)
    redis.hset(keys.FIGURES, "fake", msgspec.json.encode(figures | {"memoryUsedBytes": 0}))
    assert waiting.Queue(redis, config.terms).tick() == ["stranded"]


async def test_who_leaves_is_counted_nowhere(client: Client, redis: Redis) -> None:
    await stranded(client, redis)
    await until(lambda: not redis.exists(keys.LEASE % "stranded"))
    assert await client.leave("stranded")
    assert (redis.zcard(keys.QUEUE), redis.hlen(keys.STRANDED)) == (0, 0)
    assert not waiting.is_scarce(redis)


async def test_idle_sessions_sleep_no_sooner_for_one_that_can_not_be_served(
    client: Client,
    redis: Redis,
    config: Config,
    relays: Relays,
    host: FakeHost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demand, "SOONEST_SECONDS", 0.2)
    await client.open(opening("idle"), {})
    await until_state(client, "idle", "ready")
    await stranded(client, redis)
    with kept(relays, config):
        turns: list[object] = []
        tick = waiting.Queue.tick

        def counted(queue: waiting.Queue) -> list[str]:
            turns.append(1)
            return tick(queue)

        monkeypatch.setattr(waiting.Queue, "tick", counted)
        await until(lambda: len(turns) > 8)
        status = await client.status("idle")
        assert status
        assert status.state == "ready"


async def test_who_is_larger_than_every_machine_is_refused_at_once(client: Client, redis: Redis) -> None:
    fill(redis, 4 * GIB)
    await client.open(msgspec.structs.replace(opening(), limits=LARGE), {})
    await client.send("session", start("run"))
    finished = await outcome(client, "run")
    assert finished.outcome == "internal_error"
    assert (finished.reason or "").startswith(TOO_LARGE)
    status = await client.status("session")
    assert status
    assert (status.state, (status.reason or "")[: len(TOO_LARGE)]) == ("lost", TOO_LARGE)
    assert redis.zcard(keys.QUEUE) == 0


async def test_who_became_larger_than_every_machine_while_it_waited_is_refused_too(
    client: Client, redis: Redis, config: Config
) -> None:
    fill(redis)
    await client.open(msgspec.structs.replace(opening(), limits=LARGE), {})
    await client.send("session", start("run"))
    await until_state(client, "session", "waiting")
    await until(lambda: not redis.exists(keys.LEASE % "session"))
    fill(redis, 4 * GIB)
    waiting.Queue(redis, config.terms).tick()
    assert ((await outcome(client, "run")).reason or "").startswith(TOO_LARGE)
    status = await client.status("session")
    assert status
    assert (status.reason or "").startswith(TOO_LARGE)
    assert redis.zcard(keys.QUEUE) == 0


async def test_nobody_is_refused_while_a_machine_is_down_that_may_be_large_enough(
    client: Client, redis: Redis
) -> None:
    fill(redis, 4 * GIB)
    down = HostFigures(name="down", alive=False, at=0.0, error="It does not answer.")
    redis.hset(keys.FIGURES, "down", encode(down))
    redis.set(keys.POOL, encode(Pool([*POOL.hosts, HostEntry("down", "fake://down")], POOL.toolchains)))
    await client.open(msgspec.structs.replace(opening(), limits=LARGE), {})
    await until_state(client, "session", "waiting")
    assert not waiting.is_scarce(redis), "nor does anybody else suffer for it"


async def test_the_queue_bounds_those_who_wait_for_room_and_the_others_apart(
    client: Client, redis: Redis
) -> None:
    know_a_toolchain_without_image(redis)
    redis.zadd(keys.QUEUE, {f"other{number}": number for number in range(200)})
    redis.hset(keys.STRANDED, mapping={f"other{number}": "because" for number in range(200)})
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    await client.open(msgspec.structs.replace(opening("one-more"), toolchain=NOWHERE), {})
    await client.send("one-more", start("run"))
    assert "queue" in ((await outcome(client, "run")).reason or "")


# --- how long it takes -----------------------------------------------------------------------------------


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr("sandbox.pool.waiting.time.monotonic", lambda: self.now)


def test_the_pace_is_how_fast_the_queue_shrank_lately(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pace = waiting.Pace()
    assert pace.seconds_each(["a", "b", "c", "d", "e"]) is None, "nobody left yet"
    clock.now += 10
    assert pace.seconds_each(["c", "d", "e"]) == 5.0
    clock.now += 15
    assert pace.seconds_each(["d", "e", "f"]) == pytest.approx(0.7 * 5 + 0.3 * 15)
    before = pace.seconds_each(["d", "e", "f"])
    clock.now += 60
    assert pace.seconds_each(["d", "e", "f", "g"]) == before, "who comes changes nothing"


def test_a_queue_that_stood_empty_is_no_slow_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pace = waiting.Pace()
    for _ in range(100):
        clock.now += 60
        pace.seconds_each([])
    pace.seconds_each(["a"])
    clock.now += 3
    assert pace.seconds_each([]) == 3.0


async def test_who_waits_is_told_their_place_and_how_long_it_takes(
    client: Client, redis: Redis, config: Config
) -> None:
    fill(redis)
    for name in ("first", "second", "third"):
        await client.open(opening(name, owner=name), {})
        await until_state(client, name, "waiting")
    queue = waiting.Queue(redis, config.terms)
    queue.tick()
    queue._pace._last_left -= 30.0
    await until(lambda: not redis.exists(keys.LEASE % "first"))
    assert await client.leave("first")
    queue.tick()
    told = [await client.status(name) for name in ("second", "third")]
    assert [status.position for status in told if status] == [1, 2]
    estimates = [status.estimate_seconds or 0.0 for status in told if status]
    assert estimates[0] >= 30.0
    assert estimates[1] == pytest.approx(2 * estimates[0], abs=0.2)
