"""A token bucket: so many messages a second, with bursts."""

from collections.abc import Callable
from time import monotonic


class Bucket:
    """Holds `burst` tokens at most and gains `per_second`; each message takes one."""

    def __init__(self, per_second: float, burst: float, clock: Callable[[], float] = monotonic) -> None:
        self._per_second, self._burst, self._clock = per_second, burst, clock
        self._tokens, self._at = burst, clock()

    def take(self) -> bool:
        """Whether there was a token to take."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def give_back(self) -> None:
        """A message that only answered one of ours is none too many."""
        self._tokens = min(self._burst, self._tokens + 1)
