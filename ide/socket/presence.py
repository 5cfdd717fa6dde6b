"""Says that somebody waits: a session whose windows are all closed leaves the queue for room."""

import asyncio
import contextlib
import logging

from redis.exceptions import RedisError

from ide.door import door
from sandbox.limits import ATTENDED_SECONDS, LEFT_SECONDS
from sandbox.messages import SessionState

logger = logging.getLogger(__name__)


class Presence:
    """Of one window; quiet unless its session waits."""

    def __init__(self, session_id: str) -> None:
        self._session_id = session_id
        self._task: asyncio.Task[None] | None = None

    def note(self, state: SessionState) -> None:
        """The session's state changed."""
        if state == "waiting" and self._task is None:
            self._task = asyncio.create_task(self._beat())
        elif state != "waiting":
            self._stop()

    async def leave(self) -> None:
        """The window is closed: whoever reloads the page keeps their place, for a moment."""
        if self._stop():
            with contextlib.suppress(RedisError, OSError):
                await door().attend(self._session_id, LEFT_SECONDS, at_most=True)

    def _stop(self) -> bool:
        beating, self._task = self._task, None
        if beating:
            beating.cancel()
        return beating is not None

    async def _beat(self) -> None:
        while True:
            try:
                await door().attend(self._session_id, ATTENDED_SECONDS)
            except (RedisError, OSError) as error:
                logger.warning("Nobody was told that a window waits: %s", error)
            await asyncio.sleep(ATTENDED_SECONDS / 3)
