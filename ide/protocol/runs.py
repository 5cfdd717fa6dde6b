"""Runs: our own methods."""

from typing import Annotated, Literal

from msgspec import Meta

from ide.protocol.base import Lenient, Strict, Words
from sandbox.limits import BENCHMARK_RUNS, FILE_BYTES, FRAME_BYTES
from sandbox.messages import Breakpoints, Id, Insight, Mode, Path, Target, Terminal

Seq = Annotated[int, Meta(ge=0, le=2**53)]
STDIN_BYTES = FRAME_BYTES // 4
RunState = Literal["accepted", "running", "finished"]


class RunStart(Strict, frozen=True):
    request_id: Id
    mode: Mode
    entry: Path | None = None
    optimization: Literal[0, 1, 2] | None = None
    args: Annotated[list[Words], Meta(max_length=64)] = []
    stdin: Annotated[str, Meta(max_length=STDIN_BYTES)] | None = None
    terminal: Terminal | None = None
    insight: Insight | None = None
    repeats: Annotated[int, Meta(ge=1, le=BENCHMARK_RUNS)] | None = None
    target: Target | None = None
    breakpoints: Breakpoints = []
    history: bool = True


class RunReference(Strict, frozen=True):
    run_id: Id


class RunInput(Strict, frozen=True):
    run_id: Id
    text: Annotated[str, Meta(max_length=FILE_BYTES)] | None = None
    eof: bool = False


class DebugStep(Strict, frozen=True):
    run_id: Id
    action: Literal["step", "stepLocal", "continue", "back", "forward"]


class DebugLook(Strict, frozen=True):
    """A name that is bound where the program stands, or an expression there."""

    run_id: Id
    text: Annotated[str, Meta(min_length=1, max_length=4096)]


class DebugBreakpoints(Strict, frozen=True):
    run_id: Id
    breakpoints: Breakpoints


class RunResize(Strict, frozen=True):
    run_id: Id
    columns: Annotated[int, Meta(ge=1, le=1000)]
    rows: Annotated[int, Meta(ge=1, le=1000)]


class RunAck(Strict, frozen=True):
    run_id: Id
    seq: Seq


class RunFollow(Strict, frozen=True):
    run_id: Id
    after_seq: Seq


class RunStarted(Lenient, frozen=True):
    run_id: str
    mode: Mode
    entry: str | None


class RunUsage(Lenient, frozen=True):
    """What a live run has used so far; about once a second, and when it begins to wait. Never sent again."""

    run_id: str
    cpu_seconds: float
    memory_bytes: int
    waits_for_input: bool | None  # None: that cannot be known there


class RunSummary(Lenient, frozen=True):
    """A live run, or one that ended in the last 10 minutes; `startedAt` is Unix time in seconds."""

    run_id: str
    mode: Mode
    state: RunState
    last_seq: int
    started_at: float


class NumberedEvent(Lenient, frozen=True):
    """The head of every `run/event`."""

    run_id: str
    seq: int
