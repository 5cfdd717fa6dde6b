"""Who comes next: fair over users, weighted by plan; a big request neither blocks for ever nor starves."""

import itertools
import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sandbox.pool.turns import HOLD_SECONDS, OVERTAKES, Clock, Found, Line, Turn, Waiter, after, fair_order


def queue(*names: str, weight: float = 100.0) -> list[Waiter]:
    """Waiters in order of arrival; the first letter of a name is its owner."""
    return [Waiter(name, name[0], float(n), weight) for n, name in enumerate(names)]


def served_in_turn(waiters: list[Waiter], clock: Clock | None = None) -> list[str]:
    """One at a time, the order decided anew each time, as the keeper does."""
    left, clock, order = list(waiters), clock or Clock(), []
    while left:
        turn = fair_order(left, clock)[0]
        left.remove(turn.waiter)
        clock = after(clock, [turn], left)
        order.append(turn.waiter.session_id)
    return order


def test_nobodys_second_stands_before_anothers_first() -> None:
    waiters = queue("a1", "a2", "a3", "b1", "c1", "b2")
    assert [turn.waiter.session_id for turn in fair_order(waiters)] == ["a1", "b1", "c1", "a2", "b2", "a3"]
    assert served_in_turn(waiters) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_who_comes_late_with_one_session_passes_a_hundred_of_another() -> None:
    hundred = queue(*(f"a{n}" for n in range(100)))
    clock = Clock()
    for turn in fair_order(hundred)[:30]:
        hundred.remove(turn.waiter)
        clock = after(clock, [turn], hundred)
    late = Waiter("b1", "b", 1000.0, stamp=clock.now)
    assert served_in_turn([*hundred, late], clock).index("b1") <= 1


def test_a_plan_of_twice_the_weight_is_served_twice_as_often() -> None:
    light = [Waiter(f"a{n}", "a", float(n), 100.0) for n in range(40)]
    heavy = [Waiter(f"b{n}", "b", float(n), 200.0) for n in range(40)]
    first = Counter(name[0] for name in served_in_turn([*light, *heavy])[:30])
    assert first == {"b": 20, "a": 10}


def test_a_light_plan_is_not_starved_by_a_stream_of_heavy_ones() -> None:
    left, clock = [Waiter("light", "light", 0.0, 10.0)], Clock()
    for n in range(200):
        left.append(Waiter(f"h{n}", f"heavy{n}", float(n + 1), 1000.0, stamp=clock.now))
        turn = fair_order(left, clock)[0]
        left.remove(turn.waiter)
        clock = after(clock, [turn], left)
        if turn.waiter.session_id == "light":
            break
    assert n < 120


def test_an_empty_queue_forgets_and_who_left_is_forgotten_once_passed() -> None:
    turns = fair_order(queue("a1", "b1", "b2"))
    assert after(Clock(), turns, []) == Clock()
    clock = after(Clock(), turns[:1], [turn.waiter for turn in turns[1:]])
    assert clock.now == 1.0
    assert "a" not in clock.reach


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.floats(1, 1000), st.integers(0, 50)), max_size=40))
def test_everybody_is_served_once_and_each_users_own_in_order(drawn: list[tuple[str, float, int]]) -> None:
    weights = {owner: weight for owner, weight, _ in drawn}
    waiters = [Waiter(f"{n:03}", owner, float(at), weights[owner]) for n, (owner, _, at) in enumerate(drawn)]
    order = served_in_turn(waiters)
    assert sorted(order) == [waiter.session_id for waiter in waiters]
    by_name = {waiter.session_id: waiter for waiter in waiters}
    for owner in weights:
        own = [by_name[name].arrived for name in order if by_name[name].owner == owner]
        assert own == sorted(own)


class Hosts:
    """Hosts by how many small sessions they have room for; a big one takes eight places of one host."""

    def __init__(self, **free: int) -> None:
        self.free = free
        self.tried: list[str] = []

    def place(self, waiter: Waiter, without: frozenset[str]) -> Found:
        self.tried.append(waiter.session_id)
        size = max(1, waiter.memory_bytes)
        for name in sorted(self.free.keys() - without):
            if self.free[name] >= size:
                self.free[name] -= size
                return "placed"
        return "full"

    def roomiest(self, waiter: Waiter) -> str:
        return max(sorted(self.free), key=lambda name: self.free[name])


def names(turns: list[Turn]) -> list[str]:
    return [turn.waiter.session_id for turn in turns]


def test_small_ones_overtake_a_big_one_that_fits_nowhere() -> None:
    hosts, line = Hosts(x=3), Line()
    waiters = [Waiter("big", "b", 0.0, memory_bytes=8), *queue("a1", "c1", "d1", "e1")]
    assert names(line.serve(fair_order(waiters), hosts.place, hosts.roomiest, 0.0)) == ["a1", "c1", "d1"]


def test_a_big_one_gets_its_host_after_a_bounded_number_was_served_before_it() -> None:
    hosts, line, draw = Hosts(x=0, y=0), Line(), random.Random(1)
    big, overtaken, left = Waiter("big", "b", 0.0, memory_bytes=8), 0, []
    for second in range(600):  # a place comes free each second, and small ones never end
        left.append(Waiter(f"s{second}", f"o{second}", float(second + 1)))
        hosts.free[draw.choice("xy")] += 1
        served = names(line.serve(fair_order([big, *left]), hosts.place, hosts.roomiest, float(second)))
        if "big" in served:
            break
        overtaken += len(served)
        left = [waiter for waiter in left if waiter.session_id not in served]
    assert "big" in served
    assert overtaken <= OVERTAKES + HOLD_SECONDS


def test_a_host_is_not_kept_free_for_ever() -> None:
    hosts, line = Hosts(x=0), Line()
    big, left, served_at = Waiter("huge", "b", 0.0, memory_bytes=1000), [], []
    for second in range(200):
        left.append(Waiter(f"s{second}", f"o{second}", float(second + 1)))
        hosts.free["x"] = min(5, hosts.free["x"] + 1)
        served = names(line.serve(fair_order([big, *left]), hosts.place, hosts.roomiest, float(second)))
        left = [waiter for waiter in left if waiter.session_id not in served]
        served_at += [second] * len(served)
    longest = max(later - earlier for earlier, later in itertools.pairwise(served_at))
    assert longest <= HOLD_SECONDS + 2
    assert len(served_at) >= 60


def test_a_full_pool_is_asked_once_a_round_for_what_is_alike() -> None:
    hosts, line = Hosts(x=0), Line()
    line.serve(fair_order(queue(*(f"a{n}" for n in range(200)))), hosts.place, hosts.roomiest, 0.0)
    assert len(hosts.tried) == 1


def test_one_whose_own_sessions_stand_in_the_way_blocks_nobody() -> None:
    hosts, line = Hosts(x=9), Line()

    def place(waiter: Waiter, without: frozenset[str]) -> Found:
        return "never" if waiter.owner == "a" else hosts.place(waiter, without)

    waiters = queue("a1", "a2", "b1", "c1")
    assert names(line.serve(fair_order(waiters), place, hosts.roomiest, 0.0)) == ["b1", "c1"]
