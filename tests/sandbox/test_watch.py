"""When a host counts as lost, what is said of it, and who keeps an engine that has two names."""

import asyncio
import time
from collections.abc import Iterator

import msgspec
import pytest

from sandbox import keys
from sandbox.client import Client
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.engine.fakes import FakeHost
from sandbox.exceptions import EngineRefused
from sandbox.messages import HostEntry, decode_host_figures, encode
from sandbox.pool import failures, watch
from sandbox.pool.acceptance import Acceptance
from sandbox.pool.publishing import Publisher
from sandbox.pool.twins import note_twins
from sandbox.pool.watch import HostWatch
from tests.sandbox.conftest import DIGEST, POOL, Relays, opening
from tests.sandbox.test_keeper import Idle, kept, spec
from tests.sandbox.test_losses import until
from tests.sandbox.test_relay import until_state


@pytest.fixture
def watched(redis: Redis, config: Config, host: FakeHost) -> Iterator[HostWatch]:
    entry = POOL.hosts[0]
    one = HostWatch(
        entry,
        host,
        redis,
        Idle(),
        Acceptance(entry, host, redis, config),
        toolchains=POOL.toolchains,
        round_seconds=0.05,
        grace_seconds=1.0,
    )
    one.start()
    yield one
    one.stop()
    one._thread.join(10)


async def test_an_engine_that_refuses_calls_is_lost_although_its_probe_speaks(
    watched: HostWatch, host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOST_SECONDS", 0.5)
    await until(lambda: watched.figures().state == "alive")
    host.broken = True
    await until(lambda: watched.figures().state == "suspect")
    assert not watched.is_lost
    await until(lambda: watched.figures().state == "lost")
    assert watched.is_lost
    assert time.time() - watched.heard_at < 0.5, "its probe speaks all the while"
    assert "does not answer" in watched.figures().error
    said = watched.figures()
    assert said.last_error == said.error
    host.broken = False
    await until(lambda: watched.figures().state == "alive")
    assert not watched.is_lost
    after = watched.figures()
    assert (after.error, after.last_error) == ("", said.error)
    assert 0 < after.last_error_at <= time.time()


async def test_of_a_host_that_leaves_all_goes_that_can(
    watched: HostWatch, host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    await until(lambda: watched.figures().state == "alive")
    watched.stop()
    for name in ("haskell-ide-s-one-1", "haskell-ide-s-two-1", "haskell-ide-s-three-1"):
        host.create(spec(), name)
    first, *others = (one.id for one in host.containers())
    remove = host.remove

    def stubborn(container: str) -> None:
        if container == first:
            raise EngineRefused("device or resource busy")
        remove(container)

    monkeypatch.setattr(host, "remove", stubborn)
    watched.leave()
    assert [one.id for one in host.containers()] == [first]
    assert others


async def test_what_rests_on_a_host_stands_in_its_figures(watched: HostWatch, redis: Redis) -> None:
    redis.hset(keys.RESTING, watched.entry.name, 1.5)
    publisher = Publisher(redis, lambda: [watched], 0.05)
    try:
        await until(lambda: published(redis, watched.entry.name) == 1.5)
        redis.delete(keys.RESTING)
        await until(lambda: published(redis, watched.entry.name) == 0.0)
    finally:
        publisher.close()


def published(redis: Redis, name: str) -> float | None:
    """The cores that rest there, once something is said of the host."""
    said = redis.hget(keys.FIGURES, name)
    return decode_host_figures(said).resting_cpus if said else None


async def test_what_failed_while_its_engine_was_away_is_not_held_against_a_host(
    watched: HostWatch, host: FakeHost, redis: Redis
) -> None:
    await until(lambda: watched.figures().state == "alive")
    key = keys.FAILED % (watched.entry.name, DIGEST)
    failures.note(redis, watched.entry.name, DIGEST, "no space left on device")
    await until_looked(watched)
    assert redis.exists(key), "it answered all the while"
    host.broken = True
    await until(lambda: watched.figures().state == "suspect")
    host.broken = False
    await until(lambda: watched.figures().state == "alive")
    await until(lambda: not redis.exists(key))


async def until_looked(watched: HostWatch) -> None:
    """Once more, from beginning to end."""
    for _ in range(2):
        before = watched.seen
        while watched.seen is before:
            await asyncio.sleep(0.01)


async def test_the_next_keeper_knows_what_went_wrong_before(watched: HostWatch, redis: Redis) -> None:
    await until(lambda: watched.figures().state == "alive")
    known = msgspec.structs.replace(watched.figures(), last_error="It did not answer.", last_error_at=5.0)
    redis.hset(keys.FIGURES, watched.entry.name, encode(known))
    watched._remember()
    assert (watched.figures().last_error, watched.figures().last_error_at) == ("It did not answer.", 5.0)
    redis.hset(keys.FIGURES, watched.entry.name, b"of another version")
    watched._remember()
    assert watched.figures().last_error == "It did not answer."


async def test_sessions_there_are_given_up(
    client: Client,
    relays: Relays,
    redis: Redis,
    config: Config,
    host: FakeHost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "LOST_SECONDS", 0.5)
    with kept(relays, config):
        await client.open(opening(), {})
        await until_state(client, "session", "ready")
        await until(lambda: not redis.exists(keys.LEASE % "session"))
        host.broken = True
        await until_state(client, "session", "lost")
        host.broken = False


async def test_a_clock_that_goes_wrong_is_said_of_a_host(
    watched: HostWatch, host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "DIGESTS_SECONDS", 0.1)
    await until(lambda: watched.figures().state == "alive")
    assert watched.figures().warnings == []
    machine = host.machine()
    host.machine = lambda: msgspec.structs.replace(machine, clock_seconds=-3600.0)  # type: ignore[method-assign]
    await until(lambda: watched.figures().warnings)
    assert watched.figures().warnings == [
        "Clock: 3600.0 s behind. Set it: timedatectl set-ntp true. deploy/host-setup.sh does it."
    ]
    assert watched.figures().state == "alive"


def named(name: str, engine: str = "engine", since: float = 0.0) -> HostWatch:
    made = HostWatch(
        HostEntry(name, "fake://"),
        FakeHost(name, digests=[DIGEST]),
        None,
        Idle(),
        None,  # type: ignore[arg-type]
        toolchains=[],
        round_seconds=1.0,
        grace_seconds=1.0,
    )
    made.engine, made.engine_since = engine, since
    return made


def test_who_serves_keeps_its_engine_whatever_a_clone_is_called() -> None:
    serving, clone, other = named("m", since=1.0), named("a", since=2.0), named("z", "other")
    note_twins([serving, clone, other])
    assert (serving.twin, other.twin) == ("", "")
    assert clone.twin.startswith("It is the engine of the host m.")
    serving.engine_since = 3.0  # it was asked again
    note_twins([clone, serving])
    assert serving.twin == ""


def test_after_a_new_keeper_who_has_sessions_keeps_its_engine() -> None:
    serving, clone = named("m", since=2.0), named("a", since=1.0)
    serving.promised_bytes = 1
    note_twins([clone, serving])
    assert (serving.twin, bool(clone.twin)) == ("", True)


def test_once_the_serving_host_is_gone_the_other_is_no_twin() -> None:
    serving, clone = named("m", since=1.0), named("a", since=2.0)
    note_twins([serving, clone])
    note_twins([clone])
    assert clone.twin == ""
