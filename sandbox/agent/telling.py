"""What GHC said of a load → what the board keeps and tells of each file, with our words beside GHC's."""

from collections.abc import Callable, Mapping
from functools import cached_property

from sandbox.agent.board import Board
from sandbox.agent.diagnostics import Report
from sandbox.agent.hints import softened
from sandbox.agent.layout import Layout
from sandbox.agent.remarks import remarks
from sandbox.agent.said import lines_of, report_of
from sandbox.agent.unchecked import unchecked
from sandbox.messages import Diagnostic

Contents = Mapping[str, bytes]
Advise = Callable[[Contents, Layout], Mapping[str, list[Diagnostic]]]  # what the files' description lacks


class Telling:
    """Of one load. `known`: a file's text as GHC checked it last."""

    def __init__(
        self,
        board: Board,
        now: Layout,
        focus: str | None,
        contents: Contents,
        *,
        advise: Advise,
        known: Callable[[str], str | None],
    ) -> None:
        self._board, self._advise, self._known = board, advise, known
        self._now, self._focus, self._contents = now, focus, contents
        self._told = set[str]()  # a splice may say anything, again and again

    def done(self, path: str, said: str) -> None:
        """GHC is done with this file, and at others. If the load is given up it says none of it again."""
        if path not in self._now.sources or path in self._told:
            return
        self._told.add(path)
        self._board.take_early(path, self._report(said).found.get(path, []), self._advice.get(path, []))

    def over(self, said: str, complaints: Mapping[str, str]) -> None:
        """All that was said of a load that came to its end."""
        report = self._report(said)
        report.found.update(remarks(self._contents))
        self._board.take(report, self._contents, complaints)
        left = self._unchecked(report)
        told = {path: advice + left.get(path, []) for path, advice in self._advice.items()}
        self._board.advise(left | told)

    @cached_property
    def _advice(self) -> Mapping[str, list[Diagnostic]]:
        return self._advise(self._contents, self._now)

    def _report(self, said: str) -> Report:
        found = report_of(said, self._now, self._focus, self._contents)
        return softened(found, self._contents, self._now.options)

    def _unchecked(self, report: Report) -> dict[str, list[Diagnostic]]:
        lines = lines_of(self._contents)

        def is_old(path: str) -> bool:
            return self._known(path) != "\n".join(lines(path))

        found = unchecked(self._now, self._focus, report, lines, is_old)
        return {path: [one] for path, one in found.items()}
