"""Lines and characters of the Language Server Protocol ↔ offsets in a text, in three encodings."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Literal

import msgspec

from ide.protocol import Change
from sandbox.messages import Diagnostic, Position

Encoding = Literal["utf-8", "utf-16", "utf-32"]
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
_CODEC = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2)}
_LINE_END = re.compile(r"\r\n|\r|\n")


def negotiate(offered: Sequence[str] | None) -> Encoding:
    """The client's favourite among those we know; UTF-16 where it names none."""
    return next((known for wish in offered or () for known in ENCODINGS if known == wish), "utf-16")


def apply(text: str, changes: Iterable[Change], encoding: Encoding) -> str:
    """The text after one change after the other. Positions beyond the end mean the end."""
    for change in changes:
        if change.range is None:
            text = change.text
        else:
            start, end = (offset(text, place, encoding) for place in (change.range.start, change.range.end))
            text = text[:start] + change.text + text[max(start, end) :]
    return text


def offset(text: str, place: Position, encoding: Encoding) -> int:
    """The index in the text of a position."""
    start, end = _line(text, place.line)
    return start + _characters(text[start:end], place.character, encoding)


def place(text: str, index: int, encoding: Encoding) -> Position:
    """The position of an index in the text."""
    ends = [found.end() for found in _LINE_END.finditer(text, 0, index)]
    start = ends[-1] if ends else 0
    return Position(line=len(ends), character=_units(text[start:index], index - start, encoding))


def _line(text: str, number: int) -> tuple[int, int]:
    """Where a line starts and ends, its line end excluded; the end of the text for lines beyond it."""
    if "\r" in text:
        return _line_of_any_kind(text, number)
    start = 0
    for _ in range(number):
        start = text.find("\n", start) + 1
        if not start:
            return len(text), len(text)
    end = text.find("\n", start)
    return start, len(text) if end < 0 else end


def _line_of_any_kind(text: str, number: int) -> tuple[int, int]:
    ends = [found.span() for found in islice(_LINE_END.finditer(text), number + 1)]
    if number > len(ends):
        return len(text), len(text)
    start = ends[number - 1][1] if number else 0
    return start, ends[number][0] if number < len(ends) else len(text)


def _characters(line: str, units: int, encoding: Encoding) -> int:
    """How many characters of the line the units cover; one that they split does not count."""
    if encoding == "utf-32" or line.isascii():
        return min(units, len(line))
    codec, width = _CODEC[encoding]
    return len(line.encode(codec)[: units * width].decode(codec, "ignore"))


def _units(line: str, characters: int, encoding: Encoding) -> int:
    if encoding == "utf-32" or line.isascii():
        return characters
    codec, width = _CODEC[encoding]
    return len(line[:characters].encode(codec)) // width


def recode(diagnostics: Iterable[Diagnostic], text: str, encoding: Encoding) -> list[Diagnostic]:
    """Diagnostics of a text with their UTF-16 positions in the encoding."""
    if encoding == "utf-16" or text.isascii():
        return list(diagnostics)
    return [
        msgspec.structs.replace(each, range=in_encoding(each.range, text, encoding)) for each in diagnostics
    ]


def in_encoding(value: Any, text: str, encoding: Encoding) -> Any:
    """Lists and structs of whatever kind, with the UTF-16 positions of that text in the encoding."""
    match value:
        case Position():
            return _recode_place(value, text, encoding)
        case list():
            return [in_encoding(each, text, encoding) for each in value]
        case msgspec.Struct():
            fields = value.__struct_fields__
            changed = {name: in_encoding(getattr(value, name), text, encoding) for name in fields}
            return msgspec.structs.replace(value, **changed)
    return value


def to_utf16(place: Position, text: str, encoding: Encoding) -> Position:
    """The client's position, which it counts in the encoding, in UTF-16."""
    start, end = _line(text, place.line)
    line = text[start:end]
    characters = _characters(line, place.character, encoding)
    return Position(line=place.line, character=_units(line, characters, "utf-16"))


def recode_characters(line: str, units: int, encoding: Encoding) -> int:
    """UTF-16 characters of a line in the encoding."""
    return _units(line, _characters(line, units, "utf-16"), encoding)


def _recode_place(place: Position, text: str, encoding: Encoding) -> Position:
    lines = _lines(text)
    line = lines[place.line] if place.line < len(lines) else ""
    return Position(line=place.line, character=recode_characters(line, place.character, encoding))


@lru_cache(maxsize=8)
def _lines(text: str) -> list[str]:
    """Thousands of places may be in one text."""
    return _LINE_END.split(text)
