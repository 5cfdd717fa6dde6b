"""The session behind the workspace, and its files."""

from ide.protocol.base import Lenient
from sandbox.messages import LeftOut, SessionState


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
