"""What GHC said of a load → what the board tells of each file: GHC's words, and ours beside them."""

from collections.abc import Callable, Mapping

from sandbox.agent.board import Board
from sandbox.agent.diagnostics import Report
from sandbox.agent.hints import softened
from sandbox.agent.layout import Layout
from sandbox.agent.remarks import remarks
from sandbox.agent.said import lines_of, report_of
from sandbox.agent.unchecked import unchecked
from sandbox.messages import Diagnostic

Contents = Mapping[str, bytes]


class Telling:
    """`known`: a file's text as GHC checked it last."""

    def __init__(self, board: Board, known: Callable[[str], str | None]) -> None:
        self._board = board
        self._known = known
        # What the files' description lacks.
        self.advise: Callable[[Contents, Layout], Mapping[str, list[Diagnostic]]] = lambda *_: {}

    def early(self, now: Layout, focus: str | None, contents: Contents) -> Callable[[str, str], None]:
        """Takes what was said of one file while the load is still at its dependants: for who waits for it."""

        def done(path: str, said: str) -> None:
            if self._board.awaits(path):
                report = _report(said, now, focus, contents)
                self._board.take_early(path, report.found.get(path, []))

        return done

    def tell(
        self, said: str, now: Layout, focus: str | None, contents: Contents, complaints: Mapping[str, str]
    ) -> None:
        """All that was said of a load that is over."""
        report = _report(said, now, focus, contents)
        report.found.update(remarks(contents))
        self._board.take(report, contents, complaints)
        left = self._unchecked(now, focus, report, contents)
        advice = self.advise(contents, now)
        self._board.advise(left | {path: told + left.get(path, []) for path, told in advice.items()})

    def _unchecked(
        self, now: Layout, focus: str | None, report: Report, contents: Contents
    ) -> dict[str, list[Diagnostic]]:
        lines = lines_of(contents)
        found = unchecked(now, focus, report, lines, lambda path: self._known(path) != "\n".join(lines(path)))
        return {path: [one] for path, one in found.items()}


def _report(said: str, now: Layout, focus: str | None, contents: Contents) -> Report:
    return softened(report_of(said, now, focus, contents), contents, now.options)
