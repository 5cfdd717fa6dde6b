"""How many warm containers wait, how soon idle sessions sleep, and what heavy users weigh."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.pool import demand, weights
from sandbox.pool.demand import Demand, patience, wanted
from sandbox.pool.weights import Recent, Session, caps


def taken(*seconds: float, now: float) -> Demand:
    """What is known at `now` when one was taken at each of these times."""
    known = Demand(0.0, 0.0)
    for at in seconds:
        known = demand.after(known, 1, at)
    return demand.after(known, 0, now)


def test_before_anything_is_known_the_usual_number_waits() -> None:
    assert wanted(Demand(0.0, 0.0), 2) == 2
    assert wanted(taken(now=600.0), 2) == 2


def test_what_nobody_takes_for_hours_waits_in_one() -> None:
    assert wanted(taken(10.0, now=6 * 3600.0), 3) == 1
    assert wanted(taken(10.0, now=6 * 3600.0), 0) == 0


def test_a_class_that_begins_makes_more_wait_and_fewer_once_it_sits() -> None:
    burst = [n * 2.0 for n in range(30)]
    assert wanted(taken(*burst, now=60.0), 2) >= 6
    assert wanted(taken(*burst, now=1800.0), 2) == 2


@given(st.lists(st.floats(0, 1e4), max_size=200), st.integers(1, 8))
def test_there_is_always_one_and_never_more_than_the_most(times: list[float], usual: int) -> None:
    assert 1 <= wanted(taken(*sorted(times), now=1e4), usual) <= max(usual, demand.MOST)


def test_idle_sessions_sleep_sooner_when_memory_is_short() -> None:
    times = [patience(900.0, share, False) for share in (0.1, 0.8, 0.85, 0.9, 0.92, 1.5)]
    assert times == sorted(times, reverse=True)
    assert times[:2] == [900.0, 900.0]
    assert times[-2:] == [demand.SOONEST_SECONDS] * 2
    assert patience(900.0, 0.1, True) == demand.SOONEST_SECONDS
    assert patience(30.0, 1.0, True) == 30.0


# --- heavy users -----------------------------------------------------------------------------------------


def burning(cores: float, seconds: float) -> Recent:
    recent = Recent(0.0)
    for at in range(int(seconds)):
        recent = weights.after(recent, cores, at + 1.0)
    return recent


def test_who_types_keeps_the_plans_weight_and_who_computes_loses_it() -> None:
    typist, heavy = burning(0.05, 600), burning(1.0, 600)
    fair = weights.fair_share([typist, heavy], 2.0)
    assert fair == 1.0
    assert weights.weight(100, typist, fair) == 100
    assert weights.weight(100, heavy, fair) <= 6


def test_who_computes_alone_keeps_it_until_another_comes() -> None:
    heavy, typist = burning(1.0, 600), burning(0.05, 600)
    assert weights.weight(100, heavy, weights.fair_share([heavy], 4.0)) == 100
    others = [typist] * 4
    assert weights.weight(100, heavy, weights.fair_share([heavy, *others], 4.0)) <= 6


def test_neighbours_that_begin_to_burn_are_noticed_within_seconds() -> None:
    heavy = burning(2.0, 10)
    assert weights.weight(100, heavy, weights.fair_share([heavy, burning(0.05, 120)], 2.0)) <= 20


def test_ten_that_share_two_processors_are_as_heavy_as_if_each_had_one() -> None:
    """Also once they get less, as the typist goes before them."""
    for cores in (0.18, 0.16):
        sharing, typist = [burning(cores, 120)] * 10, burning(0.07, 120)
        fair = weights.fair_share([*sharing, typist], 2.0)
        assert weights.weight(100, sharing[0], fair) <= 12
        assert weights.weight(100, typist, fair) == 100


def test_a_long_run_is_remembered_when_another_begins() -> None:
    recent = weights.after(Recent(0.0), 1.0, 100.0, weights.LONG_SECONDS + 1)
    assert recent.is_long
    assert weights.after(recent, 1.0, 110.0, 1.0).is_long
    assert not weights.after(recent, 1.0, 140.0, 1.0).is_long
    assert not weights.after(Recent(0.0), 1.0, 100.0, 1.0).is_long


def test_who_does_nothing_takes_no_part_of_a_fair_share() -> None:
    assert weights.fair_share([burning(0.05, 120), *[burning(0.001, 120)] * 20], 2.0) == 2.0
    assert weights.fair_share([], 2.0) == 2.0


def test_the_weight_recovers_with_time() -> None:
    heavy = burning(1.0, 600)
    recovered = [
        weights.weight(100, weights.after(heavy, 0.0, 600.0 + wait), 0.5) for wait in (0, 120, 240, 1200)
    ]
    assert recovered == sorted(recovered)
    assert recovered[-1] == 100


def test_who_computed_and_thinks_now_may_compute_again_the_less_likely_the_longer_it_rests() -> None:
    computing = burning(1.0, 240)
    assert weights.resting(computing) == 0.0
    later = [weights.resting(weights.after(computing, 0.0, 240.0 + wait)) for wait in (60, 360, 3600)]
    assert 0.5 < later[0] < 0.75
    assert later[1] == pytest.approx(later[0] / 2, rel=0.2)
    assert later[2] < 0.01
    assert weights.resting(weights.after(burning(1.0, 5), 0.0, 65.0)) < 0.05, "a short compile is forgotten"


def test_small_changes_do_not_bother_the_engine() -> None:
    assert not weights.differs(100, 90)
    assert weights.differs(100, 50)
    assert weights.differs(5, 20)


def test_a_users_sessions_share_what_they_may_have_of_a_host() -> None:
    many = [Session(f"s{n}", 1.0, 1.0) for n in range(6)]
    shared = caps(many, host_cpus=4.0, share=0.5)
    assert sum(shared.values()) == pytest.approx(2.0)
    assert caps(many[:1], 4.0, 0.5) == {"s0": 1.0}
    assert caps([Session("large", 4.0, 4.0)], 4.0, 0.5) == {"large": 4.0}
    assert caps([Session("a", 1.0, 1.0), Session("b", 1.0, 0.0)], 1.0, 0.5) == {"a": 1.0, "b": 1.0}


@given(
    st.lists(st.tuples(st.floats(0.1, 4), st.floats(0, 4)), max_size=10), st.floats(1, 64), st.floats(0.05, 1)
)
def test_no_cap_is_above_the_limit_or_nothing(
    drawn: list[tuple[float, float]], cpus: float, share: float
) -> None:
    sessions = [Session(str(n), limit, used) for n, (limit, used) in enumerate(drawn)]
    for one, cap in zip(sessions, caps(sessions, cpus, share).values(), strict=True):
        assert 0.1 <= cap <= one.cpus
