"""What an inbox message means to the scripts: which run it is about and how long that run may take."""

import secrets
from collections.abc import Sequence
from typing import Any

from sandbox.exceptions import SandboxError
from sandbox.limits import INBOX_MESSAGE_BYTES, RUN_DEADLINE_EXTRA_SECONDS
from sandbox.messages import (
    End,
    InboxMessage,
    Mode,
    Restart,
    SessionEvent,
    Start,
    Stop,
    Sync,
    encode,
)


class MessageTooLarge(SandboxError):
    """This message is larger than the sandbox takes in one piece (1 MiB)."""


def fields_of(messages: Sequence[InboxMessage], events: Sequence[SessionEvent] = ()) -> list[Any]:
    """The script's arguments after the session: token, newest manifest, each message and its matter.

    `events` are told to everybody who listens to the session as soon as the messages are in its inbox.
    """
    fields: list[Any] = [secrets.token_hex(8), _manifest(messages)]
    for message in messages:
        encoded = encode(message)
        if len(encoded) > INBOX_MESSAGE_BYTES:
            raise MessageTooLarge
        fields += [*_about(message), encoded]
    for event in events:
        fields += ["event", "", 0, 0, encode(event)]
    return fields


IDLING: tuple[Mode, ...] = ("repl", "debug")  # modes that end by idleness


def allowance_seconds(start: Start) -> float:
    """The longest that the agent may keep this run; a REPL's counts from its last sign of life."""
    limits = start.limits.clamped()
    run_seconds = {
        "repl": limits.idle_seconds,
        "debug": limits.idle_seconds,
        "test": limits.test_seconds,
    }.get(start.mode, limits.run_seconds)
    return limits.compile_seconds + run_seconds + RUN_DEADLINE_EXTRA_SECONDS


def _about(message: InboxMessage) -> tuple[str, str, float, int]:
    match message:
        case Start():
            kind = "repl" if message.mode in IDLING else "start"
            printable = message.limits.clamped().output_bytes
            return kind, message.run_id, allowance_seconds(message), printable
        case Stop():
            return "stop", message.run_id, 0, 0
        case End():
            return "end", "", 0, 0
        case Restart():
            return "restart", "", 0, 0
        case Sync():
            return "sync", "", 0, 0
    return "", "", 0, 0


def _manifest(messages: Sequence[InboxMessage]) -> bytes:
    """The files as the last of these messages says, as the `sync` that a fresh container gets first."""
    for message in reversed(messages):
        if isinstance(message, Sync):
            return encode(message)
        if isinstance(message, Start) and message.manifest is not None:
            return encode(Sync(message.manifest))
    return b""
