"""The keeper over a fake host: it wakes, queues, hibernates, reaps, and builds again after a loss."""

import asyncio
import contextlib
import pkgutil
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from sandbox import keys
from sandbox.client import Client
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.engine.fakes import FakeHost
from sandbox.engine.hosts import Machine, Spec, session_name
from sandbox.exceptions import PoolFull, SandboxError
from sandbox.keeper import Keeper
from sandbox.limits import GIB
from sandbox.messages import Charged, End, Finished, Pool, Queued, ToolchainEntry
from sandbox.pool import waiting
from sandbox.pool.readings import ContainerFigures, Reading
from tests.sandbox.agents import Keeping
from tests.sandbox.conftest import DIGEST, POOL, Agents, Relays, opening
from tests.sandbox.test_losses import outcome, until
from tests.sandbox.test_relay import events_of, start, until_state
from tests.specs import sandbox_spec


class Idle:
    """A probe that shows a large machine with nothing to do, and what the test says of its containers."""

    fault: SandboxError | None = None

    def __init__(self, *_: object) -> None:
        self.toolchains: Sequence[ToolchainEntry] = []
        self.containers: dict[str, ContainerFigures] = {}

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass

    def latest(self) -> Reading:
        machine = Machine(64, 1024 * GIB, 2, frozenset({"runc"}))
        return Reading(time.time(), machine, 0.0, 0, 0.0, 0.0, 0.0, 0.0, self.containers)


@contextlib.contextmanager
def kept(relays: Relays, config: Config) -> Iterator[Keeper]:
    """While a keeper runs."""
    one = Keeper(relays.worker, config, make_probe=Idle, grace_seconds=0.5)
    thread = threading.Thread(target=one.run)
    thread.start()
    try:
        yield one
    finally:
        one.stop()
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture
def keeper(config: Config, relays: Relays) -> Iterator[Keeper]:
    with kept(relays, config) as one:
        yield one


def spec() -> Spec:
    return sandbox_spec(DIGEST, "haskell-ide")


async def test_a_session_whose_wake_up_was_lost_is_woken(
    config: Config, relays: Relays, keeper: Keeper
) -> None:
    deaf = Client(config, wake=lambda _: None)
    await deaf.open(opening(), {})
    await deaf.send("session", start("run"))
    assert len(await events_of(deaf, "run")) >= 3
    await deaf.close()


async def test_placing_begins_when_the_hosts_were_looked_at(
    client: Client, redis: Redis, config: Config, relays: Relays, host: FakeHost
) -> None:
    redis.delete(keys.BUILT)
    name = session_name("haskell-ide", "gone", 12345)
    host.create(spec(), name)
    await client.open(opening(), {})
    await until_state(client, "session", "waiting")
    assert [container.name for container in host.containers()] == [name]
    with kept(relays, config):
        await until_state(client, "session", "ready")
        assert name not in [container.name for container in host.containers()]


async def test_after_a_loss_of_redis_nothing_is_placed_before_what_was_there_is_gone(
    client: Client, keeper: Keeper, host: FakeHost, redis: Redis
) -> None:
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    [before] = [one.name for one in host.containers() if one.session]
    for _ in range(5):
        lost_at = time.time()
        redis.flushall()
        await client.set_pool(POOL)
        await client.open(opening(), {})
        await until(lambda: redis.exists(keys.BUILT))
        assert before not in [one.name for one in host.containers()]
        recall = await client.recall("run", "session")
        assert not recall.known
        assert recall.complete
        assert recall.may_have_begun(lost_at)
        assert not recall.may_have_begun(time.time())
        await until_state(client, "session", "ready")
        [before] = [one.name for one in host.containers() if one.session]


async def test_a_container_that_is_nobodys_is_removed_in_every_state(keeper: Keeper, host: FakeHost) -> None:
    name = session_name("haskell-ide", "gone", 12345)
    host.create(spec(), name)
    host.container(name).end()
    await until(lambda: name not in [container.name for container in host.containers()])


async def test_a_live_sessions_container_stays(client: Client, keeper: Keeper, host: FakeHost) -> None:
    await client.open(opening(), {})
    await client.send("session", start("run", "echo"))
    await until_state(client, "session", "ready")
    before = {container.name for container in host.containers() if container.session}
    await asyncio.sleep(2)
    assert {container.name for container in host.containers() if container.session} == before


async def test_an_idle_session_hibernates_and_comes_back(
    client: Client, keeper: Keeper, host: FakeHost, agents: Agents
) -> None:
    agents.make = Keeping
    await client.open(opening(hibernate_seconds=1.0), {})
    await until_state(client, "session", "ready")
    await until_state(client, "session", "hibernated")
    await until(lambda: not [one for one in host.containers() if one.session])
    await client.open(opening(), {})
    await client.send("session", start("run"))
    assert (await outcome(client, "run")).outcome == "exited"


async def test_a_session_with_a_live_run_is_not_idle(client: Client, keeper: Keeper) -> None:
    await client.open(opening(hibernate_seconds=0.5), {})
    await client.send("session", start("run", "echo"))
    await until_state(client, "session", "ready")
    await asyncio.sleep(2)
    assert not await client.outcome("run")


async def test_a_session_whose_container_ended_by_itself_is_lost(
    client: Client, keeper: Keeper, host: FakeHost, redis: Redis
) -> None:
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    await until(lambda: not redis.exists(keys.LEASE % "session"))
    host.container(redis.hget(keys.SESSION % "session", "container").decode()).end()
    await until_state(client, "session", "lost")
    await client.send("session", start("run"))
    assert (await outcome(client, "run")).outcome == "exited"


async def test_a_run_that_nobody_watches_ends_at_its_deadline(
    config: Config, relays: Relays, redis: Redis, host: FakeHost
) -> None:
    door = Client(config, wake=relays.wake)
    await door.open(opening(), {})
    await door.send("session", start("run", "echo"))
    await until(lambda: redis.hexists(keys.RUN % "run", "began"))
    relays.asleep = True  # no worker is there
    relays.worker.stopping.set()
    await until(lambda: not redis.exists(keys.LEASE % "session"))
    redis.zadd(keys.DEADLINES, {"run": 1})
    relays.worker.stopping.clear()
    with kept(relays, config):
        assert (await outcome(door, "run")).outcome == "timed_out"
        await until(lambda: not [one for one in host.containers() if one.session])
    await door.close()


async def test_nothing_stays_on_a_host_that_leaves_the_pool(
    client: Client, keeper: Keeper, host: FakeHost
) -> None:
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    await client.set_pool(Pool(hosts=[], toolchains=POOL.toolchains))
    await until(lambda: host.containers() == [])


async def test_the_queue_is_served_in_turn(
    client: Client, config: Config, relays: Relays, redis: Redis
) -> None:
    redis.delete(keys.BUILT)
    for number, owner in enumerate(["alice", "alice", "bob"]):
        await client.open(opening(f"session{number}", owner), {})
        await until_state(client, f"session{number}", "waiting")
    await client.send("session1", start("run"))
    positions: dict[str, int | None] = {}
    async with asyncio.timeout(30):
        while len(positions) < 3 or positions["session1"] != 3:
            for number in range(3):
                status = await client.status(f"session{number}")
                positions[f"session{number}"] = status.position if status else None
            relays.announce()
            await asyncio.sleep(0.05)
    assert positions == {"session0": 1, "session1": 3, "session2": 2}
    with kept(relays, config):
        for number in range(3):
            await until_state(client, f"session{number}", "ready")
    events = await events_of(client, "run")
    assert isinstance(events[0][1], Queued)
    assert isinstance(events[-1][1], Finished)


async def test_who_gives_up_or_closes_the_last_window_leaves_the_queue(
    client: Client, config: Config, relays: Relays, redis: Redis
) -> None:
    redis.delete(keys.BUILT)
    for name in ("gives-up", "closed", "reloaded", "program"):
        await client.open(opening(name, owner=name), {})
        await client.send(name, start(f"run-{name}"))
        await until_state(client, name, "waiting")
    await until(lambda: not [name for name in ("closed", "gives-up") if redis.exists(keys.LEASE % name)])
    assert await client.leave("gives-up")
    assert not await client.leave("gives-up")
    for name in ("closed", "reloaded"):
        await client.attend(name, 45)
        await client.attend(name, 0.1, at_most=True)
    await client.attend("reloaded", 45)
    await asyncio.sleep(0.2)
    waiting.Queue(redis, config.terms).tick()
    assert {name.decode() for name in redis.zrange(keys.QUEUE, 0, -1)} == {"reloaded", "program"}
    for name in ("gives-up", "closed"):
        assert (await outcome(client, f"run-{name}")).outcome == "stopped"
        status = await client.status(name)
        assert status
        assert status.state == "hibernated"
    with kept(relays, config):
        for name in ("reloaded", "program"):
            await until_state(client, name, "ready")
        await client.open(opening("closed"), {})
        await client.send("closed", start("again"))
        assert (await outcome(client, "again")).outcome == "exited"


@pytest.mark.parametrize("said", [b"\xff{", b"{}", b'{"sessionId":"session"'])
async def test_a_session_whose_opening_cannot_be_read_is_ended_once_and_the_round_goes_on(
    client: Client,
    config: Config,
    relays: Relays,
    redis: Redis,
    host: FakeHost,
    caplog: pytest.LogCaptureFixture,
    said: bytes,
) -> None:
    await client.open(opening("idle"), {})
    await until_state(client, "idle", "ready")
    redis.delete(keys.BUILT)
    for name in ("waits", "other"):
        await client.open(opening(name, owner=name), {})
        await client.send(name, start(f"run-{name}"))
        await until_state(client, name, "waiting")
    broken = ("idle", "waits")
    await until(lambda: not [name for name in (*broken, "other") if redis.exists(keys.LEASE % name)])
    for name in broken:
        redis.hset(keys.SESSION % name, "opening", said)
    with kept(relays, config):
        await until_state(client, "other", "ready")
        assert (await outcome(client, "run-other")).outcome == "exited"
        ended = await outcome(client, "run-waits")
        assert ended.outcome == "internal_error"
        assert "cannot be read" in (ended.reason or "")
        await until(lambda: not [name for name in broken if redis.exists(keys.SESSION % name)])
        await until(lambda: len([one for one in host.containers() if one.session]) == 1)
        await asyncio.sleep(2 * config.keeper_seconds)
        for name in broken:
            assert b'"state":"lost"' in redis.xrevrange(keys.SESSION_EVENTS % name, count=1)[0][1][b"e"]
            assert len([line for line in caplog.messages if line.startswith(f"session {name}: its op")]) == 1
            await client.open(opening(name), {})
            await client.send(name, start(f"again-{name}"))
            assert (await outcome(client, f"again-{name}")).outcome == "exited"
    assert not [line for line in caplog.messages if "a round of upkeep failed" in line]


async def test_a_late_run_of_a_session_whose_opening_cannot_be_read_ends(
    client: Client, config: Config, relays: Relays, redis: Redis
) -> None:
    await client.open(opening(), {})
    await client.send("session", start("run", "echo"))
    await until(lambda: redis.hexists(keys.RUN % "run", "began"))
    relays.asleep = True  # no worker is there
    relays.worker.stopping.set()
    await until(lambda: not redis.exists(keys.LEASE % "session"))
    redis.hset(keys.SESSION % "session", "opening", b"{}")
    redis.zadd(keys.DEADLINES, {"run": 1})
    relays.worker.stopping.clear()
    with kept(relays, config):
        assert (await outcome(client, "run")).outcome == "internal_error"
        await until(lambda: not redis.exists(keys.SESSION % "session"))


async def test_a_full_queue_refuses(client: Client, redis: Redis) -> None:
    redis.delete(keys.BUILT)
    redis.zadd(keys.QUEUE, {f"other{number}": number for number in range(200)})
    with pytest.raises(PoolFull):
        await client.open(opening(), {})


async def test_two_keepers_take_turns(config: Config, relays: Relays, redis: Redis) -> None:
    with kept(relays, config) as one, kept(relays, config) as other:
        await until(lambda: redis.exists(keys.KEEPER))
        holder = redis.get(keys.KEEPER)
        await asyncio.sleep(1)
        assert redis.get(keys.KEEPER) == holder
        (one if one.standing.token == holder.decode() else other).stop()
        await until(lambda: redis.get(keys.KEEPER) not in (holder, None))


async def test_containers_are_charged_by_the_hosts_figures(
    client: Client, keeper: Keeper, host: FakeHost, redis: Redis
) -> None:
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    [container] = [one for one in host.containers() if one.session]
    probe = keeper.own.watches[POOL.hosts[0]].probe
    assert isinstance(probe, Idle)
    probe.containers = {container.id: ContainerFigures(cpu_seconds=12.5, memory_bytes=1000)}
    await until(lambda: container.id in keeper.own.meter._last)
    await client.send("session", End())
    charged: list[Charged] = []
    async with asyncio.timeout(30):
        while not charged:
            entries = await client.records("test")
            charged = [record for _, record in entries if isinstance(record, Charged)]
            await client.settle([entry for entry, _ in entries])
    assert (charged[0].session_id, charged[0].owner, charged[0].cpu_seconds) == ("session", "alice", 12.5)


class Killed(BaseException):
    """A process that is killed runs no handler."""


def die_once(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    """The first call of `target` ends its thread, as a kill would."""
    calls: list[object] = []
    real = pkgutil.resolve_name(target)

    def dying(*args: Any, **more: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            raise Killed
        return real(*args, **more)

    monkeypatch.setattr(target.replace(":", "."), dying)


@pytest.mark.parametrize(
    "moment",
    [
        "sandbox.relay.opening:take_container",  # between reservation and claim
        "sandbox.relay.session:Session.claimed",  # between claim and its note
        "sandbox.relay.opening:attach",  # between claim and attach
        "sandbox.relay.opening:fill",  # between attach and the first message
        "sandbox.relay.outbox:Outbox.put",  # before what the agent said is kept
    ],
)
async def test_a_worker_may_die_at_any_moment(
    moment: str, client: Client, keeper: Keeper, host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    die_once(monkeypatch, moment)
    await client.open(opening(), {})
    await client.send("session", start("run"))
    events = await events_of(client, "run")
    assert [type(event) for _, event in events].count(Finished) == 1
    assert isinstance(events[-1][1], Finished)
    assert events[-1][1].outcome == "exited"
    await until(lambda: len([one for one in host.containers() if one.session]) == 1)
