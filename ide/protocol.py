"""Every message of the WebSocket, declared once; `manage.py protocol` renders the TypeScript from it.

What the Language Server Protocol owns may carry more than we read; our own methods refuse unknown fields.
"""

from enum import IntEnum
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from sandbox.limits import FILE_BYTES
from sandbox.messages import (
    Diagnostics,
    Finished,
    Id,
    Mode,
    Output,
    OutputDropped,
    Path,
    Queued,
    Range,
    SessionState,
    Started,
    Terminal,
)

ROOT = "file:///work"

Integer = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Seq = Annotated[int, Meta(ge=0, le=2**53)]
Uri = Annotated[str, Meta(min_length=1, max_length=1024)]
Words = Annotated[str, Meta(max_length=4096, pattern=r"^[^\x00]*$")]
RunState = Literal["accepted", "running", "finished"]


class ErrorCode(IntEnum):
    """JSON-RPC's, LSP's and our own."""

    PARSE_ERROR = -32700
    INVALID_REQUEST = -32600
    METHOD_NOT_FOUND = -32601
    INVALID_PARAMS = -32602
    INTERNAL_ERROR = -32603
    SERVER_NOT_INITIALIZED = -32002
    REQUEST_CANCELLED = -32800
    CONTENT_MODIFIED = -32801
    QUOTA = 1
    POOL_FULL = 2
    SESSION_LOST = 3
    NOT_ALLOWED = 4
    UNKNOWN_RUN = 5


class CloseCode(IntEnum):
    """Why the server closed the socket."""

    DONE = 1000
    LOGIN_EXPIRED = 4001
    NO_SUCH_WORKSPACE = 4004
    FLOOD = 4008
    TOO_MANY_SOCKETS = 4009


class Lenient(msgspec.Struct, frozen=True, rename="camel"):
    """Unknown fields are ignored, as LSP asks."""


class Strict(Lenient, frozen=True, forbid_unknown_fields=True):
    """Unknown fields are the caller's mistake."""


class Nothing(Strict, frozen=True):
    """`{}`"""


# --- language --------------------------------------------------------------------------------------------


class GeneralCapabilities(Lenient, frozen=True):
    position_encodings: list[str] | None = None


class ClientCapabilities(Lenient, frozen=True):
    general: GeneralCapabilities | None = None


class Initialize(Lenient, frozen=True):
    capabilities: ClientCapabilities


class SaveOptions(Lenient, frozen=True):
    include_text: bool = False


class TextDocumentSync(Lenient, frozen=True):
    open_close: bool = True
    change: int = 2  # incremental
    save: SaveOptions = SaveOptions()


class ServerCapabilities(Lenient, frozen=True):
    """Only what works is announced."""

    position_encoding: str
    text_document_sync: TextDocumentSync = TextDocumentSync()


class ServerInfo(Lenient, frozen=True):
    name: str
    version: str


class Initialized(Lenient, frozen=True):
    capabilities: ServerCapabilities
    server_info: ServerInfo


class Empty(Lenient, frozen=True):
    """Parameters of which nothing is read."""


class TextDocumentItem(Lenient, frozen=True):
    uri: Uri
    version: Integer
    text: str
    language_id: str = "haskell"


class TextDocument(Lenient, frozen=True):
    uri: Uri


class VersionedTextDocument(Lenient, frozen=True):
    uri: Uri
    version: Integer


class Change(Lenient, frozen=True):
    """New text for a range, or for the whole document where there is no range."""

    text: str
    range: Range | None = None


class DidOpen(Lenient, frozen=True):
    text_document: TextDocumentItem


class DidChange(Lenient, frozen=True):
    text_document: VersionedTextDocument
    content_changes: Annotated[list[Change], Meta(max_length=10_000)]


class DidClose(Lenient, frozen=True):
    text_document: TextDocument


class DidSave(Lenient, frozen=True):
    text_document: TextDocument


class CancelRequest(Lenient, frozen=True):
    id: int | str


class PublishDiagnostics(Lenient, frozen=True, omit_defaults=True):
    """`version` is this connection's; without one they are about the saved text."""

    uri: str
    diagnostics: Diagnostics
    version: int | None = None


class ShowMessage(Lenient, frozen=True):
    type: Literal[1, 2, 3, 4]  # error, warning, info, log
    message: str


# --- session and files -----------------------------------------------------------------------------------


class SessionStatus(Lenient, frozen=True, omit_defaults=True):
    state: SessionState
    position: int | None = None
    estimate_seconds: float | None = None
    host: str | None = None
    toolchain: str | None = None
    reason: str | None = None


class FileChanged(Lenient, frozen=True, omit_defaults=True):
    """A file was saved; no etag: it is gone. `version`: it is this connection's document of that version."""

    path: str
    etag: str | None
    version: int | None = None


# --- runs ------------------------------------------------------------------------------------------------


class RunStart(Strict, frozen=True):
    request_id: Id
    mode: Mode
    entry: Path | None = None
    optimization: Literal[0, 1, 2] | None = None
    args: Annotated[list[Words], Meta(max_length=64)] = []
    stdin: Annotated[str, Meta(max_length=FILE_BYTES)] | None = None
    terminal: Terminal | None = None


class RunReference(Strict, frozen=True):
    run_id: Id


class RunInput(Strict, frozen=True):
    run_id: Id
    text: Annotated[str, Meta(max_length=FILE_BYTES)] | None = None
    eof: bool = False


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
    """What a live run has used so far; about once a second, never sent again."""

    run_id: str
    cpu_seconds: float
    memory_bytes: int


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


# --- the methods -----------------------------------------------------------------------------------------


class Call(NamedTuple):
    """A request's parameters and its result."""

    params: type[msgspec.Struct]
    result: object


REQUESTS: dict[str, Call] = {
    "initialize": Call(Initialize, Initialized),
    "shutdown": Call(Empty, None),
    "session/restart": Call(Nothing, Nothing),
    "run/start": Call(RunStart, RunReference),
    "run/input": Call(RunInput, Nothing),
    "run/resize": Call(RunResize, Nothing),
    "run/stop": Call(RunReference, Nothing),
    "run/list": Call(Nothing, list[RunSummary]),
    "run/follow": Call(RunFollow, Nothing),
}

CLIENT_NOTIFICATIONS: dict[str, type[msgspec.Struct]] = {
    "initialized": Empty,
    "exit": Empty,
    "$/cancelRequest": CancelRequest,
    "textDocument/didOpen": DidOpen,
    "textDocument/didChange": DidChange,
    "textDocument/didClose": DidClose,
    "textDocument/didSave": DidSave,
    "run/ack": RunAck,
}

RUN_EVENTS: tuple[type[msgspec.Struct], ...] = (Queued, Started, Output, OutputDropped, Finished)

# `run/event` carries `NumberedEvent` and one of `RUN_EVENTS` in one object.
SERVER_NOTIFICATIONS: dict[str, type[msgspec.Struct]] = {
    "textDocument/publishDiagnostics": PublishDiagnostics,
    "window/showMessage": ShowMessage,
    "session/status": SessionStatus,
    "file/changed": FileChanged,
    "run/started": RunStarted,
    "run/usage": RunUsage,
}
