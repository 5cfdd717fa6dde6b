"""Where the name of a record's field can be written."""

import time

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
    ("code", "record", "head", "fields", "prefix"),
    [
        ("f r = r.in", "r", ("", "r", 0), (), "in"),
        ("r.", "r", ("", "r", 0), (), ""),
        ("r.inner.other.x", "r.inner.other", ("", "r", 0), ("inner", "other"), "x"),
        ("M.r.inner.", "M.r.inner", ("M", "r", 0), ("inner",), ""),
        ("(g r).in", "(g r)", ("", "g", 1), (), "in"),
        ("f (M.g r (h 1) 'c').inner.", "(M.g r (h 1) 'c').inner", ("M", "g", 3), ("inner",), ""),
        ("(g $ r).in", "(g $ r)", ("", "", 0), (), "in"),
        ("(a <> g r).in", "(a <> g r)", ("", "", 0), (), "in"),
        ("map (.inner.", ".inner", ("", "", 0), ("inner",), ""),
    ],
)
def test_a_field_is_named_behind_a_dot(
    code: str, record: str, head: tuple[str, str, int], fields: tuple[str, ...], prefix: str
) -> None:
    found = dotted_before(code, len(code))
    assert found is not None
    assert code[found.start : found.end] == record
    assert (found.qualifier, found.written, found.arguments) == head
    assert (found.fields, found.prefix) == (fields, prefix)


@pytest.mark.parametrize("code", ["f . g", "Map.in", "r .in", "r. in", "[1 ..", "x ^.", "in"])
def test_other_dots_name_no_field(code: str) -> None:
    assert dotted_before(code, len(code)) is None


@pytest.mark.parametrize("rest", ["a,", "a ", "(a, ", " "])
def test_braces_that_are_not_closed_take_time_with_what_follows_and_no_more(rest: str) -> None:
    def seconds(count: int) -> float:
        began = time.process_time()
        assert record_before("f = A {" + rest * count, 7)
        record_before(rest * count + ";{", len(rest) * count + 2)
        return time.process_time() - began

    assert seconds(200_000) < 0.1 + 8 * seconds(50_000)
