"""What a host's warm pool needs next, case by case."""

import msgspec
import pytest

from sandbox.engine import profile
from sandbox.engine.hosts import ContainerInfo
from sandbox.limits import CONTAINER_AGE_SECONDS, DEAD_MAN_EXTRA_SECONDS, HIBERNATE_SECONDS
from sandbox.pool.warm_plan import (
    ADOPT_SECONDS,
    CHECK_SECONDS,
    COST_BYTES,
    UNSTARTED_SECONDS,
    WARM_SECONDS,
    View,
    Wanted,
    decide,
)
from tests.specs import sandbox_spec

KIND = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64
NOW = 1_000_000.0


def wants(count: int, toolchain: str = KIND) -> Wanted:
    spec = sandbox_spec(toolchain, limits=profile.WARM)
    return Wanted(toolchain, spec, count)


def container(
    name: str, *, age: float = 100.0, toolchain: str = KIND, state: str = "running"
) -> ContainerInfo:
    return ContainerInfo(
        id=name,
        name=name,
        state=state,
        role="sandbox",
        toolchain=toolchain,
        runtime="runc",
        created=NOW - age,
        profile=wants(0, toolchain).profile,
    )


def view(*containers: ContainerInfo, room_bytes: int = 100 * COST_BYTES, indexed: bool = True) -> View:
    """These containers, all of them ready, with room for many more."""
    kinds = {one.toolchain for one in containers}
    names = {kind: frozenset(one.name for one in containers if one.toolchain == kind) for kind in kinds}
    checked = {one.name: NOW for one in containers}
    since = {one.name: one.created for one in containers}
    return View(
        NOW, containers, names if indexed else {}, checked=checked, since=since, room_bytes=room_bytes
    )


def names(containers: list[ContainerInfo]) -> list[str]:
    return [one.name for one in containers]


def test_what_is_missing_is_created() -> None:
    assert decide(view(), [wants(2)]).create == [KIND, KIND]
    assert decide(view(container("a")), [wants(2)]).create == [KIND]
    assert decide(view(container("a"), container("b")), [wants(2)]).create == []


def test_toolchains_take_turns() -> None:
    short = view(room_bytes=3 * COST_BYTES)
    assert decide(short, [wants(2), wants(2, OTHER)]).create == [KIND, OTHER, KIND]


@pytest.mark.parametrize(
    ("room", "created"), [(0, 0), (COST_BYTES - 1, 0), (COST_BYTES, 1), (5 * COST_BYTES, 3)]
)
def test_memory_bounds_the_pool(room: int, created: int) -> None:
    assert len(decide(view(room_bytes=room), [wants(3)]).create) == created


def test_what_is_on_its_way_counts_as_there_and_in_the_memory() -> None:
    coming = msgspec.structs.replace(view(room_bytes=2 * COST_BYTES), coming={"a": KIND})
    assert decide(coming, [wants(1)]).create == []
    assert decide(coming, [wants(3)]).create == [KIND]


def test_when_sessions_need_the_memory_the_oldest_go_as_many_as_hold_it() -> None:
    tight = view(container("a", age=10), container("b", age=20), room_bytes=-1)
    upkeep = decide(tight, [wants(2)])
    assert (names(upkeep.remove), upkeep.create) == (["b"], [])
    tighter = msgspec.structs.replace(tight, room_bytes=-COST_BYTES - 1)
    assert names(decide(tighter, [wants(2)]).remove) == ["b", "a"]


def test_too_many_are_reduced_from_the_oldest() -> None:
    upkeep = decide(view(container("a", age=10), container("b", age=30), container("c", age=20)), [wants(1)])
    assert names(upkeep.remove) == ["b", "c"]


def test_an_ended_one_is_replaced() -> None:
    for state in ("exited", "dead"):
        upkeep = decide(view(container("a", state=state)), [wants(1)])
        assert (names(upkeep.remove), upkeep.create) == (["a"], [KIND])


def test_one_that_never_started_is_given_time() -> None:
    young = container("a", state="created", age=1)
    old = container("b", state="created", age=UNSTARTED_SECONDS + 1)
    assert names(decide(view(young, old, indexed=False), [wants(0)]).remove) == ["b"]


def test_one_that_is_too_old_is_replaced() -> None:
    upkeep = decide(view(container("a", age=WARM_SECONDS + 1)), [wants(1)])
    assert (names(upkeep.remove), upkeep.create) == (["a"], [KIND])


def test_an_engine_whose_clock_is_off_by_hours_loses_nothing() -> None:
    for off in (-24 * 3600.0, 24 * 3600.0):
        one = msgspec.structs.replace(container("a"), created=NOW + off)
        new = msgspec.structs.replace(container("b", state="created"), created=NOW + off)
        upkeep = decide(msgspec.structs.replace(view(one, new), since={"a": NOW - 9, "b": NOW}), [wants(1)])
        assert (upkeep.remove, upkeep.create) == ([], [])


def test_one_of_another_profile_or_toolchain_is_replaced() -> None:
    drifted = msgspec.structs.replace(container("a"), profile="0" * 64)
    upkeep = decide(view(drifted, container("b", toolchain=OTHER)), [wants(1)])
    assert (names(upkeep.remove), upkeep.create) == (["a", "b"], [KIND])


def test_one_that_was_just_taken_is_neither_counted_nor_touched() -> None:
    taken = msgspec.structs.replace(view(container("a"), indexed=False), strays={"a": NOW - 1})
    upkeep = decide(taken, [wants(1)])
    assert (upkeep.remove, upkeep.adopt, upkeep.create) == ([], [], [KIND])


def test_one_that_nobody_took_is_adopted_instead_of_creating_another() -> None:
    found = msgspec.structs.replace(view(container("a"), indexed=False), strays={"a": NOW - ADOPT_SECONDS})
    upkeep = decide(found, [wants(1)])
    assert (names(upkeep.adopt), upkeep.create) == (["a"], [])


def test_one_that_was_not_asked_for_long_is_checked_and_counts_as_there() -> None:
    forgotten = msgspec.structs.replace(view(container("a")), checked={"a": NOW - CHECK_SECONDS - 1})
    upkeep = decide(forgotten, [wants(1)])
    assert (names(upkeep.check), upkeep.create) == (["a"], [])
    assert names(decide(msgspec.structs.replace(forgotten, checked={}), [wants(1)]).check) == ["a"]
    assert decide(forgotten, [wants(0)]).check == []


def test_a_waiting_one_is_asked_before_its_dead_man_ends_it() -> None:
    assert CHECK_SECONDS < (HIBERNATE_SECONDS + DEAD_MAN_EXTRA_SECONDS) / 2
    assert WARM_SECONDS < CONTAINER_AGE_SECONDS / 2


def test_a_name_without_a_container_is_forgotten() -> None:
    gone = msgspec.structs.replace(view(container("a")), indexed={KIND: frozenset({"a", "gone"})})
    assert decide(gone, [wants(1)]).forget == [(KIND, "gone")]


def test_nothing_is_wanted_of_a_host_that_takes_no_sessions() -> None:
    upkeep = decide(view(container("a")), [])
    assert (names(upkeep.remove), upkeep.create) == (["a"], [])
