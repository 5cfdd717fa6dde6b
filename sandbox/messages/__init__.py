"""What crosses the door, the inbox and the attach stream: typed, tagged, strict. Shared with the agent.

    ide ── Opening, InboxMessage ──► Redis ──► relay ── Command ──► agent
    ide ◄── SessionEvent, RunEvent ── Redis ◄── relay ◄── Frame ──── agent

One JSON document a line between relay and agent, at most `limits.FRAME_BYTES`. What the browser sees (run and
session events, diagnostics) has its public camelCase names here already, so `ide` passes it on as it is.
Everything in a Frame is said on hostile ground: lengths and numbers are bounded by the types.
"""

from typing import Any

import msgspec

from sandbox.messages.answers import (
    TOKEN_KINDS,
    TOKEN_MODIFIERS,
    Answer,
    Answered,
    Candidate,
    Candidates,
    Description,
    Dumped,
    Edits,
    Exported,
    FileEdits,
    Fold,
    Folded,
    FoldKind,
    FoundExports,
    FoundRunnables,
    FoundSymbol,
    FoundSymbols,
    Hint,
    Ideas,
    Importable,
    Inferred,
    Match,
    Matches,
    Outline,
    Place,
    Places,
    Renamed,
    Replacement,
    Runnable,
    RunnableKind,
    Signature,
    Symbol,
    Token,
    TokenKind,
    Tokens,
)
from sandbox.messages.builds import PROFILING, Build, Built, decode_build
from sandbox.messages.commands import Ack, Attach, Blob, Command, Deliver, Ping, Restore
from sandbox.messages.debugging import (
    Breakpoint,
    Breakpoints,
    Debug,
    DebugAction,
    Debugged,
    DebugPlace,
    Local,
)
from sandbox.messages.events import (
    FileChanged,
    Finished,
    Output,
    OutputDropped,
    Published,
    Queued,
    RunEvent,
    RunStarted,
    RunUsage,
    SessionEvent,
    Started,
    Status,
)
from sandbox.messages.frames import (
    Attached,
    Frame,
    LiveRun,
    Measure,
    Need,
    Overlay,
    Pong,
    Ready,
    Received,
    Refused,
    Say,
)
from sandbox.messages.inbox import (
    Close,
    Edit,
    End,
    Hibernate,
    InboxMessage,
    Input,
    Opening,
    Resize,
    Restart,
    Start,
    Stop,
    Sync,
    Target,
)
from sandbox.messages.parts import (
    Count,
    Diagnostic,
    Diagnostics,
    Id,
    Manifest,
    Mode,
    Moment,
    Outcome,
    Path,
    Phase,
    Position,
    Range,
    Seconds,
    SessionState,
    Sha256,
    Stream,
    Tagged,
    Terminal,
    Text,
    Timings,
    Usage,
    Wire,
)
from sandbox.messages.pool import (
    SILENT_SECONDS,
    Attendance,
    Check,
    HostEntry,
    HostFigures,
    HostSample,
    Pool,
    Preflight,
    PreflightAsked,
    Recall,
    SessionFigures,
    ToolchainEntry,
    Transfer,
    WaitingFigures,
    WorkerFigures,
)
from sandbox.messages.questions import (
    Ask,
    Cancel,
    Complete,
    Definition,
    Describe,
    Documentation,
    Dump,
    Evaluate,
    FindExports,
    FindSymbols,
    Folds,
    Format,
    Highlight,
    Hints,
    Hover,
    Lint,
    Optimization,
    Question,
    References,
    Renamable,
    Rename,
    Runnables,
    Search,
    SignatureAt,
    Sought,
    Stage,
    Symbols,
    TokensOf,
    patience_seconds,
)
from sandbox.messages.records import Charged, Missing, Record, RunBegan, RunEnded, SessionChanged
from sandbox.messages.reports import (
    Benchmark,
    Cost,
    CostCentre,
    Coverage,
    CoveredModule,
    Insight,
    Mark,
    Measured,
    Profile,
    Report,
    Statistics,
    Tally,
)

__all__ = [
    "PROFILING",
    "SILENT_SECONDS",
    "TOKEN_KINDS",
    "TOKEN_MODIFIERS",
    "Ack",
    "Answer",
    "Answered",
    "Ask",
    "Attach",
    "Attached",
    "Attendance",
    "Benchmark",
    "Blob",
    "Breakpoint",
    "Breakpoints",
    "Build",
    "Built",
    "Cancel",
    "Candidate",
    "Candidates",
    "Charged",
    "Check",
    "Close",
    "Command",
    "Complete",
    "Cost",
    "CostCentre",
    "Count",
    "Coverage",
    "CoveredModule",
    "Debug",
    "DebugAction",
    "DebugPlace",
    "Debugged",
    "DecodeError",
    "Definition",
    "Deliver",
    "Describe",
    "Description",
    "Diagnostic",
    "Diagnostics",
    "Documentation",
    "Dump",
    "Dumped",
    "Edit",
    "Edits",
    "End",
    "Evaluate",
    "Exported",
    "FileChanged",
    "FileEdits",
    "FindExports",
    "FindSymbols",
    "Finished",
    "Fold",
    "FoldKind",
    "Folded",
    "Folds",
    "Format",
    "FoundExports",
    "FoundRunnables",
    "FoundSymbol",
    "FoundSymbols",
    "Frame",
    "Hibernate",
    "Highlight",
    "Hint",
    "Hints",
    "HostEntry",
    "HostFigures",
    "HostSample",
    "Hover",
    "Id",
    "Ideas",
    "Importable",
    "InboxMessage",
    "Inferred",
    "Input",
    "Insight",
    "Lint",
    "LiveRun",
    "Local",
    "Manifest",
    "Mark",
    "Match",
    "Matches",
    "Measure",
    "Measured",
    "Missing",
    "Mode",
    "Moment",
    "Need",
    "Opening",
    "Optimization",
    "Outcome",
    "Outline",
    "Output",
    "OutputDropped",
    "Overlay",
    "Path",
    "Phase",
    "Ping",
    "Place",
    "Places",
    "Pong",
    "Pool",
    "Position",
    "Preflight",
    "PreflightAsked",
    "Profile",
    "Published",
    "Question",
    "Queued",
    "Range",
    "Ready",
    "Recall",
    "Received",
    "Record",
    "References",
    "Refused",
    "Renamable",
    "Rename",
    "Renamed",
    "Replacement",
    "Report",
    "Resize",
    "Restart",
    "Restore",
    "RunBegan",
    "RunEnded",
    "RunEvent",
    "RunStarted",
    "RunUsage",
    "Runnable",
    "RunnableKind",
    "Runnables",
    "Say",
    "Search",
    "Seconds",
    "SessionChanged",
    "SessionEvent",
    "SessionFigures",
    "SessionState",
    "Sha256",
    "Signature",
    "SignatureAt",
    "Sought",
    "Stage",
    "Start",
    "Started",
    "Statistics",
    "Status",
    "Stop",
    "Stream",
    "Symbol",
    "Symbols",
    "Sync",
    "Tagged",
    "Tally",
    "Target",
    "Terminal",
    "Text",
    "Timings",
    "Token",
    "TokenKind",
    "Tokens",
    "TokensOf",
    "ToolchainEntry",
    "Transfer",
    "Usage",
    "WaitingFigures",
    "Wire",
    "WorkerFigures",
    "decode_build",
    "decode_command",
    "decode_frame",
    "decode_host_figures",
    "decode_host_sample",
    "decode_inbox",
    "decode_opening",
    "decode_pool",
    "decode_preflight",
    "decode_preflight_asked",
    "decode_record",
    "decode_run_event",
    "decode_session_event",
    "decode_session_figures",
    "decode_worker_figures",
    "encode",
    "patience_seconds",
    "to_wire",
]

_encode = msgspec.json.Encoder().encode
_inbox: msgspec.json.Decoder[InboxMessage] = msgspec.json.Decoder(InboxMessage)
_command: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_frame: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame)
_run_event: msgspec.json.Decoder[RunEvent] = msgspec.json.Decoder(RunEvent)
_session_event: msgspec.json.Decoder[SessionEvent] = msgspec.json.Decoder(SessionEvent)
_record: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)
_pool = msgspec.json.Decoder(Pool)
_host_figures = msgspec.json.Decoder(HostFigures)
_host_sample = msgspec.json.Decoder(HostSample)
_preflight = msgspec.json.Decoder(Preflight)
_preflight_asked = msgspec.json.Decoder(PreflightAsked)
_worker_figures = msgspec.json.Decoder(WorkerFigures)
_session_figures = msgspec.json.Decoder(SessionFigures)
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
    try:
        return _frame.decode(line)
    except RecursionError:
        raise DecodeError("The frame is nested too deeply.") from None


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


def decode_host_sample(data: bytes | str) -> HostSample:
    return _host_sample.decode(data)


def decode_session_figures(data: bytes | str) -> SessionFigures:
    return _session_figures.decode(data)


def decode_preflight(data: bytes | str) -> Preflight:
    return _preflight.decode(data)


def decode_preflight_asked(data: bytes | str) -> PreflightAsked:
    return _preflight_asked.decode(data)


def decode_worker_figures(data: bytes | str) -> WorkerFigures:
    return _worker_figures.decode(data)


def to_wire(message: Wire) -> dict[str, Any]:
    """The message as plain JSON types, with its public names."""
    result: dict[str, Any] = msgspec.to_builtins(message)
    return result
