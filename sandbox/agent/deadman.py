"""The agent's own end: at its maximum age, or when the trusted side has been silent for too long."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping

from sandbox.limits import CONTAINER_AGE_SECONDS, DEAD_MAN_EXTRA_SECONDS, HIBERNATE_SECONDS

EVERY_SECONDS = 5.0


class DeadMan:
    """Counts from the last sign of life of the trusted side."""

    def __init__(
        self, environment: Mapping[str, str] = os.environ, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._now = now
        self._age = float(environment.get("AGENT_MAX_AGE_SECONDS", CONTAINER_AGE_SECONDS))
        self._silence = float(
            environment.get("AGENT_SILENCE_SECONDS", HIBERNATE_SECONDS + DEAD_MAN_EXTRA_SECONDS)
        )
        self._born = self._heard = now()

    def heard(self) -> None:
        self._heard = self._now()

    @property
    def is_due(self) -> bool:
        now = self._now()
        return now - self._born >= self._age or now - self._heard >= self._silence

    async def wait(self) -> None:
        """Return when it is time to end."""
        while not self.is_due:  # noqa: ASYNC110 - time is what it waits for
            await asyncio.sleep(min(EVERY_SECONDS, self._silence / 4, self._age / 4))
