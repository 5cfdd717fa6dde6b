"""The warm pool over hosts in memory: kept full, each container checked, handed out once, found again."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator

import msgspec
import pytest

from sandbox import keys
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.engine import kinds
from sandbox.engine.fake_agent import FakeAgent, ScriptedAgent
from sandbox.engine.fakes import FakeHost
from sandbox.engine.hosts import Spec
from sandbox.exceptions import HostError
from sandbox.limits import GIB, MIB, ContainerLimits
from sandbox.messages import (
    Attach,
    Attached,
    Frame,
    HostEntry,
    HostFigures,
    Ready,
    ToolchainEntry,
    decode_command,
)
from sandbox.pool import demand, warm, warm_host, warm_plan
from sandbox.pool.warm import WarmPools
from sandbox.pool.warm_check import wait_ready

DIGEST = "sha256:" + "a" * 64
NEWER = "sha256:" + "b" * 64
ENTRY = HostEntry("fake", "fake://")
TOOLCHAINS = [ToolchainEntry("ghc", DIGEST, DIGEST)]
INDEX = keys.WARM % ("fake", DIGEST)


def figures(**more: object) -> HostFigures:
    idle = HostFigures(
        name="fake", alive=True, at=time.time(), cpus=4, memory_bytes=16 * GIB, digests=[DIGEST, NEWER]
    )
    return msgspec.structs.replace(idle, **more)


class Slow(FakeAgent):
    """Is not ready when asked first."""

    def answer(self, line: bytes) -> Iterable[Frame]:
        command = decode_command(line)
        assert isinstance(command, Attach)
        yield Attached(nonce=command.nonce, entry="0-0", runs=[], ready=False)
        yield Ready(seconds=1.0)


class Liar(FakeAgent):
    """Says that it is ready, but not to whom it was asked by."""

    def answer(self, line: bytes) -> Iterable[Frame]:
        yield Attached(nonce="guessed", entry="0-0", runs=[], ready=True)
        yield Ready(seconds=0.0)


class Mute(FakeAgent):
    def answer(self, line: bytes) -> Iterable[Frame]:
        return []


def hosting(agent: Callable[[], FakeAgent] = ScriptedAgent) -> FakeHost:
    return FakeHost("fake", agent, [DIGEST, NEWER])


@pytest.fixture
def host() -> FakeHost:
    return hosting()


@pytest.fixture
def pools(redis: Redis, config: Config) -> Iterator[WarmPools]:
    made = WarmPools(redis, config)
    yield made
    made.close()


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.01)


def ready(redis: Redis, count: int, index: str = INDEX) -> None:
    wait_for(lambda: redis.zcard(index) == count, f"{count} ready in {index}")


def names(host: FakeHost) -> set[str]:
    return {one.name for one in host.containers()}


def test_the_pool_is_filled_with_containers_of_the_profile(
    redis: Redis, pools: WarmPools, host: FakeHost, config: Config
) -> None:
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    ready(redis, 2)
    assert {name.decode() for name in redis.zrange(INDEX, 0, -1)} == names(host)
    assert [spec["Labels"] for spec in host.created] == [host.created[0]["Labels"]] * 2
    (wanted,) = warm.wanted(ENTRY, TOOLCHAINS, [DIGEST], config, {})
    assert host.created[0] == wanted.spec


def test_mistakes_of_ours_cost_one_round_each(
    redis: Redis,
    pools: WarmPools,
    host: FakeHost,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(warm_host, "FAILURE_SECONDS", (0.0,))
    with monkeypatch.context() as broken:
        broken.setattr(host, "containers", lambda: 1 // 0)
        pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
        wait_for(lambda: "warm pool of fake" in caplog.text, "the round that failed is said")
    with monkeypatch.context() as broken:
        broken.setattr(host, "create", lambda *_: 1 // 0)
        pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
        wait_for(lambda: "a job failed" in caplog.text, "the creation that failed is said")
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    ready(redis, 2)


def test_one_that_is_taken_is_replaced_at_once(redis: Redis, pools: WarmPools, host: FakeHost) -> None:
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    ready(redis, 2)
    taken = redis.zpopmin(INDEX)[0][0].decode()
    redis.publish(keys.REFILL, "fake")
    ready(redis, 2)
    host.claim(taken, "haskell-ide-s-one-1", ContainerLimits())
    assert len(host.containers()) == 3
    assert taken.encode() not in redis.zrange(INDEX, 0, -1)


@pytest.mark.parametrize("agent", [Slow, ScriptedAgent])
def test_a_container_counts_when_its_agent_is_ready(agent: type[FakeAgent]) -> None:
    slow = hosting(agent)
    container = slow.create({"Image": DIGEST, "Labels": {}}, "x")
    wait_ready(slow, container, threading.Event(), 5.0)


@pytest.mark.parametrize("agent", [Liar, Mute])
def test_a_container_that_is_not_ready_in_time_is_refused(agent: type[FakeAgent]) -> None:
    bad = hosting(agent)
    container = bad.create({"Image": DIGEST, "Labels": {}}, "x")
    with pytest.raises(HostError):
        wait_ready(bad, container, threading.Event(), 0.3)


def test_a_container_that_ends_is_not_ready() -> None:
    host = hosting(Mute)
    container = host.create({"Image": DIGEST, "Labels": {}}, "x")
    threading.Timer(0.1, host.remove, [container]).start()
    with pytest.raises(HostError, match="ended"):
        wait_ready(host, container, threading.Event(), 10.0)


def test_what_fails_is_removed_and_tried_again_later(
    redis: Redis, pools: WarmPools, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[FakeAgent] = []

    def agent() -> FakeAgent:
        made.append(Mute() if len(made) < 2 else ScriptedAgent())
        return made[-1]

    monkeypatch.setattr(warm_host, "FAILURE_SECONDS", (0.1,))
    monkeypatch.setattr(warm_host, "wait_ready", lambda host, name, stop: wait_ready(host, name, stop, 0.2))
    host = hosting(agent)
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    wait_for(lambda: len(made) == 2 and not host.containers(), "both failed")
    assert redis.zcard(INDEX) == 0

    def refilled() -> bool:
        pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
        return bool(redis.zcard(INDEX) == 2)

    wait_for(refilled, "filled after the failures")
    assert len(host.containers()) == 2


def test_a_broken_image_does_not_make_it_spin(pools: WarmPools) -> None:
    broken = FakeHost("fake", digests=[])
    tried: list[str] = []
    create = broken.create

    def count(spec: Spec, name: str) -> str:
        tried.append(name)
        return create(spec, name)

    broken.create = count  # type: ignore[method-assign]
    for _ in range(50):
        pools.tick([(ENTRY, broken, figures())], TOOLCHAINS)
        time.sleep(0.01)
    assert 1 <= len(tried) <= 2


def test_never_more_than_two_are_created_at_once(redis: Redis, config: Config) -> None:
    host = hosting()
    lock, running, most, go_on = threading.Lock(), 0, 0, threading.Event()
    create = host.create

    def slow(spec: Spec, name: str) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        go_on.wait(10)
        time.sleep(0.05)
        with lock:
            running -= 1
        return create(spec, name)

    host.create = slow  # type: ignore[method-assign]
    pools = WarmPools(redis, msgspec.structs.replace(config, warm_per_toolchain=6))
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    assert host.containers() == [], "the keeper's round waits for nothing"
    go_on.set()
    ready(redis, 6)
    pools.close()
    assert most == 2


def test_a_restarted_keeper_finds_the_pool_again(redis: Redis, host: FakeHost, config: Config) -> None:
    first = WarmPools(redis, config)
    first.tick([(ENTRY, host, figures())], TOOLCHAINS)
    ready(redis, 2)
    first.close()
    before = names(host)
    redis.flushall()
    second = WarmPools(redis, config)
    second.tick([(ENTRY, host, figures())], TOOLCHAINS)
    ready(redis, 2)
    second.close()
    assert names(host) == before


def test_a_container_that_somebody_removed_is_forgotten_and_replaced(
    redis: Redis, pools: WarmPools, host: FakeHost
) -> None:
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    ready(redis, 2)
    gone = host.containers()[0]
    host.remove(gone.id)
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    wait_for(lambda: len(host.containers()) == 2, "a new one")
    ready(redis, 2)
    assert gone.name.encode() not in redis.zrange(INDEX, 0, -1)


def test_a_waiting_container_is_asked_again_and_one_that_fell_silent_replaced(
    redis: Redis, pools: WarmPools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm_plan, "CHECK_SECONDS", 0.0)
    monkeypatch.setattr(warm_host, "FAILURE_SECONDS", (0.05,))
    monkeypatch.setattr(warm_host, "wait_ready", lambda host, name, stop: wait_ready(host, name, stop, 0.3))
    host = hosting()
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    ready(redis, 2)
    silent = sorted(names(host))[0]
    host.container(silent).agent = Mute()

    def replaced() -> bool:
        pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
        return silent not in names(host) and len(host.containers()) == 2

    wait_for(replaced, "the silent one was replaced")


def test_a_new_agent_replaces_the_pool(redis: Redis, pools: WarmPools, host: FakeHost) -> None:
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    ready(redis, 2)
    before = names(host)
    pools.tick([(ENTRY, host, figures())], [ToolchainEntry("ghc", NEWER, NEWER)])
    ready(redis, 2, keys.WARM % ("fake", NEWER))
    wait_for(lambda: not before & names(host), "the old ones are gone")
    assert redis.zcard(INDEX) == 0


def test_a_claimed_container_is_never_touched(redis: Redis, pools: WarmPools, host: FakeHost) -> None:
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    ready(redis, 2)
    host.claim(redis.zpopmin(INDEX)[0][0].decode(), "haskell-ide-s-one-1", ContainerLimits())
    cordoned = msgspec.structs.replace(ENTRY, cordoned=True)
    pools.tick([(cordoned, host, figures())], TOOLCHAINS)
    wait_for(lambda: names(host) == {"haskell-ide-s-one-1"}, "the warm one went")


@pytest.mark.parametrize(
    "poor", [{"memory_used_bytes": 15 * GIB}, {"at": 1.0}, {"digests": []}, {"alive": False}], ids=str
)
def test_a_host_without_room_or_image_gets_none(
    pools: WarmPools, host: FakeHost, poor: dict[str, object]
) -> None:
    for _ in range(5):
        pools.tick([(ENTRY, host, figures(**poor))], TOOLCHAINS)
        time.sleep(0.02)
    assert host.containers() == []


def test_an_engine_that_fails_is_tried_again(redis: Redis, pools: WarmPools, host: FakeHost) -> None:
    host.broken = True
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    time.sleep(0.05)
    host.broken = False
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    ready(redis, 2)


def test_a_class_that_begins_finds_more_containers_waiting(
    redis: Redis, pools: WarmPools, host: FakeHost
) -> None:
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    ready(redis, 2)
    redis.hset(keys.DEMAND, f"fake {DIGEST}", 30)
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    ready(redis, demand.wanted(demand.Demand(0.0, 0.0, short=30, long=30), 2))
    assert not redis.exists(keys.DEMAND)


def test_warm_containers_go_at_once_when_somebody_needs_their_memory(
    redis: Redis, pools: WarmPools, host: FakeHost
) -> None:
    roomy = figures(memory_used_bytes=12 * GIB)
    pools.tick([(ENTRY, host, roomy)], TOOLCHAINS)
    ready(redis, 2)
    pools.tick([(ENTRY, host, roomy)], TOOLCHAINS, 8 * GIB)
    ready(redis, 0)


def test_a_size_that_somebody_took_waits_for_the_next_and_goes_when_long_nobody_did(
    redis: Redis, pools: WarmPools, host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = ContainerLimits(memory_bytes=4 * GIB, disk_bytes=GIB)
    kind = kinds.kind_for(DIGEST, large)
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    ready(redis, 2)
    assert len(host.containers()) == 2
    redis.hset(keys.DEMAND, f"fake {kind}", 1)
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    ready(redis, 1, keys.WARM % ("fake", kind))
    [name] = redis.zrange(keys.WARM % ("fake", kind), 0, -1)
    assert host.container(name.decode()).spec["HostConfig"]["Tmpfs"]["/work"].count(f"size={768 * MIB}") == 1
    ready(redis, 2)
    monkeypatch.setattr(demand, "FORGOTTEN", 2.0)
    pools.tick([(ENTRY, host, figures())], TOOLCHAINS)
    wait_for(lambda: len(host.containers()) == 2, "the large one went")
    ready(redis, 2)
