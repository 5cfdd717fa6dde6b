"""Half surrogate pairs: JSON can spell them (`"\\ud83d"`), and msgspec calls such JSON cut off. Pure."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

SENTENCE = "has half a surrogate pair in it: send whole characters"
MOST = 10_000  # values that are looked at, in some ms: nobody else is served meanwhile
_SPELLED = "\\ud"  # how each half begins

Place = tuple[str | int, ...]


def half_in(document: str) -> Place | None:
    """The names and numbers that lead to half a character; None if none is found, or it is no JSON."""
    if _SPELLED not in document.lower():
        return None
    try:
        texts = islice(_texts((), json.loads(document)), MOST)
        return next((place for place, text in texts if _mended(text) != text), None)
    except (ValueError, RecursionError):
        return None


def _texts(place: Place, value: Any) -> Iterator[tuple[Place, str]]:
    """Every text and name in it with the way there; an empty one for each value of another kind."""
    yield place, value if isinstance(value, str) else ""
    match value:
        case list():
            for number, each in enumerate(value):
                yield from _texts((*place, number), each)
        case dict():
            for name, each in value.items():
                inside = (*place, _mended(name))
                yield inside, name
                yield from _texts(inside, each)


def _mended(text: str) -> str:
    return text.encode(errors="replace").decode()
