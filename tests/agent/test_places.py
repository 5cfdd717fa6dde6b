"""Places go from the text that GHC checked to the one of the moment and back; comments become Markdown."""

import time

import pytest

from sandbox.agent.language.checked import Checked
from sandbox.agent.language.comments import begins_its_line, comment_above
from sandbox.agent.language.haddock import markdown
from sandbox.messages import Position, Range

THEN = "a = 1\nb = 2\nc = 3\n"


def test_what_lies_before_and_behind_an_edit_keeps_its_meaning() -> None:
    checked = Checked(THEN, "a = 1\nb = 2 +\n  4\nc = 3\n")
    assert checked.place(Position(0, 0)) == (1, 1)
    assert checked.place(Position(3, 4)) == (3, 5)
    assert checked.range((3, 1, 3, 2)) == Range(Position(3, 0), Position(3, 1))


def test_what_was_typed_is_where_the_edit_begins() -> None:
    checked = Checked(THEN, "a = 1\nb = 2\nnew = 4\nc = 3\n")
    line, _ = checked.place(Position(2, 3))
    assert line in (2, 3)


def test_what_was_taken_away_has_no_place() -> None:
    assert Checked(THEN, "a = 1\nc = 3\n").range((2, 1, 2, 2)) is None


def test_a_name_behind_inserted_text_does_not_grow() -> None:
    assert Checked("f x", "f yx").range((1, 3, 1, 4)) == Range(Position(0, 3), Position(0, 4))


def test_tabs_and_letters_beyond_the_basic_plane_are_counted_as_ghc_does() -> None:
    text = '\tx = "\U0001f600" y\n'
    checked = Checked(text, text)
    assert checked.place(Position(0, 1)) == (1, 9)
    assert checked.range((1, 17, 1, 18)) == Range(Position(0, 10), Position(0, 11))


@pytest.mark.parametrize("beginning", ["f = a", "f =\ta", "ü = a"])
def test_places_in_one_line_take_time_with_their_number_and_no_more(beginning: str) -> None:
    def seconds(count: int) -> float:
        text = beginning + " + a" * count
        began = time.process_time()
        checked = Checked(text, text)
        for offset in range(len(beginning), len(text), 4):
            line, column = checked.place(checked.now.position(offset))
            assert checked.range((line, column, line, column)) is not None
        return time.process_time() - began

    assert seconds(16_000) < 0.1 + 8 * seconds(4_000)


def test_places_beyond_the_text_are_its_end() -> None:
    checked = Checked(THEN, THEN)
    assert checked.place(Position(99, 99)) == (4, 1)
    assert checked.range((99, 1, 99, 2)) == Range(Position(3, 0), Position(3, 0))


def test_haddock_becomes_markdown() -> None:
    assert markdown(" The 'map' of \"Data.Map\", @O(n)@.") == "The `map` of `Data.Map`, `O(n)`."
    assert markdown(">>> 1 + 1\n2\n\nMore.") == "```haskell\n>>> 1 + 1\n2\n```\n\nMore."
    assert markdown("@'sortOn' f@ is @'a'@") == "`sortOn f` is `a`"
    assert markdown("don't and can't") == "don't and can't"
    assert markdown(r"\(O(n \log n)\) or \(\mathcal{O}(1)\).") == "`O(n log n)` or `O(1)`."


def test_the_comment_above_a_declaration_is_its_own() -> None:
    source = "-- | Adds.\n-- Twice.\nadd :: Int -> Int\nadd n = n\n\nother = 1\n"
    assert comment_above(source, 4) == "Adds.\nTwice."
    assert comment_above(source, 6) == ""
    assert comment_above("{-| Block. -}\nadd = 1\n", 2) == "Block."


def test_what_stands_behind_something_in_its_line_has_no_comment_above() -> None:
    source = "-- | Adds.\nadd n = n\n  where\n  m = n\n"
    assert [begins_its_line(source, *place) for place in ((2, 1), (2, 5), (4, 3))] == [True, False, True]
