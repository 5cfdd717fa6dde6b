"""How long a load goes on that an edit has overtaken."""

import asyncio
from collections.abc import Callable

FIRST_SECONDS = 1.5  # a load that takes longer gives way to a newer edit; the next one has twice the time
MOST_SECONDS = 12.0  # and no load more than this


class Patience:
    """With each load that gave way the next one is given more time, so that one ends while somebody types."""

    def __init__(self, is_outdated: Callable[[], bool], give_up: Callable[[], None]) -> None:
        self._is_outdated, self._give_up = is_outdated, give_up
        self._seconds = FIRST_SECONDS
        self._since: float | None = None

    def begins(self) -> None:
        """A load that may give way."""
        self._since = asyncio.get_running_loop().time()

    def ends(self) -> None:
        self._since = None

    def renew(self) -> None:
        """A load came to its end."""
        self._seconds = FIRST_SECONDS

    def hurry(self) -> None:
        """There is a newer text: the load under way has the rest of its time."""
        if self._since is not None:
            loop = asyncio.get_running_loop()
            wait = max(self._since + self._seconds - loop.time(), 0)
            loop.call_later(wait, self._give_way, self._since)

    def _give_way(self, since: float) -> None:
        if self._since == since and self._is_outdated():
            self._seconds = min(2 * self._seconds, MOST_SECONDS)
            self._give_up()
