"""What messages are made of: bounded types, and the shapes that several messages share."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from sandbox.limits import (
    DIAGNOSTICS,
    FRAME_BYTES,
    LEFT_OUT_FILES,
    MESSAGE_BYTES,
    PATH_BYTES,
    WORKSPACE_FILES,
)

Id = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[0-9A-Za-z_-]+$")]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Path = Annotated[str, Meta(min_length=1, max_length=PATH_BYTES)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Seconds = Annotated[float, Meta(ge=0, le=1e7)]
Moment = Annotated[float, Meta(ge=0, le=1e11)]  # Unix time
Text = Annotated[str, Meta(max_length=FRAME_BYTES)]
REASON_CHARACTERS = 2000
Reason = Annotated[str, Meta(max_length=REASON_CHARACTERS)]  # a sentence where one is needed
Manifest = Annotated[dict[Path, Sha256], Meta(max_length=WORKSPACE_FILES)]

Version = Annotated[int, Meta(ge=-(2**53), le=2**53)]  # of a text in an editor

Mode = Literal["interpret", "compile", "repl", "test", "check", "debug"]
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


class LeftFile(Wire, frozen=True):
    path: Annotated[str, Meta(min_length=1, max_length=PATH_BYTES, pattern=r"^[^\x00]*$")]
    bytes: Count


class LeftOut(Wire, frozen=True):
    """What programs wrote and a sleeping session did not keep: all of it counted, the largest files named.

    The relay says when (`at`, Unix time), and gives the `reason` where more is gone than could be counted.
    """

    count: Count
    bytes: Count
    files: Annotated[list[LeftFile], Meta(max_length=LEFT_OUT_FILES)]
    at: Moment = 0.0
    reason: Reason | None = None
