"""Tells an editor that GHC is at work, where that takes long.

text ── a second without its diagnostics ──► begins ──► they are there, or nobody makes them ──► ends
"""

import asyncio
import itertools

from ide.protocol import Progress, ProgressBegins, ProgressEnds, ProgressToken
from ide.socket.jsonrpc import request
from ide.socket.timers import Timer
from ide.socket.window import Window

PATIENCE_SECONDS = 1.0
TITLE = "GHC checks the workspace"


class Work:
    """One window's texts that GHC has not checked yet."""

    def __init__(self, window: Window) -> None:
        self.shown = False  # the client shows such things
        self._window = window
        self._awaited: set[str] = set()
        self._since = 0.0
        self._token: str | None = None
        self._numbers = itertools.count(1)
        self._look_soon = Timer(PATIENCE_SECONDS, self._look)

    def begins(self, path: str) -> None:
        """A text of the file is on its way to GHC."""
        if not self.shown:
            return
        if not self._awaited:
            self._since = asyncio.get_running_loop().time()
        self._awaited.add(path)
        self._look_soon.start()

    async def ends(self, path: str) -> None:
        """Its diagnostics are there, or it is closed."""
        self._awaited.discard(path)
        if not self._awaited:
            await self._say_end()

    async def is_vain(self) -> None:
        """There is no session that would do it."""
        self._awaited.clear()
        await self._say_end()

    def leave(self) -> None:
        """The window is gone."""
        self._look_soon.cancel()

    async def _look(self) -> None:
        if not self._awaited or self._token is not None:
            return
        if asyncio.get_running_loop().time() - self._since < PATIENCE_SECONDS:
            self._look_soon.start()
            return
        self._token = f"{self._window.origin}-{next(self._numbers)}"
        create = request(
            f"create-{self._token}", "window/workDoneProgress/create", ProgressToken(self._token)
        )
        await self._window.send(create)
        await self._window.notify("$/progress", Progress(self._token, ProgressBegins(title=TITLE)))

    async def _say_end(self) -> None:
        token, self._token = self._token, None
        if token is not None:
            await self._window.notify("$/progress", Progress(token, ProgressEnds()))
