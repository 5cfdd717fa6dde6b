"""What windows typed, on its way to the database; and telling everybody what was saved.

unsaved ── within a second ──► the file's row ──► `file/changed` to every window, `Sync` to the session
"""

import asyncio
import logging
from collections.abc import Mapping

from django.db import Error as DatabaseError
from redis.exceptions import RedisError

from ide.database import in_database
from ide.door import door
from ide.editor.document import Document
from ide.exceptions import Fault
from ide.models import Workspace
from ide.protocol import FileChanged
from ide.socket.timers import Timer
from ide.socket.window import Window
from ide.workspaces import files
from ide.workspaces.live import AWAKE
from sandbox import messages
from sandbox.exceptions import InboxFull, SessionLost
from sandbox.messages import Sync

logger = logging.getLogger(__name__)

SAVE_SECONDS = 0.5  # from the first unsaved change
RETRY_SECONDS = 2.0
REFUSED_SECONDS = 15.0  # until a text that a quota refused is tried again


class Saver:
    """Writes one window's unsaved documents."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._saved: dict[str, str] = {}  # path → hash of what the database has
        self._unsaved: dict[str, Document] = {}
        self._lock = asyncio.Lock()
        self._told: asyncio.Task[None] | None = None
        self._soon = Timer(SAVE_SECONDS, self.save_or_say)
        self._again = Timer(RETRY_SECONDS, self.save_or_say)
        self._later = Timer(REFUSED_SECONDS, self.save_or_say)

    def know(self, path: str, sha256: str | None) -> None:
        """What the database has; None: nothing of that path, and so nothing of it is unsaved."""
        if sha256 is None:
            self._saved.pop(path, None)
            self._unsaved.pop(path, None)
        else:
            self._saved[path] = sha256

    def forget(self, path: str) -> bool:
        """There is newer work of that path; returns whether anything of it was unsaved."""
        return self._unsaved.pop(path, None) is not None

    def is_saved(self, document: Document) -> bool:
        return self._saved.get(document.path) == document.sha256

    def changed(self, document: Document) -> None:
        """The document is to be saved within a second if its text is new."""
        if self.is_saved(document):
            self._unsaved.pop(document.path, None)
        else:
            self._unsaved[document.path] = document
            self._soon.start()

    async def save(self, sync: bool = True) -> dict[str, bytes]:
        """Write what is unsaved; returns the contents by hash. One refused stays unsaved.

        Raises Fault for one that is open; of a closed one its user was told. `sync`: tell the session, too;
        a run carries its manifest itself.
        """
        async with self._lock:
            written, refused = {}, None
            for path in list(self._unsaved):
                document = self._unsaved.get(path)
                if document is None:
                    continue  # forgotten meanwhile
                try:
                    sha256, data = await self._write(document)
                    written[sha256] = data
                except Fault as fault:
                    self._later.start()
                    refused = refused if document.closed else fault
            if written and sync:
                await door().put_blobs(written.values())
                told = await tell_manifest(self._window.workspace)
                self._window.waits = self._window.waits and told  # else the next text opens the session
            if refused:
                raise refused
            return written

    async def save_or_say(self) -> None:
        """For whom a text that is refused holds up nothing."""
        try:
            await self.save()
        except Fault as fault:
            await self._window.show_once(f"Not saved: {fault.sentence}")
        except DatabaseError:
            logger.exception("Not saved yet: %s", self._window.workspace.session_id)
            self._again.start()

    async def leave(self) -> None:
        """The window is gone: what cannot be saved now is not tried again."""
        self._stop()
        try:
            await self.save()
        finally:
            self._stop()

    def _stop(self) -> None:
        for timer in (self._soon, self._again, self._later):
            timer.cancel()

    async def _write(self, document: Document) -> tuple[str, bytes]:
        path, version, text = document.path, document.version, document.text
        file = await in_database(files.write, self._window.workspace, path, text)
        self._saved[path] = file.sha256
        if self.is_saved(document) and self._unsaved.get(path) is document:
            del self._unsaved[path]
        await self._window.notify("file/changed", FileChanged(path=path, etag=file.etag, version=version))
        self._told = asyncio.create_task(self._tell_others(path, file.etag, self._told))
        return file.sha256, text.encode()

    async def _tell_others(self, path: str, etag: str, earlier: "asyncio.Task[None] | None") -> None:
        """In the order of the saves; a run that begins with one does not wait for it."""
        if earlier is not None:
            await asyncio.wait([earlier])
        try:
            await _publish(self._window.workspace, path, etag, self._window.origin)
        except RedisError as error:
            logger.warning("Other windows of %s do not hear of %s: %s", self._window.origin, path, error)

    async def save_closed(self, path: str) -> None:
        """The document is closed; a text that cannot be saved is kept, and said to be unsaved."""
        await self.save_or_say()
        if path in self._unsaved:
            said = f"{path} was closed before it could be saved: keep this page open until it is."
            await self._window.show(said)


async def tell_changed(workspace: Workspace, changed: Mapping[str, str | None]) -> None:
    """A call changed files: path → ETag (None: gone). Windows and the session hear of it."""
    for path, etag in changed.items():
        await _publish(workspace, path, etag, "")
    await tell_manifest(workspace)


async def tell_manifest(workspace: Workspace) -> bool:
    """Tell the session what is saved now; False: there is none, it gets the manifest when it is opened.

    One whose inbox is full hears of it with the next save or run.
    """
    status = await door().status(workspace.session_id)
    if status is not None and status.state not in AWAKE:
        return False
    manifest = await in_database(files.manifest, workspace)
    try:
        await door().send(workspace.session_id, Sync(manifest=manifest))
    except SessionLost:
        logger.debug("Nobody has opened a session of %s", workspace.session_id)
        return False
    except InboxFull as full:
        logger.warning("The session of %s does not hear what was saved: %s", workspace.session_id, full)
    return True


async def _publish(workspace: Workspace, path: str, etag: str | None, origin: str) -> None:
    await door().publish(workspace.session_id, messages.FileChanged(path=path, etag=etag, origin=origin))
