"""Where the name of a record's field can be written."""

import pytest

from sandbox.agent.language.records import Record, dotted_before, record_before


def at(text: str) -> Record | None:
    """The cursor stands at the broken bar."""
    before, _, after = text.partition("¦")
    return record_before(before + after, len(before))


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("f = Point { ¦", Record("", "Point", "", frozenset())),
        ("f = Point {ro¦", Record("", "Point", "ro", frozenset())),
        ("f = G.Point { row = g [1, 2] {a = 1}, co¦ }", Record("G", "Point", "co", frozenset({"row"}))),
        ("f p = p { ¦, col = 2 }", Record("", "p", "", frozenset({"col"}))),
        ("f = (g x) { ¦", Record("", "", "", frozenset())),
        ("f (Point { ro¦ }) = 1", Record("", "Point", "ro", frozenset())),
        ("data A = A {a :: Int}\n\nf = A { ¦", Record("", "A", "", frozenset())),
    ],
)
def test_a_field_is_named_behind_a_constructor_or_a_record(text: str, record: Record) -> None:
    assert at(text) == record


@pytest.mark.parametrize(
    "text",
    [
        "f = Point { row = ¦",
        "f = Point { row = (1, ¦",
        "f = do { ¦",
        "f x = case x of { ¦",
        "data Point = Point { ¦",
        "data Point\n  = Origin\n  | Point { ¦",
        "f = Point { row = 1 } ¦",
        "f = ¦",
        "¦",
    ],
)
def test_nowhere_else(text: str) -> None:
    assert at(text) is None


@pytest.mark.parametrize(
    ("code", "written", "prefix"),
    [("f r = r.in", "r", "in"), ("r.", "r", ""), ("r.inner.x", "", "x"), ("(g r).in", "", "in")],
)
def test_a_field_is_named_behind_a_dot(code: str, written: str, prefix: str) -> None:
    assert dotted_before(code, len(code)) == Record("", written, prefix, frozenset())


@pytest.mark.parametrize("code", ["f . g", "Map.in", "r .in", "r. in", "[1 ..", "x ^.", "in"])
def test_other_dots_name_no_field(code: str) -> None:
    assert dotted_before(code, len(code)) is None
