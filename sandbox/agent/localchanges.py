"""The overlay on its way: unpacked before anything else, streamed out when the session hibernates."""

import asyncio
import base64
import binascii
from collections.abc import Coroutine

from sandbox.agent.files import Files
from sandbox.agent.loader import Loader
from sandbox.agent.outbox import Outbox
from sandbox.agent.overlay import BadArchive, pack, unpack
from sandbox.agent.pipe import Writer
from sandbox.agent.places import WORK
from sandbox.limits import OVERLAY_BYTES
from sandbox.messages import REASON_CHARACTERS, Overlay, Refused, Restore

_PIECE_BYTES = 384 * 1024


class LocalChanges:
    """While the archive is unpacked nothing is loaded: what programs wrote may matter to a module."""

    def __init__(self, files: Files, loader: Loader, outbox: Outbox, writer: Writer) -> None:
        self._files = files
        self._loader = loader
        self._outbox = outbox
        self._writer = writer
        self._archive = bytearray()
        self._tasks: set[asyncio.Task[None]] = set()

    def piece(self, restore: Restore) -> None:
        """One piece of the archive; the last one has it unpacked."""
        self._loader.hold(self)
        try:
            self._archive += base64.b64decode(restore.data, validate=True)
        except binascii.Error:
            self._archive.clear()
        if len(self._archive) > OVERLAY_BYTES:
            self._archive.clear()
        if restore.last:
            self._begin(self._unpack(bytes(self._archive)))
            self._archive.clear()

    def send(self) -> None:
        """Stream the local changes out."""
        self._begin(self._pack())

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _unpack(self, archive: bytes) -> None:
        try:
            await asyncio.to_thread(unpack, WORK, archive)
        except (BadArchive, OSError) as fault:
            reason = f"Some local changes could not be put back: {fault}"
            self._outbox.send(Refused(entry="0-0", reason=reason[:REASON_CHARACTERS]))
        finally:
            self._loader.release(self)

    async def _pack(self) -> None:
        archive, left_out = await asyncio.to_thread(pack, WORK, set(self._files.contents()))
        for start in range(0, max(len(archive), 1), _PIECE_BYTES):
            piece = archive[start : start + _PIECE_BYTES]
            last = start + _PIECE_BYTES >= len(archive)
            data = base64.b64encode(piece).decode()
            self._outbox.send(Overlay(data, last, left_out if last else None))
            await self._writer.drained()
