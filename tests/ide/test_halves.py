"""Half surrogate pairs are found by what leads to them."""

import pytest

from ide.halves import MOST, Place, half_in


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (r'"\ud83d"', ()),
        (r'{"a": [0, {"b": "x\uDE00"}]}', ("a", 1, "b")),
        (r'{"a": {"\ud83d.hs": ""}}', ("a", "?.hs")),
        (r'{"a": "\ud83d\ude00"}', None),
        (r'{"a": "\\ud83d"}', None),
        (r'{"a": "\ud83d"', None),
        (r'{"a": ' + "[" * 100_000 + r'"\ud83d"' + "]" * 100_000 + "}", None),
    ],
)
def test_half_a_character_is_found(document: str, place: Place | None) -> None:
    assert half_in(document) == place


@pytest.mark.parametrize(("before", "is_found"), [(MOST - 3, True), (MOST, False)])
def test_nobody_waits_until_many_values_are_looked_through(before: int, is_found: bool) -> None:
    document = f'[{"[]," * before}"\\ud800"]'
    assert half_in(document) == ((before,) if is_found else None)
