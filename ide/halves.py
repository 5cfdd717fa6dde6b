"""Half surrogate pairs: JSON can spell them (`"\\ud83d"`), and msgspec calls such JSON cut off. Pure."""

import json
from collections.abc import Iterable
from typing import Any

SENTENCE = "has half a surrogate pair in it: send whole characters"
_SPELLED = "\\ud"  # how each half begins

Place = tuple[str | int, ...]


def half_in(document: str) -> Place | None:
    """The names and numbers that lead to half a character; None if the document has none, or is no JSON."""
    if _SPELLED not in document.lower():
        return None
    try:
        return _place(json.loads(document))
    except (ValueError, RecursionError):
        return None


def _place(value: Any) -> Place | None:
    inside: Iterable[tuple[str | int, Any]] = ()
    match value:
        case str():
            return None if _mended(value) == value else ()
        case list():
            inside = enumerate(value)
        case dict():
            inside = (
                (_mended(name), each if _mended(name) == name else name) for name, each in value.items()
            )
    found = ((step, _place(each)) for step, each in inside)
    return next(((step, *rest) for step, rest in found if rest is not None), None)


def _mended(text: str) -> str:
    return text.encode(errors="replace").decode()
