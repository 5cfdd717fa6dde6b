"""A source text: offsets ↔ LSP's lines and UTF-16 characters, and the text without what is no code. Pure."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from sandbox.agent.positions import counted
from sandbox.messages import Position, Range
from sandbox.spelling import SYMBOL

_NO_CODE = re.compile(
    rf"(?P<line>(?<!{SYMBOL})--+(?!{SYMBOL})[^\n]*)"
    r"|(?P<block>\{-)"
    r'|(?P<string>"(?:[^"\\\n]|\\\s+\\|\\[^\n])*"?)'
    r"|(?P<letter>(?<![\w'])'(?:[^'\\\n]|\\[^'\n]+|\\')')"
    r"|^\#!?(?:if|ifdef|ifndef|else|elif|endif|define|undef|include|/)[^\n]*",
    re.MULTILINE,
)
_BLOCK = re.compile(r"\{-|-\}")
_LETTER = re.compile(r"[^\n]")


class _Line(NamedTuple):
    """What lies before each of its letters, and behind the last: thousands of places may be in one line."""

    letters: int  # without its end
    columns: Sequence[int]  # GHC's, zero-based
    units: Sequence[int]  # of UTF-16


class Text:
    """One version of a source."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._looked_at: dict[int, _Line] = {}

    @property
    def lines(self) -> int:
        return len(self._starts)

    def line(self, number: int) -> str:
        """A line without its end."""
        return self._whole(number).rstrip("\r\n")

    def offset(self, place: Position) -> int:
        """Where a position lies; the end for one beyond the end."""
        if place.line >= len(self._starts):
            return len(self.text)
        line = self._line(place.line)
        return self._starts[place.line] + min(bisect_right(line.units, place.character) - 1, line.letters)

    def position(self, offset: int) -> Position:
        number = bisect_right(self._starts, offset) - 1
        return Position(line=number, character=self._line(number).units[offset - self._starts[number]])

    def range(self, start: int, end: int) -> Range:
        return Range(start=self.position(start), end=self.position(end))

    def start_of(self, number: int) -> int:
        return self._starts[number]

    def ghcs(self, offset: int) -> tuple[int, int]:
        """GHC's line and column: it counts letters, and a tab reaches to the next multiple of eight."""
        number = bisect_right(self._starts, offset) - 1
        return number + 1, self._line(number).columns[offset - self._starts[number]] + 1

    def offset_of(self, line: int, column: int) -> int:
        """Where a line and column of GHC's lie; the end for a line that is none."""
        if not 1 <= line <= len(self._starts):
            return len(self.text)
        found = self._line(line - 1)
        return self._starts[line - 1] + min(bisect_left(found.columns, column - 1), found.letters)

    def _whole(self, number: int) -> str:
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.text)
        return self.text[self._starts[number] : end]

    def _line(self, number: int) -> _Line:
        if number not in self._looked_at:
            whole = self._whole(number)
            plain = range(len(whole) + 1)
            is_plain = whole.isascii() and "\t" not in whole
            columns, units = (plain, plain) if is_plain else counted(whole)
            self._looked_at[number] = _Line(len(whole.rstrip("\r\n")), columns, units)
        return self._looked_at[number]


@lru_cache(maxsize=64)
def code_of(text: str, *, literals: bool = False) -> str:
    """The text with comments, pragmas, texts, letters and preprocessor lines blanked out; every offset stays.

    `literals`: texts and letters stay.
    """
    kept: list[str] = []
    place = 0
    for start, end, kind in _no_code(text):
        stays = literals and kind in ("string", "letter")
        kept += [text[place:start], text[start:end] if stays else _LETTER.sub(" ", text[start:end])]
        place = end
    return "".join([*kept, text[place:]])


def asides(text: str) -> Iterator[tuple[int, int]]:
    """Where comments and pragmas start and end."""
    return ((start, end) for start, end, kind in _no_code(text) if kind in ("line", "block"))


def _no_code(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Where what is no code starts and ends, and which kind of it that is."""
    place = 0
    while found := _NO_CODE.search(text, place):
        end = _block_end(text, found.end()) if found["block"] else found.end()
        place = max(end, found.end())
        yield found.start(), place, found.lastgroup


def _block_end(text: str, place: int) -> int:
    """Where the block comment that has just begun ends."""
    depth = 1
    while depth:
        mark = _BLOCK.search(text, place)
        if mark is None:
            return len(text)
        depth += 1 if mark[0] == "{-" else -1
        place = mark.end()
    return place


def unliterate(text: str) -> str:
    """Bird-style literate source as code, every offset kept."""
    lines = text.split("\n")
    return "\n".join(" " + line[1:] if line.startswith(">") else " " * len(line) for line in lines)
