"""A host that makes no containers draws no sessions; it is asked again after a while."""

import time
from collections.abc import Iterator

import pytest

from sandbox import keys
from sandbox.client import Client
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.engine.fakes import FakeHost
from sandbox.engine.hosts import Spec
from sandbox.exceptions import HostError, NoSuchContainer, SandboxError
from sandbox.limits import GIB
from sandbox.messages import HostEntry, HostFigures, Pool, ToolchainEntry, encode
from sandbox.pool import failures, placement
from sandbox.pool.failures import COOL_SECONDS, Failures, cooling
from tests.sandbox.conftest import DIGEST, Relays, opening
from tests.sandbox.test_losses import until
from tests.sandbox.test_relay import until_state

ENTRIES = [HostEntry(name, f"fake://{name}") for name in ("idle", "busy")]
POOL = Pool(ENTRIES, [ToolchainEntry("ghc-fake", DIGEST, DIGEST)])


class Pair(Relays):
    """Two hosts; the idle one, which draws every session, says `fault` instead of making a container."""

    def __init__(self, config: Config, redis: Redis) -> None:
        self.hosts = {entry.name: FakeHost(entry.name, digests=[DIGEST]) for entry in ENTRIES}
        super().__init__(config, self.hosts["idle"])
        self.worker._connect_host = lambda entry: self.hosts[entry.name]
        self.fault: SandboxError | None = HostError("idle: no space left on device")
        self.tried = 0
        self._create = self.hosts["idle"].create
        self.hosts["idle"].create = self.create  # type: ignore[method-assign]
        redis.set(keys.POOL, encode(POOL))
        redis.set(keys.BUILT, "1")
        for name, used in (("idle", 0.0), ("busy", 30.0)):
            redis.hset(keys.FIGURES, name, encode(figures(name, used)))

    def create(self, spec: Spec, name: str) -> str:
        self.tried += 1
        if self.fault:
            raise self.fault
        return self._create(spec, name)


def figures(name: str, cpu_used: float) -> HostFigures:
    return HostFigures(
        name=name,
        alive=True,
        at=time.time() + 3600,
        cpus=64,
        cpu_used=cpu_used,
        memory_bytes=1024 * GIB,
        digests=[DIGEST],
    )


@pytest.fixture
def relays(config: Config, redis: Redis) -> Iterator[Pair]:
    pair = Pair(config, redis)
    yield pair
    pair.close()


async def host_of(client: Client, session: str) -> str | None:
    await client.open(opening(session, owner=session), {})
    return (await until_state(client, session, "ready")).host


@pytest.mark.parametrize(
    "fault", [HostError("idle: no space left on device"), NoSuchContainer("No such image")], ids=str
)
async def test_where_containers_can_not_be_made_sessions_are_on_other_hosts(
    client: Client, relays: Pair, redis: Redis, fault: SandboxError
) -> None:
    relays.fault = fault
    assert [await host_of(client, f"s{number}") for number in range(6)] == ["busy"] * 6
    assert relays.tried == 2, "one failure is chance, after another one it is left alone"
    said = {one.host: one.said for one in placement.why(redis, "s5")}
    assert said["busy"].startswith("best of 2")
    assert said["idle"].startswith("could not make 2 containers, is asked again in ")
    assert str(fault) in said["idle"]


async def test_once_it_is_mended_it_is_asked_again(
    client: Client, relays: Pair, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        await host_of(client, f"s{number}")
    relays.fault = None
    monkeypatch.setattr(failures, "COOL_SECONDS", (0.0,))
    assert await host_of(client, "later") == "idle"


async def test_a_pool_whose_only_host_fails_lets_sessions_wait_apart_and_tries_again(
    client: Client, relays: Pair, redis: Redis
) -> None:
    relays.hosts["busy"].broken = True
    redis.set(keys.POOL, encode(Pool(ENTRIES[:1], POOL.toolchains)))
    await client.open(opening(), {})
    await until_state(client, "session", "waiting")
    await until(lambda: not redis.exists(keys.LEASE % "session"))
    assert redis.hlen(keys.STRANDED) == 1
    assert relays.tried == 2


def test_the_more_often_it_failed_the_longer_it_is_left_alone() -> None:
    assert not cooling(Failures(), 100.0)
    for count, seconds in enumerate([*COOL_SECONDS, COOL_SECONDS[-1]], start=1):
        failed = Failures(count, 100.0, "why")
        assert bool(cooling(failed, 100.0 + 0.9 * seconds)) == (seconds > 0)
        assert not cooling(failed, 100.0 + seconds)


def test_failures_are_counted_for_each_toolchain_and_those_that_fail_together_as_one(redis: Redis) -> None:
    for _ in range(5):
        failures.note(redis, "a", "one", "x" * 1000)
    found = failures.decoded(redis.hmget(keys.FAILED % ("a", "one"), *failures.FIELDS))
    assert (found.count, len(found.why)) == (2, failures.WHY_CHARACTERS)
    assert found.at <= time.time()
    assert failures.decoded(redis.hmget(keys.FAILED % ("a", "two"), *failures.FIELDS)) == Failures()
    assert 0 < redis.ttl(keys.FAILED % ("a", "one")) <= failures.KEPT_SECONDS
