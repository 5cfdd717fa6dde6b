"""What a relay says to an agent."""

from typing import Annotated

from msgspec import Meta

from sandbox.limits import FRAME_BYTES
from sandbox.messages.inbox import InboxMessage
from sandbox.messages.parts import Count, Sha256, Tagged


class Attach(Tagged, frozen=True):
    """A relay introduces itself.

    The agent answers `Attached`, drops lower epochs, sends again what is not acknowledged.
    """

    epoch: Count
    nonce: Annotated[str, Meta(max_length=64)]


class Deliver(Tagged, frozen=True):
    """One inbox message.

    `entry` is its place in the inbox ("ms-n"); one at or below the last seen is ignored.
    """

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
