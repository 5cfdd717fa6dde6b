"""Sessions move between two fake hosts: nothing is lost, and nobody in mid-run goes."""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence

import msgspec
import pytest

from sandbox import keys
from sandbox.client import Client
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.engine.fakes import FakeHost
from sandbox.engine.hosts import Host, Machine
from sandbox.exceptions import HostError, SandboxError
from sandbox.keeper import Keeper
from sandbox.limits import GIB
from sandbox.messages import (
    Finished,
    HostEntry,
    HostFigures,
    Input,
    Pool,
    Status,
    ToolchainEntry,
    decode_host_figures,
    encode,
)
from sandbox.pool import placement, shifting, watch
from sandbox.pool.census import Census
from sandbox.pool.choice import Terms
from sandbox.pool.readings import ContainerFigures, Reading
from sandbox.pool.shifter import Shifter
from sandbox.pool.weights import Recent
from sandbox.relay.relay import Relay
from sandbox.worker import Worker
from tests.sandbox.agents import Keeping
from tests.sandbox.conftest import DIGEST, Relays, opening
from tests.sandbox.test_losses import outcome, until
from tests.sandbox.test_relay import start, until_state

ENTRIES = {name: HostEntry(name, f"fake://{name}") for name in ("one", "two")}
POOL = Pool(list(ENTRIES.values()), [ToolchainEntry("ghc-fake", DIGEST, DIGEST)])
SIZE, CORES = 1024 * GIB, 64


class Shown:
    """A probe: what the test says of its machine."""

    used: dict[str, int]
    fault: SandboxError | None = None

    def __init__(self, entry: HostEntry, host: Host, *_: object) -> None:
        self.toolchains: Sequence[ToolchainEntry] = []
        self._host = host
        self._last: Reading | None = None

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass

    def latest(self) -> Reading | None:
        """A machine that is gone shows nothing new."""
        with contextlib.suppress(HostError):
            self._last = self._reading()
        return self._last

    def _reading(self) -> Reading:
        machine = Machine(CORES, SIZE, 2, frozenset({"runc"}))
        each = {one.id: ContainerFigures(time.monotonic(), 150 * GIB) for one in self._host.containers()}
        used = self.used.get(self._host.name, 0)
        return Reading(time.time(), machine, 0.0, used, 0.0, 0.0, 0.0, 0.0, each)


class Two:
    """Two fake hosts, a keeper over them, and relays as threads."""

    def __init__(self, config: Config) -> None:
        agents = Keeping
        self.hosts = {name: FakeHost(name, agent=agents, digests=[DIGEST]) for name in ENTRIES}
        self.worker = Worker(config, connect_host=lambda entry: self.hosts[entry.name], wake=self.wake)
        self.redis: Redis = self.worker.redis
        self.probe = type("Probe", (Shown,), {"used": {"one": GIB, "two": 2 * GIB}})
        self.keeper = Keeper(self.worker, config, make_probe=self.probe, grace_seconds=0.5)
        self._threads: list[threading.Thread] = []

    def wake(self, session_id: str) -> None:
        thread = threading.Thread(target=Relay(self.worker, session_id).serve)
        self._threads.append(thread)
        thread.start()

    def host_of(self, session: str) -> str:
        return (self.redis.hget(keys.SESSION % session, "host") or b"").decode()

    def drain(self, name: str) -> None:
        hosts = [msgspec.structs.replace(one, draining=one.name == name) for one in POOL.hosts]
        self.redis.set(keys.POOL, msgspec.json.encode(Pool(hosts, POOL.toolchains)))

    def close(self) -> None:
        self.worker.stopping.set()
        for thread in self._threads:
            thread.join(10)
        self.worker.close()


@pytest.fixture
def two(config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    monkeypatch.setattr(shifting, "DRAIN_IDLE_SECONDS", 0.3)
    monkeypatch.setattr(shifting, "IDLE_SECONDS", 0.3)
    made = Two(config)
    made.redis.set(keys.POOL, msgspec.json.encode(POOL))
    thread = threading.Thread(target=made.keeper.run)
    thread.start()
    yield made
    made.keeper.stop()
    thread.join(10)
    made.close()


@pytest.fixture
async def door(config: Config, two: Two) -> AsyncIterator[Client]:
    client = Client(config, wake=two.wake)
    await until(lambda: two.redis.exists(keys.BUILT))
    yield client
    await client.close()


async def states_of(client: Client, session: str, until_ready_on: str) -> list[Status]:
    """What the session said of itself, until it is ready there."""
    said = []
    async with asyncio.timeout(30):
        with contextlib.suppress(StopAsyncIteration):
            async for _, event in client.events(session, "0-0"):
                if isinstance(event, Status):
                    said.append(event)
                    if event.state == "ready" and event.host == until_ready_on:
                        break
    return said


async def test_draining_a_host_moves_its_sessions_with_their_changes_and_lets_runs_end(
    door: Client, two: Two
) -> None:
    first, other = "one", "two"
    two.drain(other)
    for name in ("idle", "running"):
        await door.open(opening(name), {"Main.hs": "0" * 64})
        await until_state(door, name, "ready")
        assert two.host_of(name) == first
    await door.send("running", start("run", "echo"))
    await until(lambda: two.redis.hexists(keys.RUN % "run", "began"))
    used = two.redis.zscore(keys.ACTIVE, "idle")
    two.drain(first)
    said = await states_of(door, "idle", other)
    assert [status.state for status in said][-3:] == ["ready", "moved", "ready"]
    moved = next(one for one in two.hosts[other].containers() if one.session == "idle")
    agent = two.hosts[other].container(moved.id).agent
    assert isinstance(agent, Keeping)
    await until(lambda: agent.restored == b"changes")
    await until(lambda: agent.manifests)
    assert agent.manifests[-1] == {"Main.hs": "0" * 64}
    assert two.redis.zscore(keys.ACTIVE, "idle") == used, "to be moved is not to be used"
    await asyncio.sleep(0.5)
    assert two.host_of("running") == first
    assert not await door.outcome("run")
    await door.send("running", Input("run", eof=True))
    assert (await outcome(door, "run")).outcome == "exited"
    await states_of(door, "running", other)
    await until(lambda: not [one for one in two.hosts[first].containers() if one.session])
    async with asyncio.timeout(10):
        while {one.host for one in await door.sessions()} != {other}:
            await asyncio.sleep(0.05)


async def test_a_hot_host_gives_to_a_cool_one_where_a_warm_container_waits(door: Client, two: Two) -> None:
    await door.open(opening("session"), {})
    await until_state(door, "session", "ready")
    first = two.host_of("session")
    other = ({"one", "two"} - {first}).pop()
    await until(lambda: two.redis.zcard(keys.WARM % (other, DIGEST)))
    two.probe.used = {first: 900 * GIB, other: 100 * GIB}  # type: ignore[attr-defined]
    said = await states_of(door, "session", other)
    assert [status.state for status in said][-2:] == ["moved", "ready"]
    assert not [one for one in two.hosts[other].containers() if one.session and one.session != "session"]
    two.probe.used = {first: 100 * GIB, other: 900 * GIB}  # type: ignore[attr-defined]
    await asyncio.sleep(1.5)
    assert two.host_of("session") == other, "it rests"


async def test_why_a_session_is_where_it_is_stays_when_a_move_does_not_begin(
    client: Client, relays: Relays, redis: Redis
) -> None:
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    before = placement.why(redis, "session")
    assert before[0].host == "fake"
    figures = decode_host_figures(redis.hget(keys.FIGURES, "fake"))
    redis.hset(keys.FIGURES, "cool", encode(msgspec.structs.replace(figures, name="cool")))
    hosts = [HostEntry(name, "fake://") for name in ("fake", "cool")]
    redis.set(keys.POOL, encode(Pool(hosts, POOL.toolchains)))
    [live] = Census(redis).look({})
    shifter, move = Shifter(relays.worker, Terms()), shifting.Move("session", "fake", frozenset({"cool"}))
    assert shifter._begin(live, move, cold=False) == "", "no warm container waits there"
    assert placement.why(redis, "session") == before
    assert not redis.hlen(keys.RESERVED % "cool")
    assert shifter._begin(live, move, cold=True) == "cool"
    assert placement.why(redis, "session")[0].host == "cool"


async def test_of_two_that_computed_together_one_leaves_while_both_think(door: Client, two: Two) -> None:
    two.drain("two")
    for name in ("first", "second"):
        await door.open(opening(name), {})
        await until_state(door, name, "ready")
    two.redis.set(keys.POOL, msgspec.json.encode(POOL))
    await until(lambda: two.redis.zcard(keys.WARM % ("two", DIGEST)))
    burned = {name: Recent(time.time(), peak=0.5 * CORES) for name in ("first", "second")}
    assert two.keeper._lead
    two.keeper._lead._census._burned.update(burned)
    await until(lambda: {two.host_of(name) for name in burned} == {"one", "two"})
    await asyncio.sleep(1.0)
    assert {two.host_of(name) for name in burned} == {"one", "two"}, "they stay apart"


async def test_what_is_said_while_a_session_moves_reaches_it(door: Client, two: Two) -> None:
    await door.open(opening("session"), {})
    await until_state(door, "session", "ready")
    first = two.host_of("session")
    two.drain(first)
    for number in range(20):
        await door.send("session", start(f"run{number}"))
        assert (await outcome(door, f"run{number}")).outcome == "exited"
        await asyncio.sleep(0.12)
    await asyncio.sleep(1.0)
    await until(lambda: two.host_of("session") not in ("", first))
    ended = [await door.outcome(f"run{number}") for number in range(20)]
    assert all(isinstance(one, Finished) and one.outcome == "exited" for one in ended)


async def test_a_machine_that_is_drained_gives_while_others_wait_and_a_hot_one_does_not(
    door: Client, two: Two
) -> None:
    await door.open(opening("session"), {})
    await until_state(door, "session", "ready")
    first = two.host_of("session")
    other = ({"one", "two"} - {first}).pop()
    await until(lambda: two.redis.zcard(keys.WARM % (other, DIGEST)))
    two.redis.zadd(keys.QUEUE, {"somebody": 1})  # waits for room
    two.probe.used = {first: 900 * GIB, other: 100 * GIB}  # type: ignore[attr-defined]
    await asyncio.sleep(1.0)
    assert two.host_of("session") == first
    two.drain(first)
    await states_of(door, "session", other)
    assert two.host_of("session") == other


async def test_every_host_down_then_one_back(door: Client, two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOST_SECONDS", 0.5)
    await door.open(opening("before"), {})
    await until_state(door, "before", "ready")
    await until(lambda: not two.redis.exists(keys.LEASE % "before"))
    for host in two.hosts.values():
        host.broken = True
    await until_state(door, "before", "lost")
    await until(lambda: all(one.state == "lost" for one in watched(two)))
    for name in ("before", "new"):
        await door.open(opening(name, owner=name), {})
        await door.send(name, start(f"run-{name}"))
        await until_state(door, name, "waiting")
    status = await door.status("new")
    assert status
    assert (status.position, (status.reason or "")[:20]) == (None, "No machine is usable")
    two.hosts["two"].broken = False
    for name in ("before", "new"):
        assert (await outcome(door, f"run-{name}")).outcome == "exited"
        assert two.host_of(name) == "two"
    assert two.redis.zcard(keys.QUEUE) == 0


def watched(two: Two) -> list[HostFigures]:
    return [decode_host_figures(one) for one in two.redis.hvals(keys.FIGURES)]
