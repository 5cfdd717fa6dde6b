"""What answers are made from: the texts of the moment, and what GHC makes of them."""

import asyncio
import contextlib
from collections.abc import Coroutine

from sandbox.agent.evaluator import Evaluator
from sandbox.agent.files import Files
from sandbox.agent.language.checked import Checked
from sandbox.agent.language.checker import Checker
from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.layout import Layout
from sandbox.agent.loader import Loader
from sandbox.agent.reaper import Reaper

SETTLE_SECONDS = 0.05  # that an answer waits for the load of the newest edit: typing does not wait
FIRST_SECONDS = 8.0  # for a file, or its first load


class Workspace:
    """The workspace as questions see it."""

    def __init__(
        self, files: Files, loader: Loader, reaper: Reaper, checker: Checker, evaluator: Evaluator
    ) -> None:
        self._files = files
        self.loader = loader
        self.reaper = reaper
        self.checker = checker
        self.evaluator = evaluator

    async def arrived(self, path: str | None) -> None:
        """Wait for what a session just opened lacks: the file's contents, or all. Raises Unanswerable."""
        try:
            await asyncio.wait_for(self._files.arrived(path), FIRST_SECONDS)
        except TimeoutError:
            raise Unanswerable("The session still waits for its files. Try again in a moment.") from None

    def text(self, path: str) -> str:
        """The file's text as the editor shows it. Raises Unanswerable."""
        content = self._files.contents().get(path)
        if content is None:
            raise Unanswerable(f"There is no file {path} in the workspace.")
        return content.decode(errors="replace")

    async def checked(self, path: str, seconds: float = SETTLE_SECONDS) -> Checked | None:
        """The file as GHC last checked it, soon after the last edit; None when it never could.

        `seconds`: so long the load of the newest edit is waited for.
        """
        text = self.text(path)
        if self.checker.text(path) is None:
            await self._first(self.loader.settled(), self.checker.checked(path))
        else:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.loader.settled(), seconds)
        then = self.checker.text(path)
        return None if then is None else Checked(then, text)

    async def all_checked(self) -> None:
        """Wait for the first load of every module that there is."""
        if any(self.checker.text(path) is None for path in self.layout().sources):
            await self._first(self.loader.settled())

    async def _first(self, *events: Coroutine[None, None, None]) -> None:
        """What a first load has to wait for: whichever comes first."""
        waits = [asyncio.ensure_future(event) for event in events]
        try:
            await asyncio.wait(waits, timeout=FIRST_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def beside(self, path: str) -> Checked | None:
        """A file as it is now and was when GHC last checked it; nothing is waited for."""
        then = self.checker.text(path)
        content = self._files.contents().get(path)
        return None if then is None or content is None else Checked(then, content.decode(errors="replace"))

    def contents(self) -> dict[str, bytes]:
        """Every file of the moment, for work in another thread."""
        return self._files.contents()

    @property
    def generation(self) -> int:
        """Another one with every change of a file."""
        return self._files.generation

    def layout(self) -> Layout:
        """Where the modules lie."""
        return self.loader.layout()
