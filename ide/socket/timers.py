"""Work that is done a little later, once, however often it was asked for."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)


class Timer:
    """Does `work` so many seconds after the first `start` since the last time."""

    def __init__(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        self._seconds, self._work = seconds, work
        self._task: asyncio.Task[None] | None = None
        self._waiting = False

    def start(self) -> None:
        if not self._waiting:
            self._waiting = True
            self._task = asyncio.create_task(self._run(self._task))

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self, earlier: "asyncio.Task[None] | None") -> None:
        try:
            await asyncio.sleep(self._seconds)
            if earlier is not None:
                await asyncio.wait([earlier])
        finally:
            self._waiting = False
        try:
            await self._work()
        except Exception:
            logger.exception("What was to be done later failed")
