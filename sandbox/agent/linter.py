"""Asks hlint about edited files, in the background: never while one types, or while a program runs.

edit ─► quiet for a second ─► hlint, one at a time ─► show(path)
          ▲ a newer edit of the file, or a run, ends it and begins anew
"""

import asyncio
from collections.abc import Callable

from sandbox.agent import tools
from sandbox.agent.files import Files
from sandbox.agent.hlint import carried, command, gave_up, is_unread, parse, unread
from sandbox.agent.package import options_of
from sandbox.agent.reaper import Reaper
from sandbox.messages import Diagnostic

QUIET_SECONDS = 1.0
HLINT_SECONDS = 30.0  # 3 s of CPU and 60 MiB for a thousand lines
NICE = 19
SHORTER = 0.8  # of the length at which hlint gave up: it is asked again
ATTEMPTS = 3  # at one text, when something ends hlint


class Linter:
    """What hlint last said of each open file."""

    def __init__(self, files: Files, reaper: Reaper, show: Callable[[str], None]) -> None:
        self._files, self._reaper, self._show = files, reaper, show
        self._known: dict[str, tuple[str, list[Diagnostic]]] = {}  # the text, and what was said of it
        self._wanted: dict[str, int] = {}  # path → attempts; the last edited is the last
        self._too_long: dict[str, tuple[int, str]] = {}  # path → letters that were, and why
        self._held = False
        self._path = ""
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def edited(self, path: str) -> None:
        if path.endswith(".hs"):
            self._carry(path)
            self._wanted.pop(path, None)
            self._wanted[path] = 0
            if path == self._path:
                self._end()
            self._soon()

    def closed(self, path: str) -> None:
        self._wanted.pop(path, None)
        self._known.pop(path, None)
        self._too_long.pop(path, None)
        if path == self._path:
            self._end()

    def hold(self, held: bool) -> None:
        """A program runs, and has the processor and the memory to itself; or none does any more."""
        self._held = held
        if held:
            self._end()
        else:
            self._soon()

    def hints(self, path: str) -> list[Diagnostic]:
        """What was said of the file, as far as its lines are still there."""
        return self._known[path][1] if path in self._known else []

    # --- asking ---------------------------------------------------------------------------------------------

    def _soon(self) -> None:
        """Begin when all has been quiet for a while."""
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(QUIET_SECONDS, self._begin)

    def _begin(self) -> None:
        if self._wanted and not self._held and self._task is None:
            self._path, attempts = self._wanted.popitem()
            self._task = asyncio.ensure_future(self._lint(self._path, attempts))
            self._task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._task, self._path = None, ""
        if not task.cancelled():
            task.result()
        if self._wanted:
            self._soon()

    def _end(self) -> None:
        """What hlint is asked now is asked again later."""
        if self._task:
            self._wanted.setdefault(self._path, 0)
            self._task.cancel()

    async def _lint(self, path: str, attempts: int) -> None:
        text = self._text(path)
        if text is None:
            return
        if path in self._too_long and len(text) > self._too_long[path][0] * SHORTER:
            self._keep(path, text, [gave_up(path, text, self._too_long[path][1])])
            return
        argv = command(options_of(self._files.contents())[0].extension_flags)
        try:
            done = await tools.run(self._reaper, argv, text, HLINT_SECONDS, NICE)
        except TimeoutError:
            self._give_up(path, text, f"it was not done after {HLINT_SECONDS:.0f} s.")
        except OSError as fault:
            self._give_up(path, text, f"it could not be started ({fault.strerror}).")
        else:
            self._heard(path, text, done, attempts + 1)

    def _heard(self, path: str, text: str, done: tools.Done, attempts: int) -> None:
        if done.code is not None:
            self._too_long.pop(path, None)
            self._keep(path, text, self._ideas(done.output, path, text))
        elif attempts < ATTEMPTS:
            self._wanted.setdefault(path, attempts)
        else:
            self._give_up(path, text, "it was ended, most likely for want of memory.")

    def _ideas(self, output: str, path: str, text: str) -> list[Diagnostic] | None:
        """Of a text that hlint cannot read those of before, and where it could not."""
        fault = unread(output, path, text)
        if fault is None:
            return parse(output, path, text)
        return [*(each for each in self.hints(path) if not is_unread(each)), fault]

    def _give_up(self, path: str, text: str, why: str) -> None:
        """It is not asked again until the file is much shorter, or closed."""
        self._too_long[path] = len(text), why
        self._keep(path, text, [gave_up(path, text, why)])

    def _keep(self, path: str, text: str, found: list[Diagnostic] | None) -> None:
        """Nobody hears of an answer that says what was said already."""
        if found is not None and path not in self._wanted:
            is_news = found != self.hints(path)
            self._known[path] = text, found
            if is_news:
                self._show(path)

    def _carry(self, path: str) -> None:
        """Let what was said go along with this edit."""
        text = self._text(path)
        if path in self._known and text is not None:
            self._known[path] = text, carried(self._known[path][1], self._known[path][0], text)

    def _text(self, path: str) -> str | None:
        content = self._files.contents().get(path)
        return None if content is None else content.decode(errors="replace")
