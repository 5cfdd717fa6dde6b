"""Who uses a workspace's files when: one load after the other, other compilers beside them, a trial alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Busy(Exception):
    """Others used the files all the while; its words say what for."""


class Turns:
    """All wait until the files are complete, and nobody holds them."""

    def __init__(self) -> None:
        self.loading = asyncio.Lock()  # GHCi is told one thing at a time
        self._holders = set[object]()
        self._complete = asyncio.Event()
        self._complete.set()
        self._others = 0  # other compilers at work
        self._alone = asyncio.Event()
        self._alone.set()

    def hold(self, holder: object) -> None:
        self._holders.add(holder)

    def release(self, holder: object) -> None:
        self._holders.discard(holder)

    @property
    def are_held(self) -> bool:
        return bool(self._holders)

    def open(self) -> None:
        """The files are complete."""
        self._complete.set()

    def close(self) -> None:
        """Contents must still come, or somebody holds the files."""
        self._complete.clear()

    async def opened(self) -> None:
        """Until the files are complete."""
        await self._complete.wait()

    @contextlib.asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """For a compiler that reads the files: nobody is alone with them inside."""
        while not self._complete.is_set():
            await self._complete.wait()
        self._others += 1
        self._alone.clear()
        try:
            yield
        finally:
            self._others -= 1
            if not self._others:
                self._alone.set()

    @contextlib.asynccontextmanager
    async def alone(self, patience_seconds: float) -> AsyncIterator[None]:
        """Inside, nothing is loaded, and no other compiler reads the files. Raises Busy."""
        try:
            async with asyncio.timeout(patience_seconds):
                await self._acquire_alone()
        except TimeoutError:
            compiled = "A compile or an evaluation is still going on."
            raise Busy(compiled if self._others else "The workspace is still being loaded.") from None
        try:
            yield
        finally:
            self.loading.release()

    async def _acquire_alone(self) -> None:
        while True:
            await self._complete.wait()
            await self._alone.wait()
            await self.loading.acquire()
            if self._complete.is_set() and self._alone.is_set():
                return
            self.loading.release()
