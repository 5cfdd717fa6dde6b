"""Idle sessions leave hot hosts, and nothing swings back."""

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.limits import GIB, MIB
from sandbox.pool import shifting
from sandbox.pool.shifting import Idle, Load, Marks, Move, plan

BYTES = 16 * GIB


def idle(*names: str, memory_bytes: int = 200 * MIB, idle_seconds: float = 300.0) -> list[Idle]:
    return [Idle(name, memory_bytes, idle_seconds) for name in names]


def load(host: str, utilisation: float, *sessions: Idle, **more: object) -> Load:
    return msgspec.structs.replace(Load(host, utilisation, BYTES, idle=sessions), **more)


def planned(*loads: Load, marks: Marks | None = None) -> list[Move]:
    return plan(loads, marks or Marks(), 1000.0)[0]


def test_a_hot_host_gives_to_those_below_the_mean() -> None:
    hot = load("hot", 0.9, *idle("s1", "s2", "s3"))
    moves = planned(hot, load("cool", 0.4), load("middle", 0.72))
    assert [move.session for move in moves] == ["s1", "s2"]
    assert {move.targets for move in moves} == {frozenset({"cool"})}


def test_the_largest_go_first_and_no_more_than_needed() -> None:
    sessions = [*idle("small"), *idle("large", memory_bytes=GIB)]
    moves = planned(load("hot", 0.72, *sessions), load("cool", 0.56))
    assert [move.session for move in moves] == ["large"]


@pytest.mark.parametrize(
    "other",
    [
        load("cool", 0.65),  # hardly cooler
        load("cool", 0.2, takes=False),
        load("cool", 0.2, cpu=0.95),
    ],
    ids=str,
)
def test_nobody_moves_for_little_or_to_who_takes_none(other: Load) -> None:
    assert planned(load("hot", 0.7, *idle("s")), other) == []


@pytest.mark.parametrize(
    "session", [Idle("s", 200 * MIB, 5.0), Idle("s", 200 * MIB, 300.0, moved_ago=60.0)], ids=str
)
def test_who_was_used_or_moved_a_moment_ago_stays(session: Idle) -> None:
    assert planned(load("hot", 0.9, session), load("cool", 0.2)) == []


def test_an_idle_pool_is_left_alone() -> None:
    assert planned(load("hot", 0.5, *idle("s")), load("cool", 0.0)) == []


def test_a_host_that_is_drained_gives_all_in_steps_whatever_the_load() -> None:
    sessions = [Idle(f"s{n}", 200 * MIB, 10.0, moved_ago=5.0) for n in range(9)]
    drained = load("drained", 0.1, *sessions, takes=False, draining=True)
    moves = planned(drained, load("full", 0.9))
    assert len(moves) == shifting.DRAIN_AT_ONCE
    assert {move.targets for move in moves} == {frozenset({"full"})}
    assert planned(msgspec.structs.replace(drained, moving=4), load("full", 0.9)) == []


def test_who_received_does_not_give_and_who_gave_does_not_receive_for_a_while() -> None:
    hot, cool = load("hot", 0.9, *idle("s")), load("cool", 0.2)
    assert planned(hot, cool)
    assert not planned(hot, cool, marks=Marks(received={"hot": 990.0}))
    assert not planned(hot, cool, marks=Marks(gave={"cool": 990.0}))


def thinks(name: str, resting: float, **more: float) -> Idle:
    return msgspec.structs.replace(Idle(name, 200 * MIB, 300.0, resting=resting), **more)


def computes(host: str, cpu: float, *sessions: Idle, **more: object) -> Load:
    """With four cores; `cpu`: what is burned there by others, as a share."""
    crowd = cpu + sum(one.resting for one in sessions) / 4
    return load(host, 0.6, *sessions, cpus=4.0, cpu=cpu, crowd=crowd, **more)


def test_of_those_that_would_compute_together_who_thinks_and_computes_most_leaves() -> None:
    """Two of them and a third that computes now would take three of four cores."""
    crowded = computes("crowded", 0.25, thinks("some", 0.4), thinks("most", 1.0), thinks("hardly", 0.01))
    moves = planned(crowded, computes("free", 0.1), computes("free too", 0.0), computes("busy", 0.3))
    assert moves == [Move("most", "crowded", frozenset({"free", "free too"}))]


def test_who_leaves_goes_where_least_computes_or_rests_so_that_two_seldom_meet_there() -> None:
    crowded = computes("crowded", 0.5, thinks("s", 1.0))
    hosts = [computes(f"h{n:03}", n / 1000) for n in range(100)]
    [move] = planned(crowded, *hosts)
    assert move.targets == {f"h{n:03}" for n in range(shifting.QUIETEST)}


@pytest.mark.parametrize(("resting", "targets"), [(0.2, {"busy", "quiet"}), (1.0, {"quiet"})])
def test_nobody_who_computed_gets_room_where_they_would_crowd(resting: float, targets: set[str]) -> None:
    hot = load("hot", 0.9, Idle("s", 200 * MIB, 300.0, resting=resting), cpus=4.0)
    busy, quiet = (load(name, 0.4, cpus=4.0, crowd=crowd) for name, crowd in (("busy", 0.4), ("quiet", 0.1)))
    [move] = planned(hot, busy, quiet)
    assert move.targets == targets


@pytest.mark.parametrize(
    ("session", "other"),
    [
        (thinks("s", 1.0, idle_seconds=20.0), computes("free", 0.0)),
        (thinks("s", 1.0, moved_ago=60.0), computes("free", 0.0)),
        (thinks("s", 0.05), computes("free", 0.0)),
        (thinks("s", 1.0), computes("free", 0.0, takes=False)),
        (thinks("s", 1.0), computes("hardly less crowded", 0.4)),
        (thinks("s", 1.0), msgspec.structs.replace(computes("full", 0.0), utilisation=0.9)),
    ],
    ids=str,
)
def test_who_computes_stays_where_a_move_would_not_help_or_be_felt(session: Idle, other: Load) -> None:
    assert planned(computes("crowded", 0.45, session), other) == []


def test_where_all_compute_nobody_is_parted() -> None:
    everywhere = [computes(f"h{n}", 0.5, thinks(f"s{n}", 0.6)) for n in range(3)]
    assert planned(*everywhere) == []


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 5), st.booleans(), st.booleans()), max_size=8))
def test_whatever_the_loads_a_move_goes_to_another_host_that_takes(
    drawn: list[tuple[float, int, bool, bool]],
) -> None:
    loads = [
        load(f"h{n}", used, *idle(*(f"s{n}-{k}" for k in range(sessions))), takes=takes, draining=draining)
        for n, (used, sessions, takes, draining) in enumerate(drawn)
    ]
    takers = {one.host for one in loads if one.takes}
    moves = planned(*loads)
    assert len({move.session for move in moves}) == len(moves)
    for move in moves:
        assert move.targets <= takers - {move.source}


class Pool:
    """Hosts whose sessions grow and shrink at random; moves are done at once."""

    def __init__(self, hosts: int, sessions: int, seed: int) -> None:
        self.draw = random.Random(seed)
        self.size = {f"s{n}": self.draw.paretovariate(1.5) * 110 * MIB for n in range(sessions)}
        self.at = {
            name: f"h{self.draw.randrange(hosts) if self.draw.random() < 0.5 else 0}" for name in self.size
        }
        self.hosts = [f"h{n}" for n in range(hosts)]
        self.moved_at: dict[str, float] = {}
        self.marks = Marks()
        self.moves: list[tuple[str, str, str]] = []

    def utilisation(self, host: str) -> float:
        return sum(self.size[name] for name, at in self.at.items() if at == host) / BYTES

    def step(self, now: float) -> None:
        for name in self.size:
            self.size[name] = min(GIB, max(110 * MIB, self.size[name] * self.draw.uniform(0.97, 1.03)))
        loads = [
            Load(
                host,
                self.utilisation(host),
                BYTES,
                idle=[
                    Idle(name, int(self.size[name]), 300.0, now - self.moved_at.get(name, -1e9))
                    for name, at in self.at.items()
                    if at == host
                ],
            )
            for host in self.hosts
        ]
        moves, self.marks = plan(loads, self.marks, now)
        for move in moves:
            target = min(move.targets, key=self.utilisation)
            self.moves.append((move.session, move.source, target))
            self.at[move.session], self.moved_at[move.session] = target, now
            self.marks = shifting.moved(self.marks, move.source, target, now)


@pytest.mark.parametrize("seed", range(3))
def test_a_lopsided_pool_settles_and_nothing_swings_back(seed: int) -> None:
    pool = Pool(hosts=4, sessions=220, seed=seed)
    before = max(map(pool.utilisation, pool.hosts))
    for second in range(0, 4 * 3600, 10):
        pool.step(float(second))
    loads = [pool.utilisation(host) for host in pool.hosts]
    mean = sum(loads) / len(loads)
    assert before > mean + 0.15
    assert max(loads) < mean + shifting.HIGH + 0.03
    back = [
        1
        for n, (name, source, _) in enumerate(pool.moves)
        if any(m[0] == name and m[2] == source for m in pool.moves[:n])
    ]
    assert len(pool.moves) / (4 * len(pool.size)) < 0.5, "moves per session and hour"
    assert len(back) <= len(pool.moves) * 0.1
