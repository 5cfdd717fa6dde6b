"""Between messages and JSON, one decoder for each place that messages are read from."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from sandbox.messages.builds import Build
from sandbox.messages.commands import Command
from sandbox.messages.events import RunEvent, SessionEvent
from sandbox.messages.frames import Frame
from sandbox.messages.inbox import InboxMessage, Opening
from sandbox.messages.parts import LeftOut, Wire
from sandbox.messages.pool import (
    HostFigures,
    HostSample,
    Pool,
    Preflight,
    PreflightAsked,
    SessionFigures,
    WorkerFigures,
)
from sandbox.messages.records import Record

DecodeError = msgspec.DecodeError  # ValidationError is one too

T = TypeVar("T")
Decode = Callable[[bytes | str], T]

_encode = msgspec.json.Encoder().encode


def encode(message: Wire) -> bytes:
    """One JSON document without a line break in it."""
    return _encode(message)


def to_wire(message: Wire) -> dict[str, Any]:
    """The message as plain JSON types, with its public names."""
    result: dict[str, Any] = msgspec.to_builtins(message)
    return result


def _decode(kind: Any) -> Any:
    return msgspec.json.Decoder(kind).decode


decode_build: Decode[Build] = _decode(Build)
decode_command: Decode[Command] = _decode(Command)
decode_host_figures: Decode[HostFigures] = _decode(HostFigures)
decode_host_sample: Decode[HostSample] = _decode(HostSample)
decode_inbox: Decode[InboxMessage] = _decode(InboxMessage)
decode_left_out: Decode[LeftOut] = _decode(LeftOut)
decode_opening: Decode[Opening] = _decode(Opening)
decode_pool: Decode[Pool] = _decode(Pool)
decode_preflight: Decode[Preflight] = _decode(Preflight)
decode_preflight_asked: Decode[PreflightAsked] = _decode(PreflightAsked)
decode_record: Decode[Record] = _decode(Record)
decode_run_event: Decode[RunEvent] = _decode(RunEvent)
decode_session_event: Decode[SessionEvent] = _decode(SessionEvent)
decode_session_figures: Decode[SessionFigures] = _decode(SessionFigures)
decode_worker_figures: Decode[WorkerFigures] = _decode(WorkerFigures)
_decode_frame: Decode[Frame] = _decode(Frame)


def decode_frame(line: bytes | str) -> Frame:
    try:
        return _decode_frame(line)
    except RecursionError:
        raise DecodeError("The frame is nested too deeply.") from None
