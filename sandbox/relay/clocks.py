"""A relay's own clocks on an agent: nothing on the other side is trusted to end by itself."""

import threading
import time

from sandbox.exceptions import ProtocolBreach

TICK_SECONDS = 1.0  # how long the relay listens before it looks around
ANSWER_SECONDS = 5.0  # after a ping
READY_SECONDS = 90.0  # a cold GHCi on a busy machine
OVERLAY_SECONDS = 60.0
ANALYSIS_SECONDS = 60.0  # an edit may wait for its diagnostics
CHATTER_FRAMES = 20_000  # that print nothing, in CHATTER_SECONDS
CHATTER_SECONDS = 10.0


class Silence:
    """Counts the seconds in which we listened in vain: a process that was stopped did not listen."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._asked = False

    def broken(self) -> None:
        """It said something."""
        self._seconds = 0.0
        self._asked = False

    def lasted(self, seconds: float) -> bool:
        """It went on for so long; True when it is time to ask, once."""
        self._seconds += seconds
        if self._seconds > TICK_SECONDS + ANSWER_SECONDS:
            raise ProtocolBreach("The agent does not answer.")
        if self._seconds < TICK_SECONDS or self._asked:
            return False
        self._asked = True
        return True


class Patience:
    """How long something may last that should end soon."""

    def __init__(self, seconds: float, what: str) -> None:
        self._seconds = seconds
        self._what = what
        self._since: float | None = None

    def check(self, *, lasts: bool) -> None:
        """Does it last? ProtocolBreach once that is too long."""
        now = time.monotonic()
        self._since = (self._since or now) if lasts else None
        if self._since is not None and now - self._since > self._seconds:
            raise ProtocolBreach(self._what)


class Awaited:
    """What an agent was asked and may still answer. One that never does is waited for no longer than this.

    Both threads of a relay use it.
    """

    def __init__(self, seconds: float = ANALYSIS_SECONDS) -> None:
        self._seconds = seconds
        self._since: dict[str, float] = {}  # the oldest first
        self._lock = threading.Lock()

    def ask(self, what: str) -> None:
        """Asked now, maybe once more."""
        with self._lock:
            self._since.pop(what, None)
            self._since[what] = time.monotonic()
            self._give_up()

    def settle(self, what: str) -> None:
        """It was answered."""
        with self._lock:
            self._since.pop(what, None)

    def __len__(self) -> int:
        with self._lock:
            self._give_up()
            return len(self._since)

    def _give_up(self) -> None:
        late = time.monotonic() - self._seconds
        while self._since and next(iter(self._since.values())) < late:
            del self._since[next(iter(self._since))]


class Chatter:
    """An agent has little to say besides what programs print; one that floods is none of ours."""

    def __init__(self) -> None:
        self._frames = 0
        self._since = time.monotonic()

    def count(self, frames: int) -> None:
        now = time.monotonic()
        if now - self._since > CHATTER_SECONDS:
            self._frames, self._since = 0, now
        self._frames += frames
        if self._frames > CHATTER_FRAMES:
            raise ProtocolBreach("The agent says too much.")
