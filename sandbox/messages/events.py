"""What a session or a run says; passed on to the browser as it is."""

from typing import Annotated

from msgspec import Meta

from sandbox.limits import OUTPUT_CHUNK_BYTES
from sandbox.messages.answers import Answered
from sandbox.messages.debugging import Debugged
from sandbox.messages.parts import (
    Count,
    Diagnostics,
    Id,
    LeftOut,
    Mode,
    Outcome,
    Path,
    Phase,
    Reason,
    Seconds,
    SessionState,
    Stream,
    Tagged,
    Timings,
    Usage,
    Version,
)
from sandbox.messages.reports import Measured


class Queued(Tagged, frozen=True):
    position: Count
    estimate_seconds: Seconds | None = None


class Started(Tagged, frozen=True):
    """The phase begins: GHC's, unless the program is loaded already, and the program's."""

    phase: Phase


class Output(Tagged, frozen=True):
    stream: Stream
    text: Annotated[str, Meta(max_length=OUTPUT_CHUNK_BYTES)]


class OutputDropped(Tagged, frozen=True, tag="output_dropped"):
    """Stands in for events that the buffer had to drop."""

    bytes: Count
    through_seq: Count


class InputRefused(Tagged, frozen=True, tag="input_refused"):
    """So much input waits for the program that a piece did not fit: neither it nor any later one is taken."""

    limit_bytes: Count


class Finished(Tagged, frozen=True):
    """The end of a run, always last, exactly once."""

    outcome: Outcome
    phase: Phase | None = None
    exit_code: Annotated[int, Meta(ge=0, le=255)] | None = None
    signal: Annotated[str, Meta(max_length=16, pattern=r"^[^\x00]*$")] | None = None  # "SIGSEGV"
    diagnostics: Diagnostics = []
    timings: Timings = Timings()
    usage: Usage = Usage()
    reason: Reason | None = None


RunEvent = Queued | Started | Output | OutputDropped | InputRefused | Measured | Debugged | Finished


class Status(Tagged, frozen=True):
    """The session's state, as in `session/status`.

    `left_out` is what it did not keep when it last slept, until it sleeps after another run.
    """

    state: SessionState
    position: Count | None = None
    estimate_seconds: Seconds | None = None
    host: str | None = None
    toolchain: str | None = None
    reason: Reason | None = None
    left_out: LeftOut | None = None


class Published(Tagged, frozen=True):
    """All diagnostics of one file as of `version` (None: of the saved text).

    An empty list takes the old ones away.
    """

    uri: Annotated[str, Meta(max_length=1024)]
    version: Version | None
    diagnostics: Diagnostics


class RunStarted(Tagged, frozen=True):
    run_id: Id
    mode: Mode
    entry: str | None


class RunUsage(Tagged, frozen=True):
    """What a live run has used so far; about once a second, never kept."""

    run_id: Id
    cpu_seconds: Seconds
    memory_bytes: Count
    waits_for_input: bool | None = None  # None: that cannot be known there


class FileChanged(Tagged, frozen=True):
    """A file was saved elsewhere; `etag` None: it is gone. `origin` lets the writer know itself."""

    path: Path
    etag: str | None
    origin: str = ""


SessionEvent = Status | Published | Answered | RunStarted | RunUsage | FileChanged
