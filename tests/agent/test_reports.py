"""Reading what GHC's runtime wrote: strictly, and with bounds."""

import json
from typing import Any

import pytest

from sandbox.agent.insight import coverage, profile, statistics
from sandbox.agent.written import NoReport
from sandbox.limits import REPORT_ITEMS

MIX = (
    'Mix "./Lib.hs" 2026-01-01 00:00:00.5 UTC 77 8 [(1:1-1:8,ExpBox False),(1:1-1:8,TopLevelBox ["f"]),'
    "(2:3-2:5,ExpBox True),(2:3-2:3,ExpBox False),(3:1-3:4,BinBox GuardBinBox True),"
    "(3:1-3:4,BinBox GuardBinBox False)]"
)
TIX = 'Tix [ TixModule "Lib" 77 6 [3,1,0,0,0,4]]'
LINES = ["f = abcde", "  xyz", "1234"]


def test_boxes_and_counts_become_marks() -> None:
    ticks = coverage.parse_tix(TIX)["Lib"]
    found = coverage.module("Lib", coverage.parse_mix(MIX), ticks, LINES)
    marks = [(mark.kind, mark.range.start.line, mark.range.end.character, mark.count) for mark in found.marks]
    assert marks == [("executed", 0, 8, 1), ("never", 1, 5, 0), ("alwaysFalse", 2, 4, 4)]
    assert (found.expressions.covered, found.expressions.total) == (1, 3)
    assert (found.alternatives.total, found.conditions.covered, found.bindings.covered) == (1, 0, 1)


@pytest.mark.parametrize("text", ["", "Tix []", "Tix [ TixModule", 'Tix [ TixModule "../../etc" x 1 [1]]'])
def test_counts_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(NoReport):
        coverage.parse_tix(text)


def test_counts_of_another_version_are_refused() -> None:
    for tix in (TIX.replace("77", "78"), TIX.replace("[3,", "[")):
        with pytest.raises(NoReport, match="present text"):
            coverage.module("Lib", coverage.parse_mix(MIX), coverage.parse_tix(tix)["Lib"], LINES)


def test_huge_numbers_and_many_boxes_are_bounded() -> None:
    many = REPORT_ITEMS * 2
    boxes = ",".join(f'({n}:1-{n}:{10**6},TopLevelBox ["f"])' for n in range(1, many + 1))
    mix = coverage.parse_mix(f'Mix "Lib.hs" 2026-01-01 00:00:00 UTC 1 8 [{boxes}]')
    counts = ",".join(["9" * 200] * many)
    tix = coverage.parse_tix(f'Tix [ TixModule "Lib" 1 {many} [{counts}]]')
    found = coverage.module("Lib", mix, tix["Lib"], LINES)
    assert len(found.marks) == REPORT_ITEMS
    assert found.marks[0].count == 2**53


def test_statistics_lack_nothing() -> None:
    names = ("bytes allocated", "peak_megabytes_allocated", "max_bytes_used", "average_bytes_used", "num_GCs")
    times = ("mut_wall_seconds", "mut_cpu_seconds", "GC_wall_seconds", "GC_cpu_seconds")
    text = "[" + ",".join(f'("{name}", "{number}.5")' for number, name in enumerate((*names, *times))) + "]"
    found = statistics.parse(text)
    assert (found.peak_memory_bytes, found.collections, found.mutator_cpu_seconds) == (1 << 20, 4, 6.5)
    for broken in ("", text.replace("num_GCs", "other"), text.replace("4.5", "1e999")):
        with pytest.raises(NoReport):
            statistics.parse(broken)


def call(number: int, *children: Any, ticks: int = 0) -> dict[str, Any]:
    return {"id": number, "entries": 1, "alloc": ticks * 10, "ticks": ticks, "children": list(children)}


def written(tree: dict[str, Any], centres: int) -> str:
    found = [
        {
            "id": n,
            "label": f"$wc{n}",
            "module": "Lib",
            "src_loc": f"Lib.hs:({n + 1},1)-({n + 2},4)",
            "is_caf": False,
        }
        for n in range(centres)
    ]
    numbers = {"total_ticks": 9, "tick_interval": 1000, "total_alloc": 90}
    return json.dumps({**numbers, "cost_centres": found, "profile": tree, "program": "x"})


def test_a_profiles_dearest_calls_are_kept_with_those_above() -> None:
    cheap = [call(2) for _ in range(REPORT_ITEMS)]
    text = written(call(0, call(1, call(2, ticks=7)), *cheap, call(3, ticks=2)), 4)
    found = profile.parse(text, lambda path: LINES, {"Lib.hs"})
    kept = [(found.centres[cost.centre].label, cost.parent, cost.ticks) for cost in found.costs]
    assert kept == [("c0", None, 0), ("c1", 0, 0), ("c2", 1, 7), ("c3", 0, 2)]
    assert (found.cut, found.tick_seconds) == (False, 0.001)
    assert found.centres[1].range is not None
    assert found.centres[1].range.start.line == 1
    elsewhere = profile.parse(text, lambda path: LINES, set())
    assert {centre.path for centre in elsewhere.centres} == {None}


def test_a_great_profile_is_cut_and_says_so() -> None:
    text = written(call(0, *(call(1, ticks=1) for _ in range(REPORT_ITEMS + 5))), 2)
    found = profile.parse(text, lambda path: LINES, {"Lib.hs"})
    assert (len(found.costs), found.cut) == (REPORT_ITEMS, True)


@pytest.mark.parametrize(
    "text", ["", "{}", written(call(9), 2), '{"profile":' + "[" * 100_000, written(call(0), 1)[:-40]]
)
def test_a_profile_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(NoReport):
        profile.parse(text, lambda path: LINES, {"Lib.hs"})


def test_a_profile_nested_without_end_is_refused() -> None:
    deep = '{"id":0,"entries":1,"alloc":0,"ticks":0,"children":[' * 50_000
    text = written(call(0), 1).replace(json.dumps(call(0)), deep)
    with pytest.raises(NoReport):
        profile.parse(text, lambda path: LINES, {"Lib.hs"})
