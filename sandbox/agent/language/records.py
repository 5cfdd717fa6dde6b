"""Where the name of a record's field is written: in braces behind a constructor, or behind a record. Pure."""

import re
from typing import NamedTuple

from sandbox.agent.language.application import applied
from sandbox.agent.language.text import asides, code_of
from sandbox.agent.layout import Options
from sandbox.spelling import LETTER, MODULE_NAME, NAME, QUALIFIER, SMALL, SMALL_NAME

RECORD_DOT = "OverloadedRecordDot"
REACH = 400  # letters before a dot that its record may take
_RECORD = re.compile(rf"(?:(?<!{LETTER})({MODULE_NAME})\.)?({NAME})?\s*\Z")
_WORDS = {"do", "mdo", "rec", "of", "where", "let", "in", "then", "else", "case", "if", "family"}
_DECLARES = re.compile(
    r"^(?:data|newtype|type|class|instance|import)\b[^\n]*(?:\n[ \t][^\n]*|\n)*\Z", re.MULTILINE
)
_NAMED = re.compile(rf"({SMALL_NAME})\s*(?:=(?!=)|,|\}}|\Z)")
_DOTTED = re.compile(
    rf"(?:(?<!{LETTER})(?<!\.)(?P<qualifier>{QUALIFIER})(?P<written>{SMALL_NAME})|(?P<bracket>[)\]])"
    rf"|(?P<projects>(?<=\()(?=\.{SMALL})))(?P<fields>(?:\.{SMALL_NAME})*)\.(?P<prefix>{SMALL_NAME}|)\Z"
)
_MARK = re.compile(r"[,()\[\]{}]")
_PLACE = re.compile(rf"\s*({LETTER}*)\Z")


class Record(NamedTuple):
    """`written`: the constructor or the variable; empty: some expression. `named`: the fields there."""

    qualifier: str
    written: str
    prefix: str
    named: frozenset[str]


class Selected(NamedTuple):
    """An expression from `start` to `end`: a name with so many arguments, and fields behind it.

    `written` is empty where it is something else.
    """

    start: int
    end: int
    qualifier: str
    written: str
    arguments: int
    fields: tuple[str, ...]
    prefix: str


def selects(options: Options, text: str) -> bool:
    """Whether a dot behind a record selects its field."""
    return RECORD_DOT in options.extensions or any(
        RECORD_DOT in text[start:end] for start, end in asides(text)
    )


def dotted_before(text: str, offset: int) -> Selected | None:
    """The record before a dot that selects a field."""
    code = code_of(text)
    found = _DOTTED.search(code, max(0, offset - REACH), offset)
    if found is None:
        return None
    start, head = found.start(), ((found["qualifier"] or "").rstrip("."), found["written"] or "", 0)
    if found["bracket"]:
        start = _opening(code, start)
        head = applied(code_of(text, literals=True)[start + 1 : found.start()]) or ("", "", 0)
    fields = tuple(found["fields"].split(".")[1:])
    return Selected(start, found.start("prefix") - 1, *head, fields, found["prefix"])


def _opening(code: str, place: int) -> int:
    """Where the bracket opens that closes there; that itself where none is near."""
    depth = 0
    for at in range(place, max(-1, place - REACH), -1):
        depth += (code[at] in ")]}") - (code[at] in "([{")
        if depth == 0:
            return at
    return place


def record_before(code: str, offset: int) -> Record | None:
    """None where no field's name can stand."""
    brace = _open_brace(code, offset)
    if brace is None:
        return None
    before = code[:brace].rstrip()
    record = _RECORD.search(before, max(0, brace - REACH))
    assert record  # noqa: S101 - it matches the empty word
    written = record[2] or ""
    if written in _WORDS or (not written and before[-1:] != ")") or _DECLARES.search(before):
        return None
    *others, here = _parts(code[brace + 1 : offset])
    place = _PLACE.match(here)
    if place is None:
        return None
    rest = code[offset:].partition("}")[0]
    named = frozenset(
        found[1] for part in [*others, *_parts(rest)[1:]] if (found := _NAMED.match(part.strip()))
    )
    return Record(record[1] or "", written, place[1], named)


def _open_brace(code: str, offset: int) -> int | None:
    """The innermost bracket that is open, if it is a brace."""
    depth = 0
    for place in range(offset - 1, max(-1, offset - 4000), -1):
        letter = code[place]
        depth += (letter in ")]}") - (letter in "([{")
        if depth < 0:
            return place if letter == "{" else None
    return None


def _parts(text: str) -> list[str]:
    """What the commas part that stand in no bracket."""
    parts, depth, start = list[str](), 0, 0
    for mark in _MARK.finditer(text):
        depth += (mark[0] in "([{") - (mark[0] in ")]}")
        if mark[0] == "," and depth == 0:
            parts.append(text[start : mark.start()])
            start = mark.end()
    return [*parts, text[start:]]
