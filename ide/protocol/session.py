"""The session behind the workspace, and its files."""

from typing import Annotated

from msgspec import Meta

from ide.protocol.base import Lenient, Strict
from sandbox.limits import PATH_BYTES
from sandbox.messages import LeftOut, ProducedFile, SessionState


class SessionStatus(Lenient, frozen=True, omit_defaults=True):
    state: SessionState
    position: int | None = None
    estimate_seconds: float | None = None
    host: str | None = None
    toolchain: str | None = None
    reason: str | None = None
    left_out: LeftOut | None = None


class FileChanged(Lenient, frozen=True, omit_defaults=True):
    """A file was saved; no etag: it is gone. `version`: it is this connection's document of that version."""

    path: str
    etag: str | None
    version: int | None = None


class ProducedFiles(Strict, frozen=True):
    """What programs wrote beside the workspace's files: the newest, and how many there are in all."""

    files: list[ProducedFile]
    count: int


class ProducedReference(Strict, frozen=True):
    """A file that a program wrote."""

    path: Annotated[str, Meta(min_length=1, max_length=PATH_BYTES)]


class PieceWanted(Strict, frozen=True):
    """A file that a program wrote, from this byte on."""

    path: Annotated[str, Meta(min_length=1, max_length=PATH_BYTES)]
    offset: Annotated[int, Meta(ge=0, le=2**53)] = 0


class ProducedPart(Strict, frozen=True):
    """The file's bytes there, in base64; none at its end. `bytes`: how many it has at this moment."""

    data: str
    bytes: int
