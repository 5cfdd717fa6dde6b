"""Which host a session goes to, and that two workers never take the last room both."""

import asyncio
import threading
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import keys
from sandbox.client import Client
from sandbox.connections import Redis
from sandbox.engine import profile
from sandbox.engine.fakes import FakeHost
from sandbox.exceptions import NoHost
from sandbox.limits import GIB, MIB, ContainerLimits
from sandbox.messages import End, HostEntry, HostFigures, Opening, Pool, ToolchainEntry, encode
from sandbox.pool import placement
from sandbox.pool.placement import Need, Room, Snapshot, choose

DIGEST = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64
NOW = 1_000_000.0
NEED = Need(DIGEST, ContainerLimits())
IDLE = HostFigures(
    name="a",
    alive=True,
    at=NOW,
    cpus=4,
    memory_bytes=16 * GIB,
    memory_used_bytes=2 * GIB,
    digests=[DIGEST],
)


def room(
    name: str = "a", *, warm: int = 0, reserved_bytes: int = 0, cordoned: bool = False, **figures: Any
) -> Room:
    """A host that is idle but for what is said."""
    known = msgspec.structs.replace(IDLE, name=name, **figures)
    entry = HostEntry(name, f"fake://{name}", cordoned=cordoned)
    return Room(entry, known, reserved_bytes=reserved_bytes, reserved=int(reserved_bytes > 0), warm=warm)


def chosen(*rooms: Room, need: Need = NEED) -> str | None:
    """Name of the chosen host."""
    choice = choose(Snapshot(NOW, GIB, rooms), need)
    return choice.entry.name if choice else None


def test_the_idler_host_is_chosen() -> None:
    assert chosen(room("a", cpu_used=3.0), room("b", cpu_used=1.0)) == "b"
    assert chosen(room("a", memory_used_bytes=4 * GIB), room("b", memory_used_bytes=12 * GIB)) == "a"
    assert chosen(room("a", cpu_pressure=0.4), room("b")) == "b"


def test_a_warm_container_weighs_more_than_some_load() -> None:
    assert chosen(room("a", cpu_used=0.5), room("b", cpu_used=1.5, warm=1)) == "b"
    assert chosen(room("a"), room("b", cpu_used=4.0, cpu_pressure=0.5, warm=1)) == "a"


def test_a_warm_container_of_another_size_weighs_nothing() -> None:
    large = Need(DIGEST, ContainerLimits(memory_bytes=4 * GIB, disk_bytes=GIB))
    assert chosen(room("a", cpu_used=0.5), room("b", cpu_used=1.5, warm=1), need=large) == "a"


def test_what_others_reserved_counts_as_load() -> None:
    assert chosen(room("a", reserved_bytes=4 * GIB), room("b")) == "b"


def test_equal_hosts_are_told_apart_by_name() -> None:
    assert chosen(room("b"), room("a")) == "a"


@pytest.mark.parametrize(
    "unfit",
    [
        room(alive=False),
        room(cordoned=True),
        room(digests=[OTHER]),
        room(at=NOW - placement.STALE_SECONDS - 1),
        room(memory_used_bytes=15 * GIB),
        room(memory_used_bytes=10 * GIB, reserved_bytes=5 * GIB),
        room(memory_pressure=0.5),
        room(sessions=45),
        Room(HostEntry("a", "fake://a"), None),
    ],
)
def test_a_host_that_can_not_take_it_is_not_chosen(unfit: Room) -> None:
    assert chosen(unfit) is None
    assert chosen(unfit, room("z", cpu_used=4.0)) == "z"


@pytest.mark.parametrize("used", [0, GIB, 14 * GIB, 15 * GIB, 16 * GIB])
def test_the_reserve_stays_free(used: int) -> None:
    fits = used + GIB + GIB <= 16 * GIB
    assert (chosen(room(memory_used_bytes=used)) == "a") == fits


host_figures = st.builds(
    HostFigures,
    name=st.just("a"),
    alive=st.booleans(),
    at=st.floats(0, 2 * NOW),
    cpus=st.floats(0, 128),
    cpu_used=st.floats(0, 128),
    memory_bytes=st.integers(0, 2**45),
    memory_used_bytes=st.integers(0, 2**46),
    cpu_pressure=st.floats(0, 1),
    memory_pressure=st.floats(0, 1),
    sessions=st.integers(0, 10_000),
    digests=st.just([DIGEST]),
)


@given(st.lists(host_figures, max_size=5), st.integers(256 * MIB, 8 * GIB))
def test_whatever_hosts_say_none_is_overfilled(hosts: list[HostFigures], memory: int) -> None:
    need = Need(DIGEST, ContainerLimits(memory_bytes=memory))
    rooms = [Room(HostEntry("a", "fake://a"), figures) for figures in hosts]
    choice = choose(Snapshot(NOW, GIB, rooms), need)
    if choice and choice.figures:
        assert choice.figures.memory_used_bytes + memory + GIB <= choice.figures.memory_bytes


def test_a_warm_container_suits_who_was_promised_about_its_disk() -> None:
    assert placement.suits(profile.WARM)
    assert placement.suits(ContainerLimits())
    assert not placement.suits(ContainerLimits(memory_bytes=512 * MIB))
    assert not placement.suits(ContainerLimits(memory_bytes=8 * GIB, disk_bytes=2 * GIB))


# --- with Redis ------------------------------------------------------------------------------------------


def publish(redis: Redis, *rooms: Room, toolchains: list[str] | None = None) -> None:
    """Make hosts and toolchains known, with figures of this moment."""
    entries = [ToolchainEntry("ghc", digest, digest) for digest in toolchains or [DIGEST]]
    redis.set(keys.POOL, encode(Pool([one.entry for one in rooms], entries)))
    for one in rooms:
        if one.figures:
            fresh = msgspec.structs.replace(one.figures, at=time.time())
            redis.hset(keys.FIGURES, one.entry.name, encode(fresh))


def opening(session_id: str = "s", **more: Any) -> Opening:
    return Opening(session_id=session_id, owner="alice", toolchain=DIGEST, limits=ContainerLimits(), **more)


def test_a_session_is_placed_with_the_oldest_warm_container(redis: Redis) -> None:
    publish(redis, room())
    redis.zadd(keys.WARM % ("a", DIGEST), {"x-w-2": 2.0, "x-w-1": 1.0})
    placed = placement.place(redis, opening(), GIB)
    assert placed
    assert (placed.host.name, placed.toolchain.digest, placed.warm) == ("a", DIGEST, "x-w-1")
    assert redis.lrange(keys.REFILL, 0, -1) == [b"a"]
    assert redis.zrange(keys.WARM % ("a", DIGEST), 0, -1) == [b"x-w-2"]


def test_without_a_warm_container_it_is_created(redis: Redis) -> None:
    publish(redis, room())
    placed = placement.place(redis, opening(), GIB)
    assert placed
    assert placed.warm is None
    assert redis.llen(keys.REFILL) == 0


def test_each_warm_container_is_given_once(redis: Redis) -> None:
    publish(redis, room(memory_bytes=1024 * GIB))
    redis.zadd(keys.WARM % ("a", DIGEST), {f"x-w-{n}": n for n in range(10)})
    taken: list[str | None] = []

    def place(n: int) -> None:
        placed = placement.place(redis, opening(f"s{n}"), GIB)
        assert placed
        taken.append(placed.warm)

    threads = [threading.Thread(target=place, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    given = [name for name in taken if name]
    assert len(taken) == 20
    assert sorted(given) == sorted(set(given)) == [f"x-w-{n}" for n in range(10)]


def test_two_workers_never_both_take_the_last_room(redis: Redis) -> None:
    publish(redis, room(memory_bytes=3 * GIB + 2 * NEED.expected_bytes, memory_used_bytes=GIB))  # for three
    placed: list[bool] = []
    ready = threading.Barrier(12)

    def place(n: int) -> None:
        ready.wait()
        placed.append(placement.place(redis, opening(f"s{n}"), GIB) is not None)

    threads = [threading.Thread(target=place, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(placed) == [False] * 9 + [True] * 3


def test_many_sessions_spread_before_the_figures_show_them(redis: Redis) -> None:
    publish(redis, room("a"), room("b"))
    for n in range(8):
        placement.place(redis, opening(f"s{n}"), GIB)
    assert redis.hlen(keys.RESERVED % "a") == redis.hlen(keys.RESERVED % "b") == 4


def test_a_released_reservation_is_free_again(redis: Redis) -> None:
    publish(redis, room(memory_bytes=3 * GIB, memory_used_bytes=GIB))
    assert placement.place(redis, opening("first"), GIB)
    assert placement.place(redis, opening("second"), GIB) is None
    placement.release(redis, "a", "first")
    assert placement.place(redis, opening("second"), GIB)


def test_a_reservation_ends_by_itself(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placement, "RESERVED_SECONDS", 0.05)
    publish(redis, room(memory_bytes=3 * GIB, memory_used_bytes=GIB))
    assert placement.place(redis, opening("first"), GIB)
    time.sleep(0.1)
    assert placement.place(redis, opening("second"), GIB)


def test_placing_again_does_not_stand_in_its_own_way(redis: Redis) -> None:
    publish(redis, room(memory_bytes=3 * GIB, memory_used_bytes=GIB))
    assert placement.place(redis, opening(), GIB)
    assert placement.place(redis, opening(), GIB)
    assert redis.hlen(keys.RESERVED % "a") == 1


def test_a_host_can_be_left_out(redis: Redis) -> None:
    publish(redis, room("a"), room("b", cpu_used=3.0))
    placed = placement.place(redis, opening(), GIB, without=["a"])
    assert placed
    assert placed.host.name == "b"


def test_it_waits_when_every_host_is_full_or_not_yet_watched(redis: Redis) -> None:
    publish(redis, room("a", memory_used_bytes=16 * GIB))
    assert placement.place(redis, opening(), GIB) is None
    publish(redis, Room(HostEntry("new", "fake://new"), None))
    assert placement.place(redis, opening(), GIB) is None


@pytest.mark.parametrize(
    "rooms", [[], [room(alive=False)], [room(cordoned=True)], [room(digests=[OTHER])]], ids=str
)
def test_no_host_is_said_when_none_could_ever_take_it(redis: Redis, rooms: list[Room]) -> None:
    publish(redis, *rooms)
    with pytest.raises(NoHost):
        placement.place(redis, opening(), GIB)


def test_an_unknown_toolchain_and_an_empty_redis_are_said(redis: Redis) -> None:
    with pytest.raises(NoHost):
        placement.place(redis, opening(), GIB)
    publish(redis, room(), toolchains=[OTHER])
    with pytest.raises(NoHost, match="toolchain"):
        placement.place(redis, opening(), GIB)


async def test_a_session_that_ended_leaves_its_place(client: Client, redis: Redis, host: FakeHost) -> None:
    await client.open(opening(), {})
    while not host.containers():
        await asyncio.sleep(0.01)
    assert redis.hkeys(keys.RESERVED % "fake") == [b"s"]
    await client.send("s", End())
    while redis.exists(keys.RESERVED % "fake"):
        await asyncio.sleep(0.01)
