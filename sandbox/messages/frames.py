"""What an agent says to a relay, on hostile ground."""

from typing import Annotated

from msgspec import Meta

from sandbox.limits import FRAME_BYTES, WORKSPACE_FILES
from sandbox.messages.answers import Answered
from sandbox.messages.debugging import Debugged
from sandbox.messages.events import Finished, InputRefused, Output, Published, Started
from sandbox.messages.parts import Count, Id, LeftOut, Mode, Reason, Seconds, Sha256, Tagged, Wire
from sandbox.messages.reports import Measured


class LiveRun(Wire, frozen=True):
    run_id: Id
    mode: Mode


class Attached(Tagged, frozen=True):
    """The answer to `Attach`: its nonce, the last inbox entry seen ("0-0": none), the live runs."""

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
    event: Started | Output | InputRefused | Measured | Debugged | Finished | Published | Answered


class Measure(Tagged, frozen=True):
    """A live run's usage; not numbered, may be lost. `waits_for_input` None: that cannot be known there."""

    run_id: Id
    cpu_seconds: Seconds
    memory_bytes: Count
    waits_for_input: bool | None = None


class Overlay(Tagged, frozen=True):
    """A piece of the archive of local changes: base64 of a gzipped tar; the `last` says what is not in it."""

    data: Annotated[str, Meta(max_length=FRAME_BYTES)]
    last: bool
    left_out: LeftOut | None = None


class Refused(Tagged, frozen=True):
    """An inbox message that the agent could not follow, with a sentence for the user."""

    entry: Annotated[str, Meta(max_length=64)]
    reason: Reason


class Pong(Tagged, frozen=True):
    pass


Frame = Attached | Ready | Received | Need | Say | Measure | Overlay | Refused | Pong
