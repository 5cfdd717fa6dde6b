"""Files and overlays on their way between Redis and an agent, in pieces that fit a line."""

import base64
import hashlib
import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sandbox import keys, records
from sandbox.connections import Redis
from sandbox.exceptions import ProtocolBreach
from sandbox.limits import BLOB_SECONDS, KIB, OVERLAY_BYTES
from sandbox.messages import Blob, LeftOut, Overlay, Restore
from sandbox.relay.attachment import Attachment

PIECE_BYTES = 384 * KIB  # half a megabyte as base64
WAIT_SECONDS = 10.0  # for the recorder to bring what Redis lost
LOOK_SECONDS = 0.1
_BATCH = 16


class Supply:
    """Answers an agent's needs; what Redis lacks the recorder is asked for, and waited for in no thread."""

    def __init__(self, client: Redis, session_id: str, attachment: Attachment) -> None:
        self._redis = client
        self._session_id = session_id
        self._attachment = attachment
        self._missing: dict[str, float] = {}  # hash → when to give up
        self._allowed: set[str] = set()

    def __bool__(self) -> bool:
        """Is something still wanted? Then call `look` every LOOK_SECONDS."""
        return bool(self._missing)

    def allow(self, manifest: Mapping[str, str]) -> None:
        """These files are the session's: a container must not get others' by their hash."""
        self._allowed.update(manifest.values())

    def need(self, hashes: list[str]) -> None:
        """The agent lacks these."""
        own = [sha256 for sha256 in hashes if sha256 in self._allowed]
        self._refuse([sha256 for sha256 in hashes if sha256 not in self._allowed])
        lacking = self._send(own)
        if new := [sha256 for sha256 in lacking if sha256 not in self._missing]:
            records.missing(self._redis, self._session_id, new)
            self._missing.update(dict.fromkeys(new, time.monotonic() + WAIT_SECONDS))

    def look(self) -> None:
        """See whether it came; say of what never did that nobody has it."""
        lacking = self._send(list(self._missing))
        now = time.monotonic()
        hopeless = [sha256 for sha256 in lacking if self._missing[sha256] < now]
        self._refuse(hopeless)
        self._missing = {sha256: self._missing[sha256] for sha256 in lacking if sha256 not in hopeless}

    def _refuse(self, hashes: list[str]) -> None:
        self._attachment.send([Blob(self._attachment.epoch, sha256, None) for sha256 in hashes])

    def _send(self, hashes: list[str]) -> list[str]:
        """Send what Redis has; returns what it has not."""
        lacking = []
        for start in range(0, len(hashes), _BATCH):
            batch = hashes[start : start + _BATCH]
            found = zip(batch, self._redis.mget([keys.BLOB % sha256 for sha256 in batch]), strict=True)
            blobs = {sha256: content for sha256, content in found if content is not None}
            self._attachment.send([self._blob(sha256, content) for sha256, content in blobs.items()])
            lacking += [sha256 for sha256 in batch if sha256 not in blobs]
        return lacking

    def _blob(self, sha256: str, content: bytes) -> Blob:
        return Blob(self._attachment.epoch, sha256, base64.b64encode(content).decode())


def restores(epoch: int, overlay: bytes) -> Iterator[Restore]:
    """An overlay archive in pieces."""
    for start in range(0, len(overlay), PIECE_BYTES):
        piece = overlay[start : start + PIECE_BYTES]
        yield Restore(epoch, base64.b64encode(piece).decode(), last=start + PIECE_BYTES >= len(overlay))


def overlay(client: Redis, session_id: str, sha256: str) -> bytes | None:
    """A kept overlay; asks the recorder for one that Redis lost. None when nobody has it."""
    deadline = time.monotonic() + WAIT_SECONDS
    content: bytes | None = client.get(keys.BLOB % sha256)
    if content is None:
        records.missing(client, session_id, [sha256])
    while content is None and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
        content = client.get(keys.BLOB % sha256)
    return content


class Packed(NamedTuple):
    """An agent's archive, and what is not in it."""

    archive: bytes
    left_out: LeftOut | None


class Collector:
    """Puts the pieces of an agent's archive together, up to its bound."""

    def __init__(self) -> None:
        self._archive = bytearray()

    def add(self, piece: Overlay) -> Packed | None:
        """The whole archive, once its last piece came."""
        try:
            self._archive += base64.b64decode(piece.data, validate=True)
        except ValueError as error:
            raise ProtocolBreach("A piece of the archive is not base64.") from error
        if len(self._archive) > OVERLAY_BYTES:
            raise ProtocolBreach("The archive is too large.")
        return Packed(bytes(self._archive), piece.left_out) if piece.last else None


def keep(client: Redis, archive: bytes) -> str:
    """Store an archive as a blob; returns its hash."""
    sha256 = hashlib.sha256(archive).hexdigest()
    client.set(keys.BLOB % sha256, archive, ex=BLOB_SECONDS)
    return sha256
