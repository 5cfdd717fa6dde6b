"""What programs wrote beside the workspace's files: asked for, and told from hostile ground within bounds."""

from typing import Annotated

from msgspec import Meta

from sandbox.limits import PRODUCED_FILES, PRODUCED_PIECE_BYTES
from sandbox.messages.parts import Count, Moment, Path, Tagged, Wire


class FindProduced(Tagged, frozen=True):
    """What programs wrote beside the workspace's files."""


class ReadProduced(Tagged, frozen=True):
    """A piece of one of these files, from this byte on."""

    path: Path
    offset: Count = 0


class DeleteProduced(Tagged, frozen=True):
    """One of these files is to go; answered by those that are left."""

    path: Path


class ProducedFile(Wire, frozen=True):
    """A file that a program wrote; `modified` as its file system says."""

    path: Path
    bytes: Count
    modified: Moment


class Produced(Tagged, frozen=True):
    """The newest of them first; `count` is of all, also those that cannot be named."""

    files: Annotated[list[ProducedFile], Meta(max_length=PRODUCED_FILES)]
    count: Count


class ProducedPiece(Tagged, frozen=True):
    """Bytes of such a file, in base64; none at its end. `bytes`: how many it has at this moment."""

    data: Annotated[str, Meta(max_length=2 * PRODUCED_PIECE_BYTES)]
    bytes: Count
