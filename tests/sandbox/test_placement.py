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
from sandbox.engine import kinds
from sandbox.engine.fakes import FakeHost
from sandbox.exceptions import NoHost, ShareUsed, TooLarge
from sandbox.limits import GIB, MIB, ContainerLimits
from sandbox.messages import End, HostEntry, HostFigures, Opening, Pool, ToolchainEntry, encode
from sandbox.pool import choice, placement, reasons
from sandbox.pool.census import promised_cpus
from sandbox.pool.choice import Need, Room, Share, Snapshot, Terms, choose
from sandbox.pool.published import published
from sandbox.pool.publishing import free_bytes

DIGEST = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64
NOW = 1_000_000.0
TERMS = Terms(reserve_bytes=GIB)
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
    name: str = "a",
    *,
    warm: int = 0,
    reserved_bytes: int = 0,
    cordoned: bool = False,
    draining: bool = False,
    **figures: Any,
) -> Room:
    """A host that is idle but for what is said."""
    known = msgspec.structs.replace(IDLE, name=name, **figures)
    entry = HostEntry(name, f"fake://{name}", cordoned=cordoned, draining=draining)
    return Room(entry, known, reserved_bytes=reserved_bytes, reserved=int(reserved_bytes > 0), warm=warm)


def chosen(*rooms: Room, need: Need = NEED) -> str | None:
    """Name of the chosen host."""
    room = choose(Snapshot(NOW, TERMS, rooms), need).room
    return room.entry.name if room else None


def test_the_idler_host_is_chosen() -> None:
    assert chosen(room("a", cpu_used=3.0), room("b", cpu_used=1.0)) == "b"
    assert chosen(room("a", memory_used_bytes=4 * GIB), room("b", memory_used_bytes=12 * GIB)) == "a"
    assert chosen(room("a", cpu_pressure=0.4), room("b")) == "b"


def test_of_hosts_as_full_of_memory_the_one_that_computes_less_is_chosen() -> None:
    half = 8 * GIB
    hosts = [room(name, memory_used_bytes=half, cpu_used=used) for name, used in (("a", 1.6), ("b", 0.4))]
    assert chosen(*hosts) == "b"
    assert chosen(hosts[0], room("c", memory_used_bytes=half + 2 * GIB, cpu_used=0.4)) == "a"


def test_what_computed_a_moment_ago_counts_as_if_it_did() -> None:
    resting = room("a", cpu_used=0.4, resting_cpus=3.0)
    assert chosen(resting, room("b", cpu_used=2.0)) == "b"
    choice_ = choose(Snapshot(NOW, TERMS, [resting]), NEED)
    [said] = reasons.verdicts(choice_, Snapshot(NOW, TERMS, [resting]), NEED)
    assert "CPU 91% with it, 3.0 cores of it by sessions that rest" in said.said


def test_a_warm_container_weighs_more_than_some_load() -> None:
    assert chosen(room("a", cpu_used=0.5), room("b", cpu_used=1.2, warm=1)) == "b"
    assert chosen(room("a"), room("b", cpu_used=4.0, cpu_pressure=0.5, warm=1)) == "a"


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
        room(at=NOW - choice.STALE_SECONDS - 1),
        room(memory_used_bytes=15 * GIB),
        room(memory_used_bytes=10 * GIB, reserved_bytes=5 * GIB),
        room(memory_pressure=0.5),
        room(sessions=150),
        room(sessions=2, promised_bytes=150 * GIB),
        room(sessions=160, promised_bytes=GIB, promised_cpus=160.0),
        room(suspect=True),
        room(draining=True),
        room(disk_bytes=100 * GIB, disk_free_bytes=500 * MIB),
        msgspec.structs.replace(room(), cools="could not make 2 containers"),
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
    room = choose(Snapshot(NOW, TERMS, rooms), need).room
    if room and room.figures:
        assert room.figures.memory_used_bytes + memory + GIB <= room.figures.memory_bytes


def shares(**cores: float) -> Need:
    """The need of a user whose one session on each of these hosts burned so many cores lately."""
    return Need(DIGEST, ContainerLimits(), shares={name: Share(1, GIB, used) for name, used in cores.items()})


def test_who_computes_much_is_kept_apart_from_their_own_sessions() -> None:
    assert chosen(room("a", cpu_used=0.5), room("b", cpu_used=1.0), need=shares(a=2.0)) == "b"
    assert chosen(room("a", cpu_used=0.5), room("b", cpu_used=1.0), need=shares(a=0.1)) == "a"


def test_a_session_goes_back_to_where_it_was_if_that_is_as_good() -> None:
    back = Need(DIGEST, ContainerLimits(), last_host="b")
    assert chosen(room("a"), room("b"), need=back) == "b"
    assert chosen(room("a"), room("b", cpu_used=1.0), need=back) == "a"


def test_no_user_gets_more_than_their_share_of_a_host() -> None:
    def having(sessions: int) -> Need:
        return Need(DIGEST, ContainerLimits(), shares={"a": Share(sessions, sessions * GIB, 0.0)})

    terms = Terms(reserve_bytes=GIB, memory_overcommit=2.0, user_share=0.2)  # 0.2 · 2 · 15 GiB
    for sessions in range(10):
        taken = choose(Snapshot(NOW, terms, [room()]), having(sessions)).room is not None
        assert taken == (sessions + 1 <= 6)
    large = ContainerLimits(memory_bytes=8 * GIB)
    assert choose(Snapshot(NOW, terms, [room()]), Need(DIGEST, large)).room, "the first is always let in"


@given(st.lists(st.tuples(host_figures, st.booleans(), st.booleans()), max_size=6), st.floats(0.2, 4.0))
def test_a_host_is_refused_if_and_only_if_there_is_a_reason(
    hosts: list[tuple[HostFigures, bool, bool]], cpus: float
) -> None:
    need = Need(DIGEST, ContainerLimits(cpus=cpus), shares={"h1": Share(200, 900 * GIB, 3.0)})
    rooms = [
        Room(HostEntry(f"h{n}", "fake://", cordoned=cordoned, draining=draining), figures)
        for n, (figures, cordoned, draining) in enumerate(hosts)
    ]
    snapshot = Snapshot(NOW, TERMS, rooms)
    for one in rooms:
        assert choice.fits(one, snapshot, need) == (not reasons.refusal(one, snapshot, need))
    chosen_one = choose(snapshot, need)
    assert (chosen_one.room is None) == (not any(choice.fits(one, snapshot, need) for one in rooms))


def verdicts(rooms: list[Room]) -> list[reasons.Verdict]:
    snapshot = Snapshot(NOW, TERMS, rooms)
    return reasons.verdicts(choose(snapshot, NEED), snapshot, NEED)


def test_the_reasons_are_said_in_words_and_are_bounded() -> None:
    rooms = [room(f"h{n:02}", cpu_used=n / 10) for n in range(40)]
    rooms[3] = room("h03", warm=2)
    rooms[5] = room("h05", at=NOW - 60)
    said = verdicts(rooms)
    assert len(said) == reasons.SHOWN
    assert said[0].host == "h03"
    assert said[0].said.startswith("best of 40: memory 15% and CPU 6% with it")
    assert "a warm container waits" in said[0].said
    assert next(one.said for one in said if one.host == "h05") == "its figures are 60 s old"


def test_what_fails_or_lacks_disk_says_so() -> None:
    full = room("full", disk_bytes=100 * GIB, disk_free_bytes=80 * MIB)
    failing = msgspec.structs.replace(room("failing"), cools="could not make 2 containers")
    said = verdicts([full, failing])
    assert {one.host: one.said for one in said} == {
        "full": "has 80 MiB of disk left",
        "failing": "could not make 2 containers",
    }
    assert chosen(room(disk_bytes=100 * GIB, disk_free_bytes=GIB)) == "a"


def test_two_cores_and_16_gb_take_140_sessions_that_nobody_uses_and_not_so_many_that_all_use() -> None:
    limits = ContainerLimits()

    def crowded(sessions: int, *, used: bool) -> Room:
        return room(
            cpus=2,
            memory_used_bytes=sessions * 90 * MIB,
            sessions=sessions,
            promised_bytes=sessions * limits.memory_bytes,
            promised_cpus=sessions * promised_cpus(limits, used=used),
        )

    assert chosen(crowded(139, used=False)) == "a"
    assert chosen(crowded(139, used=True)) is None


def test_of_many_hosts_some_are_looked_at_and_all_before_it_is_given_up() -> None:
    many = [room(f"h{n:04}", memory_used_bytes=16 * GIB) for n in range(1000)]
    assert chosen(*many) is None
    many[777] = room("h0777")
    decided = choose(Snapshot(NOW, TERMS, many), NEED)
    assert decided.room
    assert decided.room.entry.name == "h0777"
    idle = [room(f"h{n:04}") for n in range(1000)]
    spread = {
        one.entry.name
        for n in range(50)
        if (one := choose(Snapshot(NOW, TERMS, idle), Need(DIGEST, ContainerLimits(), seed=str(n))).room)
    }
    assert len(spread) > 20, "equal hosts do not all draw the same herd"


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
    with redis.pubsub(ignore_subscribe_messages=True) as taken:
        taken.subscribe(keys.REFILL)
        placed = placement.place(redis, opening(), TERMS)
        assert [one["data"] for _ in range(3) if (one := taken.get_message(timeout=0.2))] == [b"a"]
    assert placed
    assert (placed.host.name, placed.toolchain.digest, placed.warm) == ("a", DIGEST, "x-w-1")
    assert redis.zrange(keys.WARM % ("a", DIGEST), 0, -1) == [b"x-w-2"]


def test_a_large_session_is_given_a_warm_container_of_its_size_alone(redis: Redis) -> None:
    publish(redis, room("a"), room("b"))
    large = ContainerLimits(memory_bytes=4 * GIB, disk_bytes=GIB)
    redis.zadd(keys.WARM % ("a", DIGEST), {"x-w-small": 1.0})
    redis.zadd(keys.WARM % ("b", kinds.kind_for(DIGEST, large)), {"x-w-large": 2.0})
    placed = placement.place(redis, msgspec.structs.replace(opening(), limits=large), TERMS)
    assert placed
    assert (placed.host.name, placed.warm) == ("b", "x-w-large")
    again = placement.place(redis, msgspec.structs.replace(opening("t"), limits=large), TERMS)
    assert again
    assert again.warm is None
    asked = redis.hgetall(keys.DEMAND)
    assert {field.decode().partition(" ")[2] for field in asked} == {f"{DIGEST}/768"}


def test_without_a_warm_container_it_is_created(redis: Redis) -> None:
    publish(redis, room())
    placed = placement.place(redis, opening(), TERMS)
    assert placed
    assert placed.warm is None


def test_each_warm_container_is_given_once(redis: Redis) -> None:
    publish(redis, room(memory_bytes=1024 * GIB))
    redis.zadd(keys.WARM % ("a", DIGEST), {f"x-w-{n}": n for n in range(10)})
    taken: list[str | None] = []

    def place(n: int) -> None:
        placed = placement.place(redis, opening(f"s{n}"), TERMS)
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
        placed.append(placement.place(redis, opening(f"s{n}"), TERMS) is not None)

    threads = [threading.Thread(target=place, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(placed) == [False] * 9 + [True] * 3


def test_many_sessions_spread_before_the_figures_show_them(redis: Redis) -> None:
    publish(redis, room("a"), room("b"))
    for n in range(8):
        placement.place(redis, opening(f"s{n}"), TERMS)
    assert redis.hlen(keys.RESERVED % "a") == redis.hlen(keys.RESERVED % "b") == 4


def test_a_released_reservation_is_free_again(redis: Redis) -> None:
    publish(redis, room(memory_bytes=3 * GIB, memory_used_bytes=GIB))
    assert placement.place(redis, opening("first"), TERMS)
    assert placement.place(redis, opening("second"), TERMS) is None
    placement.release(redis, "a", "first")
    assert placement.place(redis, opening("second"), TERMS)


def test_a_reservation_ends_by_itself(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placement, "RESERVED_SECONDS", 0.05)
    publish(redis, room(memory_bytes=3 * GIB, memory_used_bytes=GIB))
    assert placement.place(redis, opening("first"), TERMS)
    time.sleep(0.1)
    assert placement.place(redis, opening("second"), TERMS)


def test_placing_again_does_not_stand_in_its_own_way(redis: Redis) -> None:
    publish(redis, room(memory_bytes=3 * GIB, memory_used_bytes=GIB))
    assert placement.place(redis, opening(), TERMS)
    assert placement.place(redis, opening(), TERMS)
    assert redis.hlen(keys.RESERVED % "a") == 1


def test_a_host_can_be_left_out(redis: Redis) -> None:
    publish(redis, room("a"), room("b", cpu_used=3.0))
    placed = placement.place(redis, opening(), TERMS, without=["a"])
    assert placed
    assert placed.host.name == "b"


def test_it_waits_when_every_host_is_full_or_not_yet_watched(redis: Redis) -> None:
    publish(redis, room("a", memory_used_bytes=16 * GIB))
    assert placement.place(redis, opening(), TERMS) is None
    publish(redis, Room(HostEntry("new", "fake://new"), None))
    assert placement.place(redis, opening(), TERMS) is None


@pytest.mark.parametrize(
    "rooms",
    [
        [],
        [room(alive=False)],
        [room(cordoned=True)],
        [room(digests=[OTHER])],
        [room(disk_bytes=GIB)],
        [room(memory_bytes=GIB), room("b", cordoned=True)],
    ],
    ids=str,
)
def test_no_host_is_said_when_none_could_ever_take_it(redis: Redis, rooms: list[Room]) -> None:
    publish(redis, *rooms)
    with pytest.raises(NoHost):
        placement.place(redis, opening(), TERMS)


def test_larger_than_every_machine_is_said_unless_one_was_not_measured(redis: Redis) -> None:
    large = msgspec.structs.replace(opening(), limits=ContainerLimits(memory_bytes=8 * GIB, cpus=4.0))
    for rooms in ([room(memory_bytes=8 * GIB)], [room(cpus=0.05)], [room(memory_bytes=2 * GIB, alive=False)]):
        publish(redis, *rooms)
        with pytest.raises(TooLarge):
            placement.place(redis, large, TERMS)
    publish(redis, room(memory_bytes=8 * GIB), room("b", memory_bytes=0, alive=False))
    with pytest.raises(NoHost) as refused:
        placement.place(redis, large, TERMS)
    assert not isinstance(refused.value, TooLarge)


def test_why_a_host_was_chosen_can_be_read_later(redis: Redis) -> None:
    publish(redis, room("a", cpu_used=3.0), room("b"))
    redis.hset(keys.SESSION % "s", "opening", encode(opening()))
    assert placement.place(redis, opening(), TERMS)
    first, second = placement.why(redis, "s")
    assert (first.host, second.host) == ("b", "a")
    assert "CPU" in second.said


def test_the_users_own_sessions_stand_in_their_way_alone(redis: Redis) -> None:
    publish(redis, room(memory_bytes=24 * GIB))
    redis.hset(keys.SHARES, "alice", msgspec.json.encode({"a": Share(200, 200 * GIB, 0.0)}))
    with pytest.raises(ShareUsed):
        placement.place(redis, opening(), TERMS)
    assert placement.place(redis, msgspec.structs.replace(opening(), owner="bob"), TERMS)


def test_a_users_sessions_that_come_at_once_pass_their_share_no_more(redis: Redis) -> None:
    publish(redis, room(memory_bytes=1024 * GIB))
    terms = Terms(memory_overcommit=1.0, user_share=0.05)  # 51 GiB: 51 sessions
    placed = [placement.place(redis, opening(f"s{n}"), terms) is not None for n in range(60)]
    assert placed == [True] * 51 + [False] * 9


def test_of_many_full_hosts_the_one_with_room_is_found_without_looking_at_all(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = [room(f"h{n:03}", at=time.time(), memory_used_bytes=16 * GIB) for n in range(400)]
    rooms[333] = room("h333", at=time.time())
    looked: list[str] = []
    read = placement._rooms

    def counted(redis: Redis, hosts: list[HostEntry], need: Need, session_id: str) -> list[Room]:
        looked.extend(host.name for host in hosts)
        return read(redis, hosts, need, session_id)

    monkeypatch.setattr(placement, "_rooms", counted)
    publish(redis, *rooms)
    redis.zadd(keys.FREE, {one.entry.name: free_bytes(one.figures) for one in rooms if one.figures})
    placed = placement.place(redis, opening(), TERMS)
    assert placed
    assert placed.host.name == "h333"
    assert len(looked) <= choice.SAMPLE + 1
    looked.clear()
    assert placement.place(redis, opening("t"), TERMS, without=["h333"]) is None
    assert len(looked) <= choice.SAMPLE, "that all are full is known from those, and from what is free"
    assert placement.roomiest(redis, opening("u"), TERMS) == "h333"


def test_among_many_hosts_that_take_nobody_the_only_one_that_does_is_found(redis: Redis) -> None:
    rooms = [room(f"h{n:03}", at=time.time(), cordoned=n != 250) for n in range(300)]
    publish(redis, *rooms)
    placed = placement.place(redis, opening(), TERMS)
    assert placed
    assert placed.host.name == "h250"
    with pytest.raises(NoHost):
        placement.place(redis, opening("t"), TERMS, without=["h250"])
    assert placement.place(redis, opening("t"), TERMS, among=["h250", "gone"]) is not None


def test_a_pool_that_changed_is_read_anew(redis: Redis) -> None:
    publish(redis, room("one", at=time.time()))
    assert [host.name for host in published(redis).pool.hosts] == ["one"]
    again = published(redis)
    assert published(redis) is again, "decoded once"
    publish(redis, room("two", at=time.time()))
    assert list(published(redis).by_name) == ["two"]
    redis.delete(keys.POOL)
    assert published(redis).pool.hosts == []


def test_an_unknown_toolchain_and_an_empty_redis_are_said(redis: Redis) -> None:
    with pytest.raises(NoHost):
        placement.place(redis, opening(), TERMS)
    publish(redis, room(), toolchains=[OTHER])
    with pytest.raises(NoHost, match="toolchain"):
        placement.place(redis, opening(), TERMS)


async def test_a_session_that_ended_leaves_its_place(client: Client, redis: Redis, host: FakeHost) -> None:
    await client.open(opening(), {})
    while not host.containers():
        await asyncio.sleep(0.01)
    assert redis.hkeys(keys.RESERVED % "fake") == [b"s"]
    await client.send("s", End())
    while redis.exists(keys.RESERVED % "fake"):
        await asyncio.sleep(0.01)
