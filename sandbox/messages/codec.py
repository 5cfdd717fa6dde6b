"""Between messages and JSON, one decoder for each place that messages are read from."""

from typing import Any

import msgspec

from sandbox.messages.commands import Command
from sandbox.messages.events import RunEvent, SessionEvent
from sandbox.messages.frames import Frame
from sandbox.messages.inbox import InboxMessage, Opening
from sandbox.messages.parts import Wire
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
