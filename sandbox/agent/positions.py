"""GHC's places in a file → the editor's: zero-based lines and UTF-16 characters. Pure."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from sandbox.messages import Position, Range

FARTHEST = 2**31 - 1  # a LINE pragma may say any number; the Language Server Protocol's end here


class Span(Struct, rename="camel"):
    """Where a message of GHC's points to; one-based."""

    file: str
    start_line: int
    start_col: int
    end_line: int
    end_col: int


def range_of(span: Span, lines: list[str]) -> Range:
    """`lines`: those of the span's file, if it is one of ours."""
    start = _position(span.start_line, span.start_col, lines)
    end = _position(span.end_line, span.end_col, lines)
    return Range(start, max(start, end, key=lambda place: (place.line, place.character)))


def utf16_units(text: str) -> int:
    return sum(2 if ord(letter) > 0xFFFF else 1 for letter in text)


def _position(line: int, column: int, lines: list[str]) -> Position:
    row, target = _index(line), _index(column)
    if row >= len(lines):
        return Position(row, 0 if not lines else target)
    return Position(row, _character(lines[row], target))


def _index(number: int) -> int:
    return min(max(number - 1, 0), FARTHEST)


def _character(line: str, column: int) -> int:
    """GHC counts code points, and a tab reaches to the next multiple of eight."""
    if line.isascii() and "\t" not in line:
        return min(column, len(line))
    columns, units = counted(line)
    return units[min(bisect_left(columns, column), len(line))]


@lru_cache(maxsize=4)
def counted(line: str) -> tuple[Sequence[int], Sequence[int]]:
    """GHC's column and the UTF-16 character before each letter, and behind the last."""
    columns, units = array("I", [0]), array("I", [0])
    for letter in line:
        columns.append((columns[-1] // 8 + 1) * 8 if letter == "\t" else columns[-1] + 1)
        units.append(units[-1] + (2 if ord(letter) > 0xFFFF else 1))
    return columns, units
