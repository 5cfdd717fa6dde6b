"""A program under the debugger: what it is told, and where it stands. Said on hostile ground: bounded."""

from typing import Annotated, Literal

from msgspec import Meta

from sandbox.limits import BREAKPOINTS, DEBUG_HISTORY, DEBUG_LOCALS
from sandbox.messages.parts import Count, Id, Path, Range, Tagged, Wire

Word = Annotated[str, Meta(max_length=1000)]
DebugAction = Literal["step", "stepLocal", "continue", "back", "forward", "force", "evaluate", "breakpoints"]


class Breakpoint(Wire, frozen=True):
    """A line of a file, zero-based."""

    path: Path
    line: Count


Breakpoints = Annotated[list[Breakpoint], Meta(max_length=BREAKPOINTS)]


class Debug(Tagged, frozen=True):
    """What to do with a program that stands; `text` is the name to force or the expression to evaluate."""

    run_id: Id
    action: DebugAction
    text: Annotated[str, Meta(max_length=4096)] = ""
    breakpoints: Breakpoints = []


class Local(Wire, frozen=True):
    """What is bound where the program stands; `_` in the value is what was not evaluated yet."""

    name: Word
    type: Word
    value: Annotated[str, Meta(max_length=4000)]


class DebugPlace(Wire, frozen=True):
    """Somewhere in the workspace's text as it was when the run began; `name` is the definition around it."""

    name: Word
    path: Path | None = None
    range: Range | None = None


class Debugged(Tagged, frozen=True):
    """Where a program under the debugger stands, or that it runs on.

    `history` is how it came here, newest first, and `position` the step of it that is looked at (0: now);
    `breakpoints` are where those that were asked for took hold; `exception`: it stands because of one.
    """

    state: Literal["running", "paused"]
    at: DebugPlace | None = None
    exception: bool = False
    locals: Annotated[list[Local], Meta(max_length=DEBUG_LOCALS)] = []
    history: Annotated[list[DebugPlace], Meta(max_length=DEBUG_HISTORY)] = []
    position: Count = 0
    breakpoints: Breakpoints = []
