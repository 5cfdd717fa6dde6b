"""Edits land where the client means, in every encoding."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ide.editor.positions import ENCODINGS, Encoding, apply, in_encoding, negotiate, offset
from ide.protocol import Change
from sandbox.messages import Position, Range

TEXT = 'x = 1\ny = "é😀z"\nlast'


def place(text: str, index: int, encoding: Encoding) -> Position:
    """The position of a character, the slow and obvious way."""
    before = text[:index]
    line = before.count("\n")
    rest = before.rpartition("\n")[2]
    units = {"utf-8": len(rest.encode()), "utf-16": len(rest.encode("utf-16-le")) // 2, "utf-32": len(rest)}
    return Position(line, units[encoding])


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_character_is_found_where_it_is(encoding: Encoding) -> None:
    for index in range(len(TEXT) + 1):
        assert offset(TEXT, place(TEXT, index, encoding), encoding) == index


@pytest.mark.parametrize(
    ("text", "line", "character", "expected"),
    [
        ("ab\ncd", 0, 99, 2),
        ("ab\ncd", 99, 0, 5),
        ("ab\r\ncd", 0, 99, 2),
        ("ab\r\ncd", 1, 1, 5),
        ("ab\rcd", 1, 0, 3),
        ("a\r\rb\n", 2, 1, 4),
        ("a\n", 1, 0, 2),
        ("", 0, 0, 0),
        ("😀", 0, 1, 0),
        ("\N{LINE SEPARATOR}a\nb", 1, 0, 3),
    ],
)
def test_ends_and_line_ends(text: str, line: int, character: int, expected: int) -> None:
    assert offset(text, Position(line, character), "utf-16") == expected


def test_changes_are_applied_one_after_the_other() -> None:
    first = Change(text="z", range=Range(Position(0, 0), Position(0, 1)))
    second = Change(text="!", range=Range(Position(0, 1), Position(0, 1)))
    assert apply("x = 1\n", [first, second], "utf-16") == "z! = 1\n"


def test_a_change_without_a_range_is_the_whole_text() -> None:
    assert apply("old", [Change(text="new")], "utf-16") == "new"


def test_a_range_that_ends_before_it_starts_only_inserts() -> None:
    backwards = Change(text="!", range=Range(Position(0, 3), Position(0, 1)))
    assert apply("abcd", [backwards], "utf-16") == "abc!d"


TEXTS = st.text(alphabet="ab\né😀\t", max_size=30)


@given(TEXTS, TEXTS, st.data(), st.sampled_from(ENCODINGS))
def test_any_replacement_gives_what_slicing_gives(
    text: str, new: str, data: st.DataObject, encoding: Encoding
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    span = Range(place(text, start, encoding), place(text, end, encoding))
    assert apply(text, [Change(text=new, range=span)], encoding) == text[:start] + new + text[end:]


@pytest.mark.parametrize(
    ("offered", "agreed"),
    [
        (None, "utf-16"),
        ([], "utf-16"),
        (["utf-8"], "utf-8"),
        (["utf-7", "utf-32"], "utf-32"),
        (["x"], "utf-16"),
    ],
)
def test_the_clients_favourite_encoding_that_we_know(offered: list[str] | None, agreed: str) -> None:
    assert negotiate(offered) == agreed


def test_places_of_many_lines_take_time_with_their_number_and_no_more() -> None:
    def seconds(count: int) -> float:
        text = "ü = 1\n" * count
        began = time.process_time()
        found = in_encoding([Position(line, 1) for line in range(count)], text, "utf-8")
        assert {each.character for each in found} == {2}
        return time.process_time() - began

    assert seconds(16_000) < 0.1 + 8 * seconds(4_000)
