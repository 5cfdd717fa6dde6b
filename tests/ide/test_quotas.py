from dataclasses import fields, replace

import pytest

from ide.exceptions import NotInPlan, Refused
from ide.models.plans import QUOTAS, Plan
from ide.quota.quotas import (
    Allowance,
    Standing,
    check_run,
    check_session,
    check_stored,
    check_workspaces,
    combine,
    to_sleep,
)
from sandbox.limits import MIB

PLAN = {name: getattr(Plan(), name) for name in QUOTAS} | {"plan": "Standard", "toolchains": frozenset()}
ALLOWANCE = Allowance(**PLAN)
IDLE = Standing()


def test_an_allowance_has_the_numbers_of_a_plan_and_no_others() -> None:
    assert {field.name for field in fields(Allowance)} == {*QUOTAS, "plan", "toolchains"}


def test_a_plan_without_overrides_holds_as_it_is() -> None:
    assert combine(PLAN, [], None) == ALLOWANCE


def test_the_most_generous_group_holds() -> None:
    combined = combine(PLAN, [{"runs": 7}, {"runs": 9}, {"runs": None}], None)
    assert combined.runs == 9
    assert combined.sessions == ALLOWANCE.sessions


def test_the_users_own_numbers_hold_over_the_groups_even_when_lower() -> None:
    assert combine(PLAN, [{"runs": 9}], {"runs": 1}).runs == 1


def test_zero_and_no_are_numbers_and_not_empty() -> None:
    combined = combine(PLAN, [], {"runs": 0, "compile_allowed": False})
    assert combined.runs == 0
    assert combined.compile_allowed is False


def test_groups_add_their_toolchains() -> None:
    given = [{"toolchains": frozenset({"ghc-9.6"})}, {"toolchains": frozenset({"ghc-9.10"})}]
    assert combine(PLAN, given, None).toolchains == {"ghc-9.6", "ghc-9.10"}


def test_a_run_that_fits_is_let_in() -> None:
    check_run(ALLOWANCE, IDLE, "interpret", "ghc-9.6")


@pytest.mark.parametrize(
    ("standing", "limit", "words"),
    [
        (Standing(runs=5), "runs", "5 runs at once, and 5 are going on"),
        (
            Standing(runs_last_minute=60, next_run_seconds=12),
            "runs_per_minute",
            "60 runs a minute. Try again in 12 s",
        ),
        (Standing(cpu_seconds_today=3600.0, renews_seconds=7200), "cpu_seconds_per_day", "1 h of CPU time"),
    ],
)
def test_a_refusal_names_the_limit_and_its_value(standing: Standing, limit: str, words: str) -> None:
    with pytest.raises(Refused) as caught:
        check_run(ALLOWANCE, standing, "interpret", "ghc-9.6")
    assert caught.value.limit == limit
    assert caught.value.value == getattr(ALLOWANCE, limit)
    assert words in caught.value.sentence
    assert caught.value.retry_seconds


def test_one_below_a_limit_is_let_in() -> None:
    standing = Standing(runs=4, runs_last_minute=59, cpu_seconds_today=3599.9)
    check_run(ALLOWANCE, standing, "interpret", "ghc-9.6")


def test_a_plan_without_compile_still_runs_interpreted() -> None:
    plan = replace(ALLOWANCE, compile_allowed=False)
    check_run(plan, IDLE, "interpret", "ghc-9.6")
    check_run(plan, IDLE, "test", "ghc-9.6")
    with pytest.raises(NotInPlan, match="optimised build"):
        check_run(plan, IDLE, "compile", "ghc-9.6")


def test_a_toolchain_outside_the_plan_is_refused_with_those_inside() -> None:
    plan = replace(ALLOWANCE, toolchains=frozenset({"ghc-9.6"}))
    check_run(plan, IDLE, "interpret", "ghc-9.6")
    with pytest.raises(NotInPlan, match=r"It includes ghc-9\.6"):
        check_run(plan, IDLE, "interpret", "ghc-9.10")


def test_sessions_workspaces_and_bytes_have_their_limits() -> None:
    check_session(ALLOWANCE, Standing(sessions=2))
    check_workspaces(ALLOWANCE, Standing(workspaces=49))
    check_stored(ALLOWANCE, 64 * MIB)
    with pytest.raises(Refused, match="3 sessions at once, and 3 are open"):
        check_session(ALLOWANCE, Standing(sessions=3))


def test_who_was_unused_longest_sleeps_first_but_nobody_with_a_window() -> None:
    idle = {"old": 1.0, "oldest": 0.0, "young": 2.0, "seen": -1.0}
    assert to_sleep(1, idle, {"seen"}) == ["oldest", "old", "young"]
    assert to_sleep(3, idle, {"seen"}) == ["oldest", "old", "young"]


def test_nobody_sleeps_in_vain() -> None:
    assert to_sleep(2, {"one": 0.0, "seen": 0.0}, {"seen"}) == []
    assert to_sleep(1, {}, set()) == []
    with pytest.raises(Refused, match="50 workspaces"):
        check_workspaces(ALLOWANCE, Standing(workspaces=50))
    with pytest.raises(Refused, match="64 MiB"):
        check_stored(ALLOWANCE, 64 * MIB + 1)


def test_numbers_of_one_are_in_the_singular() -> None:
    with pytest.raises(Refused, match="1 run at once, and 1 is going on"):
        check_run(replace(ALLOWANCE, runs=1), Standing(runs=1), "interpret", "ghc-9.6")


def test_limits_are_clamped_whatever_a_plan_says() -> None:
    plan = replace(ALLOWANCE, memory_bytes=1, cpus=1000.0, disk_bytes=2**60, run_seconds=0.0, output_bytes=-1)
    container, run = plan.container_limits(), plan.run_limits()
    assert container.memory_bytes == 256 * MIB
    assert container.cpus == 4.0
    assert container.work_bytes <= container.memory_bytes // 4
    assert run.run_seconds == 1.0
    assert run.output_bytes == 1024


def test_the_disk_is_what_the_plan_says() -> None:
    assert ALLOWANCE.container_limits().work_bytes == ALLOWANCE.disk_bytes
