"""Who is told which diagnostics, and when."""

from sandbox.agent.board import Board
from sandbox.agent.diagnostics import Report, complaint
from sandbox.messages import Published

BAD = complaint("A.hs", "wrong")


def told(said: list[Published]) -> list[tuple[str, int | None, int]]:
    """Path, version and number of diagnostics of what was published since the last call."""
    found = [(each.uri.removeprefix("file:///work/"), each.version, len(each.diagnostics)) for each in said]
    said.clear()
    return found


def load(board: Board, versions: dict[str, int], compiled: set[str], *bad: str) -> None:
    board.load_begins(versions)
    board.take(Report(compiled, {path: [BAD] for path in bad}, ""), {"A.hs": b"", "B.hs": b""}, {})
    board.answer()


def test_a_change_is_told_once_and_taken_back_when_it_is_mended() -> None:
    said: list[Published] = []
    board = Board(said.append)
    load(board, {"A.hs": 1}, {"A.hs", "B.hs"}, "A.hs")
    assert told(said) == [("A.hs", 1, 1)]
    load(board, {"A.hs": 1}, {"B.hs"})
    assert told(said) == []
    load(board, {"A.hs": 2}, {"A.hs"})
    assert told(said) == [("A.hs", 2, 0)]


def test_each_edit_is_answered_even_when_nothing_changed() -> None:
    said: list[Published] = []
    board = Board(said.append)
    board.edited("A.hs")
    load(board, {"A.hs": 5}, {"A.hs"})
    assert told(said) == [("A.hs", 5, 0)]


def test_an_edit_that_comes_during_a_load_waits_for_the_next() -> None:
    said: list[Published] = []
    board = Board(said.append)
    board.edited("A.hs")
    board.load_begins({"A.hs": 1})
    board.edited("A.hs")
    board.answer()
    assert told(said) == [("A.hs", 1, 0)]
    load(board, {"A.hs": 2}, {"A.hs"})
    assert told(said) == [("A.hs", 2, 0)]


def test_a_load_that_was_given_up_leaves_nobody_without_an_answer() -> None:
    said: list[Published] = []
    board = Board(said.append)
    board.edited("A.hs")
    board.load_begins({"A.hs": 1})
    board.load_was_vain()
    load(board, {"A.hs": 2}, {"A.hs"})
    assert told(said) == [("A.hs", 2, 0)]


def test_a_file_that_is_gone_has_no_diagnostics() -> None:
    said: list[Published] = []
    board = Board(said.append)
    load(board, {}, {"A.hs"}, "A.hs")
    board.load_begins({})
    board.take(Report(set(), {}, ""), {"B.hs": b""}, {})
    board.answer()
    assert told(said) == [("A.hs", None, 1), ("A.hs", None, 0)]


def test_who_waits_hears_of_a_file_before_the_load_is_over_and_then_only_what_is_new() -> None:
    said: list[Published] = []
    board = Board(said.append)
    board.edited("A.hs")
    board.load_begins({"A.hs": 3, "B.hs": 1})
    board.take_early("B.hs", [BAD], [])
    assert told(said) == []
    board.take_early("A.hs", [BAD], [])
    assert told(said) == [("A.hs", 3, 1)]
    board.take(Report({"A.hs", "B.hs"}, {"A.hs": [BAD]}, ""), {"A.hs": b"", "B.hs": b""}, {})
    board.answer()
    assert told(said) == []
    load(board, {"A.hs": 3}, {"A.hs"}, "B.hs")
    assert told(said) == [("A.hs", 3, 0), ("B.hs", None, 1)]


def test_a_file_without_faults_is_told_of_once() -> None:
    said: list[Published] = []
    board = Board(said.append)
    board.edited("A.hs")
    board.load_begins({"A.hs": 1})
    board.take_early("A.hs", [], [])
    board.take(Report({"A.hs"}, {}, ""), {"A.hs": b""}, {})
    board.answer()
    assert told(said) == [("A.hs", 1, 0)]


def test_nothing_is_told_early_of_a_text_that_was_changed_again() -> None:
    said: list[Published] = []
    board = Board(said.append)
    board.edited("A.hs")
    board.load_begins({"A.hs": 1})
    board.edited("A.hs")
    board.take_early("A.hs", [BAD], [])
    assert told(said) == []


def test_what_is_told_early_has_the_advice_of_its_own_text() -> None:
    said: list[Published] = []
    board = Board(said.append)
    board.advise({"A.hs": [BAD, BAD]})
    board.edited("A.hs")
    board.load_begins({"A.hs": 1})
    board.take_early("A.hs", [], [BAD])
    assert told(said) == [("A.hs", 1, 1)]


def test_what_was_said_in_a_load_that_was_given_up_is_told_by_the_next() -> None:
    said: list[Published] = []
    board = Board(said.append)
    board.load_begins({"A.hs": 1})
    board.take_early("A.hs", [BAD], [])
    board.load_was_vain()
    assert board.of({"A.hs"}) == [BAD]
    load(board, {"A.hs": 1}, {"B.hs"})  # which compiles it no more
    assert told(said) == [("A.hs", 1, 1)]
