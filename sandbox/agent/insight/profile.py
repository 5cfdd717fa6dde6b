"""Cost centres of a profiled run: the file of `-pj`, read strictly. Pure.

GHC's tree may have more calls than can be shown: those that cost most are kept, each with the calls above it.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import msgspec

from sandbox.agent.diagnostics import normal
from sandbox.agent.positions import Span, range_of
from sandbox.agent.written import NoReport
from sandbox.limits import REPORT_ITEMS
from sandbox.messages import Cost, CostCentre, DecodeError, Profile, Range

Lines = Callable[[str], list[str]]
CALLS = 200_000  # of a tree that is read at all
_ONE_LINE = re.compile(r"([^:()]{1,255}):(\d{1,7}):(\d{1,7})(?:-(\d{1,7}))?")
_MANY_LINES = re.compile(r"([^:()]{1,255}):\((\d{1,7}),(\d{1,7})\)-\((\d{1,7}),(\d{1,7})\)")


class _Centre(msgspec.Struct):
    id: int
    label: str
    module: str
    src_loc: str


class _Call(msgspec.Struct):
    id: int
    entries: int
    alloc: int
    ticks: int
    children: list["_Call"]


class _File(msgspec.Struct):
    total_ticks: int
    tick_interval: int  # microseconds
    total_alloc: int
    cost_centres: list[_Centre]
    profile: _Call


@dataclass
class _Node:
    call: _Call
    parent: int | None
    ticks: int  # with what is below it
    alloc: int


_decode = msgspec.json.Decoder(_File).decode


def parse(text: str, lines: Lines, sources: Collection[str]) -> Profile:
    """Raises NoReport."""
    try:
        file = _decode(text)
    except (DecodeError, RecursionError):
        raise NoReport("GHC's runtime wrote no profile that can be read.") from None
    nodes = _with_totals(file.profile)
    kept = _dearest(nodes)
    places = {number: place for place, number in enumerate(kept)}
    centres = {centre.id: centre for centre in file.cost_centres}
    used = {number: place for place, number in enumerate(dict.fromkeys(nodes[each].call.id for each in kept))}
    if not used.keys() <= centres.keys():
        raise NoReport("GHC's profile names cost centres that it does not describe.")
    return Profile(
        ticks=_count(file.total_ticks),
        tick_seconds=min(max(file.tick_interval, 0) / 1e6, 10),
        allocated_bytes=_count(file.total_alloc),
        centres=[_centre(centres[number], lines, sources) for number in used],
        costs=[_cost(nodes[number], places, used) for number in kept],
        cut=len(kept) < sum(1 for node in nodes if node.ticks or node.alloc),
    )


def _with_totals(root: _Call) -> list[_Node]:
    """Every call after the one above it, with what is below it counted in."""
    nodes = [_Node(call, parent, call.ticks, call.alloc) for call, parent in _walk(root)]
    for node in reversed(nodes):
        if node.parent is not None:
            nodes[node.parent].ticks += node.ticks
            nodes[node.parent].alloc += node.alloc
    return nodes


def _walk(root: _Call) -> Iterator[tuple[_Call, int | None]]:
    waiting: list[tuple[_Call, int | None]] = [(root, None)]
    number = 0
    while waiting:
        call, parent = waiting.pop()
        yield call, parent
        waiting += [(child, number) for child in reversed(call.children)]
        number += 1
        if number > CALLS:
            raise NoReport("The profile has too many calls to be shown.")


def _dearest(nodes: list[_Node]) -> list[int]:
    """Those that cost something, at most REPORT_ITEMS, in their order; with each one the call above it."""
    costly = [number for number, node in enumerate(nodes) if node.ticks or node.alloc or node.parent is None]
    costly.sort(key=lambda number: (-nodes[number].ticks, -nodes[number].alloc, number))
    kept: set[int] = set()
    for number in costly[:REPORT_ITEMS]:
        parent = nodes[number].parent
        if parent is None or parent in kept:
            kept.add(number)
    return sorted(kept)


def _cost(node: _Node, places: dict[int, int], used: dict[int, int]) -> Cost:
    return Cost(
        centre=used[node.call.id],
        parent=None if node.parent is None else places[node.parent],
        entries=_count(node.call.entries),
        ticks=_count(node.call.ticks),
        allocated_bytes=_count(node.call.alloc),
    )


def _count(number: int) -> int:
    return min(max(number, 0), 2**53)


def _centre(centre: _Centre, lines: Lines, sources: Collection[str]) -> CostCentre:
    path, place = _place(centre.src_loc, lines, sources)
    label = centre.label.removeprefix("$w")  # the part of a binding that does its work
    return CostCentre(label[:100], centre.module[:100], path, place)


def _place(text: str, lines: Lines, sources: Collection[str]) -> tuple[str | None, Range | None]:
    if found := _ONE_LINE.fullmatch(text):
        path, line, column, end_column = found[1], int(found[2]), int(found[3]), int(found[4] or found[3])
        end_line = line
    elif found := _MANY_LINES.fullmatch(text):
        path = found[1]
        line, column, end_line, end_column = (int(found[number]) for number in range(2, 6))
    else:
        return None, None
    path = normal(path)
    if path not in sources:
        return None, None
    return path, range_of(Span(path, line, column, end_line, end_column + 1), lines(path))
