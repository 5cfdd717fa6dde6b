"""What crosses the door, the inbox and the attach stream: typed, tagged, strict. Shared with the agent.

    ide ── Opening, InboxMessage ──► Redis ──► relay ── Command ──► agent
    ide ◄── SessionEvent, RunEvent ── Redis ◄── relay ◄── Frame ──── agent

One JSON document a line between relay and agent, at most `limits.FRAME_BYTES`. What the browser sees (run and
session events, diagnostics) has its public camelCase names here already, so `ide` passes it on as it is.
Everything in a Frame is said on hostile ground: lengths and numbers are bounded by the types.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from sandbox.limits import (
    DIAGNOSTICS,
    FRAME_BYTES,
    MESSAGE_BYTES,
    OUTPUT_CHUNK_BYTES,
    PATH_BYTES,
    WORKSPACE_FILES,
    ContainerLimits,
    RunLimits,
)

Id = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[0-9A-Za-z_-]+$")]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Path = Annotated[str, Meta(min_length=1, max_length=PATH_BYTES)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Seconds = Annotated[float, Meta(ge=0, le=1e7)]
Moment = Annotated[float, Meta(ge=0, le=1e11)]  # Unix time
Text = Annotated[str, Meta(max_length=FRAME_BYTES)]
Manifest = Annotated[dict[Path, Sha256], Meta(max_length=WORKSPACE_FILES)]

Mode = Literal["interpret", "compile", "repl", "test"]
Phase = Literal["compile", "run"]
Stream = Literal["stdout", "stderr", "terminal"]
Outcome = Literal[
    "exited",
    "signalled",
    "compile_failed",
    "timed_out",
    "out_of_memory",
    "output_limit",
    "stopped",
    "host_lost",
    "internal_error",
]
SessionState = Literal["waiting", "starting", "ready", "moved", "hibernated", "lost"]


class Wire(msgspec.Struct, frozen=True, rename="camel", omit_defaults=False):
    """A struct with the public, camelCase names."""


class Tagged(Wire, frozen=True, tag_field="type", tag=lambda name: name[0].lower() + name[1:]):
    """One alternative of a union; `type` says which."""


# --- shared parts -----------------------------------------------------------------------------------------------


class Position(Wire, frozen=True):
    """Zero-based line and UTF-16 character, as in LSP."""

    line: Count
    character: Count


class Range(Wire, frozen=True):
    start: Position
    end: Position


class Diagnostic(Wire, frozen=True):
    """One message of a compiler or linter; `severity` as in LSP (1 error … 4 hint)."""

    uri: Annotated[str, Meta(max_length=1024)]
    range: Range
    severity: Annotated[int, Meta(ge=1, le=4)]
    code: Annotated[str, Meta(max_length=64)] | None
    source: Annotated[str, Meta(max_length=32)]
    message: Annotated[str, Meta(max_length=MESSAGE_BYTES)]


Diagnostics = Annotated[list[Diagnostic], Meta(max_length=DIAGNOSTICS)]


class Terminal(Wire, frozen=True):
    columns: Annotated[int, Meta(ge=1, le=1000)] = 80
    rows: Annotated[int, Meta(ge=1, le=1000)] = 24


class Timings(Wire, frozen=True):
    queued_seconds: Seconds = 0.0
    compile_seconds: Seconds = 0.0
    run_seconds: Seconds = 0.0


class Usage(Wire, frozen=True):
    cpu_seconds: Seconds = 0.0
    peak_memory_bytes: Count = 0


class Opening(Wire, frozen=True):
    """What a session is opened with; kept in Redis until the session ends, so any relay can open it anywhere.

    `owner` is an opaque id of the user (for fairness and records). A `once` session has one run and ends with it.
    """

    session_id: Id
    owner: Id
    toolchain: Annotated[str, Meta(max_length=200)]  # the image's digest
    limits: ContainerLimits
    once: bool = False
    overlay: Sha256 | None = None  # a blob: the local changes to put back
    hibernate_seconds: Seconds = 900.0


# --- the inbox: ide → relay → agent ------------------------------------------------------------------------------


class Sync(Tagged, frozen=True):
    """The workspace's tracked files are now exactly these; contents are blobs under their hash."""

    manifest: Manifest


class Edit(Tagged, frozen=True):
    """An editor's text of one file, ahead of what is saved. `version` rises per connection; told back with diagnostics."""

    path: Path
    version: int
    text: Text


class Close(Tagged, frozen=True):
    """No editor has the file open any more: the manifest's contents hold again."""

    path: Path


class Start(Tagged, frozen=True):
    """Run the program. Starting the same `run_id` twice does nothing the second time."""

    run_id: Id
    mode: Mode
    limits: RunLimits
    entry: Path | None = None
    optimization: Literal[0, 1, 2] = 1
    args: Annotated[list[Annotated[str, Meta(max_length=4096)]], Meta(max_length=64)] = []
    stdin: Text | None = None  # None: input streams in by `Input`; text: that, then end of file
    terminal: Terminal | None = None
    manifest: Manifest | None = None  # what to run: as in `Sync`; editors' texts count as saved


class Input(Tagged, frozen=True):
    run_id: Id
    text: Text | None = None
    eof: bool = False


class Resize(Tagged, frozen=True):
    run_id: Id
    columns: Annotated[int, Meta(ge=1, le=1000)]
    rows: Annotated[int, Meta(ge=1, le=1000)]


class Stop(Tagged, frozen=True):
    """SIGINT, after a grace time SIGKILL; a run that compiles or waits ends at once."""

    run_id: Id


class Restart(Tagged, frozen=True):
    """Throw the container away and open a fresh one from manifest and overlay."""


class Hibernate(Tagged, frozen=True):
    """Keep the local changes, then remove the container. Refused by a session with a live run."""


class End(Tagged, frozen=True):
    """The session is over: stop its runs, remove the container, forget it."""


InboxMessage = Sync | Edit | Close | Start | Input | Resize | Stop | Restart | Hibernate | End


# --- commands: relay → agent --------------------------------------------------------------------------------------


class Attach(Tagged, frozen=True):
    """A relay introduces itself. The agent answers `Attached`, drops lower epochs, sends again what is not acknowledged."""

    epoch: Count
    nonce: Annotated[str, Meta(max_length=64)]


class Deliver(Tagged, frozen=True):
    """One inbox message. `entry` is its place in the inbox ("ms-n"); one at or below the last seen is ignored."""

    epoch: Count
    entry: Annotated[str, Meta(max_length=64)]
    message: InboxMessage


class Ack(Tagged, frozen=True):
    """Every numbered frame of the channel up to `n` is kept; more may come."""

    epoch: Count
    channel: Annotated[str, Meta(max_length=64)]
    n: Count


class Blob(Tagged, frozen=True):
    """A file's contents, asked for by `Need`; base64, in one piece. `data` None: nobody has it."""

    epoch: Count
    sha256: Sha256
    data: Annotated[str, Meta(max_length=FRAME_BYTES)] | None


class Restore(Tagged, frozen=True):
    """A piece of the overlay archive to unpack under /work before anything else; base64; `last` ends it."""

    epoch: Count
    data: Annotated[str, Meta(max_length=FRAME_BYTES)]
    last: bool


class Ping(Tagged, frozen=True):
    epoch: Count


Command = Attach | Deliver | Ack | Blob | Restore | Ping


# --- events: what a session or a run says ---------------------------------------------------------------------------


class Queued(Tagged, frozen=True):
    position: Count
    estimate_seconds: Seconds | None = None


class Started(Tagged, frozen=True):
    """The phase begins; a run of `compile` or `test` says it twice."""

    phase: Phase


class Output(Tagged, frozen=True):
    stream: Stream
    text: Annotated[str, Meta(max_length=OUTPUT_CHUNK_BYTES)]


class OutputDropped(Tagged, frozen=True, tag="output_dropped"):
    """Stands in for events that the buffer had to drop."""

    bytes: Count
    through_seq: Count


class Finished(Tagged, frozen=True):
    """The end of a run, always last, exactly once."""

    outcome: Outcome
    phase: Phase | None = None
    exit_code: Annotated[int, Meta(ge=0, le=255)] | None = None
    signal: Annotated[str, Meta(max_length=16)] | None = None  # "SIGSEGV"
    diagnostics: Diagnostics = []
    timings: Timings = Timings()
    usage: Usage = Usage()
    reason: Annotated[str, Meta(max_length=2000)] | None = None  # a sentence where the outcome needs one


RunEvent = Queued | Started | Output | OutputDropped | Finished


class Status(Tagged, frozen=True):
    """The session's state, as in `session/status`."""

    state: SessionState
    position: Count | None = None
    estimate_seconds: Seconds | None = None
    host: str | None = None
    toolchain: str | None = None
    reason: Annotated[str, Meta(max_length=2000)] | None = None


class Published(Tagged, frozen=True):
    """All diagnostics of one file as of `version` (None: of the saved text). An empty list takes the old ones away."""

    uri: Annotated[str, Meta(max_length=1024)]
    version: int | None
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


class FileChanged(Tagged, frozen=True):
    """A file was saved elsewhere; `etag` None: it is gone. `origin` lets the writer know itself."""

    path: Path
    etag: str | None
    origin: str = ""


SessionEvent = Status | Published | RunStarted | RunUsage | FileChanged


# --- frames: agent → relay ----------------------------------------------------------------------------------------


class LiveRun(Wire, frozen=True):
    run_id: Id
    mode: Mode


class Attached(Tagged, frozen=True):
    """The answer to `Attach`: its nonce, the last inbox entry seen ("0-0": none), the runs that have not finished."""

    nonce: Annotated[str, Meta(max_length=64)]
    entry: Annotated[str, Meta(max_length=64)]
    runs: Annotated[list[LiveRun], Meta(max_length=16)]
    ready: bool  # the warm GHCi is up


class Ready(Tagged, frozen=True):
    """The warm GHCi came up, `seconds` after the agent's start."""

    seconds: Seconds


class Received(Tagged, frozen=True):
    """Every inbox entry up to this one was taken; the relay may forget them."""

    entry: Annotated[str, Meta(max_length=64)]


class Need(Tagged, frozen=True):
    """The agent lacks these contents; the work that needs them waits."""

    hashes: Annotated[list[Sha256], Meta(min_length=1, max_length=WORKSPACE_FILES)]


class Say(Tagged, frozen=True):
    """A numbered event. `channel` is a run's id, or "" for the session; `n` counts from 1 in each channel."""

    channel: Annotated[str, Meta(max_length=64)]
    n: Annotated[int, Meta(ge=1, le=2**53)]
    event: Started | Output | Finished | Published


class Measure(Tagged, frozen=True):
    """A live run's usage; not numbered, may be lost."""

    run_id: Id
    cpu_seconds: Seconds
    memory_bytes: Count


class Overlay(Tagged, frozen=True):
    """A piece of the archive of local changes, sent after `Hibernate`; base64 of a gzipped tar, `last` ends it."""

    data: Annotated[str, Meta(max_length=FRAME_BYTES)]
    last: bool


class Refused(Tagged, frozen=True):
    """An inbox message that the agent could not follow, with a sentence for the user."""

    entry: Annotated[str, Meta(max_length=64)]
    reason: Annotated[str, Meta(max_length=2000)]


class Pong(Tagged, frozen=True):
    pass


Frame = Attached | Ready | Received | Need | Say | Measure | Overlay | Refused | Pong


# --- records: what must reach the database, relay and keeper → recorder ---------------------------------------------


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
    """A session became ready on a host, hibernated (its overlay is a blob then), moved, or is gone (`lost`, `ended`)."""

    session_id: Id
    state: Literal["ready", "hibernated", "lost", "ended"]
    host: str | None
    overlay: Sha256 | None
    at: Moment


class Charged(Tagged, frozen=True):
    """CPU that a session's container has used in all, from the engine's figures; the recorder charges the difference."""

    session_id: Id
    owner: Id
    container: str
    cpu_seconds: Seconds
    at: Moment


class Missing(Tagged, frozen=True):
    """Blobs that a session needs and Redis no longer has: the recorder puts them there."""

    session_id: Id
    hashes: list[Sha256]


Record = RunBegan | RunEnded | SessionChanged | Charged | Missing


# --- the pool, as the database knows it: ide → keeper and workers ---------------------------------------------------


class HostEntry(Wire, frozen=True):
    """A host of the pool. `address` is `unix://…` or `tcp://…`; `credentials` names a folder that workers can read."""

    name: Id
    address: str
    credentials: str = ""
    runtime: Literal["runc", "runsc"] = "runc"
    cordoned: bool = False


class ToolchainEntry(Wire, frozen=True):
    """A toolchain that sessions may ask for. `image` is what engines know it by where no registry gives digests."""

    name: Annotated[str, Meta(min_length=1, max_length=64, pattern="^[0-9A-Za-z._-]+$")]
    digest: str
    image: str
    warm: bool = True


class Pool(Wire, frozen=True):
    hosts: list[HostEntry]
    toolchains: list[ToolchainEntry]


class HostFigures(Wire, frozen=True):
    """A host as last watched. CPU in cores, memory in bytes, pressure as the share of time that something waited."""

    name: str
    alive: bool
    at: float
    cpus: float = 0.0
    cpu_used: float = 0.0
    memory_bytes: int = 0
    memory_used_bytes: int = 0
    cpu_pressure: float = 0.0
    memory_pressure: float = 0.0
    sessions: int = 0
    warm: dict[str, int] = {}
    digests: list[str] = []
    error: str = ""


# --- codecs ---------------------------------------------------------------------------------------------------------

_encode = msgspec.json.Encoder().encode
_inbox: msgspec.json.Decoder[InboxMessage] = msgspec.json.Decoder(InboxMessage)
_command: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_frame: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame)
_run_event: msgspec.json.Decoder[RunEvent] = msgspec.json.Decoder(RunEvent)
_session_event: msgspec.json.Decoder[SessionEvent] = msgspec.json.Decoder(SessionEvent)
_record: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)
_pool = msgspec.json.Decoder(Pool)
_host_figures = msgspec.json.Decoder(HostFigures)
_opening = msgspec.json.Decoder(Opening)

DecodeError = msgspec.DecodeError  # ValidationError is one too


def encode(message: Wire) -> bytes:
    """One JSON document without a line break in it."""
    return _encode(message)


def decode_inbox(data: bytes | str) -> InboxMessage:
    return _inbox.decode(data)


def decode_command(line: bytes | str) -> Command:
    return _command.decode(line)


def decode_frame(line: bytes | str) -> Frame:
    return _frame.decode(line)


def decode_run_event(data: bytes | str) -> RunEvent:
    return _run_event.decode(data)


def decode_session_event(data: bytes | str) -> SessionEvent:
    return _session_event.decode(data)


def decode_opening(data: bytes | str) -> Opening:
    return _opening.decode(data)


def decode_record(data: bytes | str) -> Record:
    return _record.decode(data)


def decode_pool(data: bytes | str) -> Pool:
    return _pool.decode(data)


def decode_host_figures(data: bytes | str) -> HostFigures:
    return _host_figures.decode(data)


def to_wire(message: Wire) -> dict[str, Any]:
    """The message as plain JSON types, with its public names."""
    result: dict[str, Any] = msgspec.to_builtins(message)
    return result
