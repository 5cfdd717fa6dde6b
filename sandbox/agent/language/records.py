"""Where the name of a record's field is written: in braces behind a constructor, or behind a record. Pure."""

import re
from typing import NamedTuple

from sandbox.agent.language.text import asides
from sandbox.agent.layout import Options

RECORD_DOT = "OverloadedRecordDot"
_RECORD = re.compile(r"(?:(?<![\w'])((?:[A-Z][\w']*\.)*[A-Z][\w']*)\.)?([A-Za-z_][\w']*)?\s*\Z")
_WORDS = {"do", "mdo", "rec", "of", "where", "let", "in", "then", "else", "case", "if", "family"}
_DECLARES = re.compile(
    r"^(?:data|newtype|type|class|instance|import)\b[^\n]*(?:\n[ \t][^\n]*|\n)*\Z", re.MULTILINE
)
_NAMED = re.compile(r"([a-z_][\w']*)\s*(?:=(?!=)|,|\}|\Z)")
_DOTTED = re.compile(r"(?:(?<![\w'.])([a-z_][\w']*)|\.[a-z_][\w']*|[)\]])\.([a-z_][\w']*|)\Z")
_PLACE = re.compile(r"\s*([\w']*)\Z")


class Record(NamedTuple):
    """`written`: the constructor or the variable; empty: some expression. `named`: the fields there."""

    qualifier: str
    written: str
    prefix: str
    named: frozenset[str]


def selects(options: Options, text: str) -> bool:
    """Whether a dot behind a record selects its field."""
    return RECORD_DOT in options.extensions or any(
        RECORD_DOT in text[start:end] for start, end in asides(text)
    )


def dotted_before(code: str, offset: int) -> Record | None:
    """The field behind a dot that selects it; `written`: the variable before it, if it is one."""
    found = _DOTTED.search(code, max(0, offset - 200), offset)
    return found and Record("", found[1] or "", found[2], frozenset())


def record_before(code: str, offset: int) -> Record | None:
    """None where no field's name can stand."""
    brace = _open_brace(code, offset)
    if brace is None:
        return None
    before = code[:brace].rstrip()
    record = _RECORD.search(before)
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
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
