"""What must reach the database: relay and keeper → recorder."""

from typing import Literal

from sandbox.messages.builds import Built
from sandbox.messages.events import Finished
from sandbox.messages.parts import Count, Id, LeftOut, Moment, Seconds, Sha256, Tagged


class RunBegan(Tagged, frozen=True):
    """The agent took the run; `at` is Unix time, here and below."""

    run_id: Id
    session_id: Id
    host: str
    at: Moment


class RunEnded(Tagged, frozen=True):
    """A run's final state, with the last 64 KiB of its output and what it cost."""

    run_id: Id
    session_id: Id
    host: str | None
    finished: Finished
    stdout: str
    stderr: str
    stdout_bytes: Count
    stderr_bytes: Count
    at: Moment


class SessionChanged(Tagged, frozen=True):
    """A session became ready on a host, hibernated (its overlay is a blob then), or is gone."""

    session_id: Id
    state: Literal["ready", "hibernated", "lost", "ended"]
    host: str | None
    overlay: Sha256 | None
    at: Moment
    left_out: LeftOut | None = None  # of the overlay


class Charged(Tagged, frozen=True):
    """CPU that a container has used in all, by the engine's figures: its owner is charged the difference.

    Without an owner it is warm: what it used until then is nobody's.
    """

    session_id: Id | None
    owner: Id | None
    container: str
    cpu_seconds: Seconds
    at: Moment


class Missing(Tagged, frozen=True):
    """Blobs that a session needs and Redis no longer has: the recorder puts them there."""

    session_id: Id
    hashes: list[Sha256]


Record = RunBegan | RunEnded | SessionChanged | Charged | Missing | Built
