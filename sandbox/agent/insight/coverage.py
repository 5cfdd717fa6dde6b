"""What hpc's files say was executed: `.mix` names the boxes of a module, `.tix` counts each of them. Pure.

Mix "src/Lib.hs" 2026-01-01 00:00:00 UTC 1234 8 [(3:1-3:20,TopLevelBox ["f"]),(3:7-3:20,ExpBox False)]
Tix [ TixModule "Lib" 1234 2 [1,1]]
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sandbox.agent.positions import Span, range_of
from sandbox.agent.written import NoReport
from sandbox.limits import REPORT_ITEMS
from sandbox.messages import CoveredModule, Mark, Tally

Lines = Callable[[str], list[str]]

_TIX_MODULE = re.compile(r'TixModule "([^"\\]{1,255})" (\d{1,20}) (\d{1,7}) \[([\d,]*)\]')
_MIX_HEAD = re.compile(r'Mix "([^"\\]{1,400})" [\d-]+ [\d:.]+ UTC (\d{1,20}) \d+ \[')
_MIX_BOX = re.compile(
    r"\((\d{1,7}):(\d{1,7})-(\d{1,7}):(\d{1,7}),"
    r"(?:(ExpBox) (?:True|False)|(TopLevelBox|LocalBox) \[[^\]]*\]|(BinBox) \w+ (True|False))\)"
)
_ALTERNATIVE = re.compile(r"ExpBox True")
Place = tuple[int, int, int, int]  # lines and columns from 1; the last column belongs to it


@dataclass(frozen=True)
class Box:
    """One stretch that hpc counts. `kind`: expression, alternative, binding, local, true or false."""

    place: Place
    kind: str


@dataclass(frozen=True)
class Mix:
    path: str
    stamp: str
    boxes: list[Box]


@dataclass(frozen=True)
class Ticks:
    """A module's counts, in the order of its boxes; `stamp` says which version of it was counted."""

    stamp: str
    counts: list[int]


def parse_tix(text: str) -> dict[str, Ticks]:
    """By module. Raises NoReport."""
    found = {
        name: Ticks(stamp, [min(int(each), 2**53) for each in counts.split(",") if each])
        for name, stamp, size, counts in _TIX_MODULE.findall(text)
    }
    if not found:
        raise NoReport("The program wrote no counts: no module of the workspace was compiled for coverage.")
    return found


def parse_mix(text: str) -> Mix:
    """Raises NoReport."""
    head = _MIX_HEAD.match(text)
    if not head:
        raise NoReport("GHC's list of what can be executed cannot be read.")
    return Mix(head[1], head[2], [_box(found) for found in _MIX_BOX.finditer(text, head.end())])


def _box(found: re.Match[str]) -> Box:
    line, column, end_line, end_column = (int(found[number]) for number in range(1, 5))
    if found[8]:
        kind = "true" if found[8] == "True" else "false"
    elif found[6]:
        kind = "binding" if found[6] == "TopLevelBox" else "local"
    else:
        kind = "alternative" if _ALTERNATIVE.search(found[0]) else "expression"
    return Box((line, column, end_line, end_column), kind)


def module(name: str, mix: Mix, ticks: Ticks, lines: list[str]) -> CoveredModule:
    """What to show of one module. Raises NoReport when the two are not of the same version."""
    if mix.stamp != ticks.stamp or len(mix.boxes) != len(ticks.counts):
        raise NoReport(f"The counts of {name[:100]} are not those of its present text: run it again.")
    counted = list(zip(mix.boxes, ticks.counts, strict=True))
    conditions = _conditions(counted)
    marks = [
        *(("never", place, 0) for place in _outermost(_places(counted, {"expression", "alternative"}, 0))),
        *_one_sided(conditions),
        *_entered(counted),
    ][:REPORT_ITEMS]
    return CoveredModule(
        module=name[:300],
        path=mix.path,
        expressions=_tally(counted, {"expression", "alternative"}),
        alternatives=_tally(counted, {"alternative"}),
        conditions=Tally(sum(yes > 0 and no > 0 for yes, no in conditions.values()), len(conditions)),
        bindings=_tally(counted, {"binding"}),
        marks=[_mark(kind, place, count, lines) for kind, place, count in sorted(marks, key=_outer_first)],
    )


Counted = list[tuple[Box, int]]
Found = tuple[str, Place, int]


def _tally(counted: Counted, kinds: set[str]) -> Tally:
    of_kind = [count for box, count in counted if box.kind in kinds]
    return Tally(sum(count > 0 for count in of_kind), len(of_kind))


def _places(counted: Counted, kinds: set[str], count: int) -> list[Place]:
    return [box.place for box, ticked in counted if box.kind in kinds and ticked == count]


def _entered(counted: Counted) -> Iterable[Found]:
    """Bindings that were used, each as often as it was entered."""
    return (
        ("executed", box.place, count) for box, count in counted if box.kind in ("binding", "local") and count
    )


def _outer_first(found: Found) -> tuple[int, ...]:
    _, (line, column, end_line, end_column), _ = found
    return line, column, -end_line, -end_column


def _outermost(places: Iterable[Place]) -> list[Place]:
    """Those that lie in none of the others: what lies in what was not executed was not, either."""
    kept: list[Place] = []
    for place in sorted(set(places), key=lambda place: _outer_first(("", place, 0))):
        if not (kept and place[2:] <= kept[-1][2:]):
            kept.append(place)
    return kept


def _conditions(counted: Counted) -> Mapping[Place, tuple[int, int]]:
    """How often each condition was true, and false."""
    found: dict[Place, tuple[int, int]] = {}
    for box, count in counted:
        if box.kind in ("true", "false"):
            yes, no = found.get(box.place, (0, 0))
            found[box.place] = (yes + count, no) if box.kind == "true" else (yes, no + count)
    return found


def _one_sided(conditions: Mapping[Place, tuple[int, int]]) -> Iterable[Found]:
    for place, (yes, no) in conditions.items():
        if yes and not no:
            yield "alwaysTrue", place, yes
        elif no and not yes:
            yield "alwaysFalse", place, no


def _mark(kind: str, place: Place, count: int, lines: list[str]) -> Mark:
    line, column, end_line, end_column = place
    span = Span("", line, column, end_line, end_column + 1)
    return Mark(range=range_of(span, lines), kind=kind, count=count)  # type: ignore[arg-type]
