"""The documents that a window has open.

didChange ── text ──► the session's inbox at once (large files: ten times a second)
                └───► the database within a second (ide.editor.saving)
publishDiagnostics ◄── with this window's version of the text that they are about
"""

import logging
from collections.abc import Awaitable, Iterable, Sequence

from django.db import Error as DatabaseError
from redis.exceptions import RedisError

from ide.database import in_database
from ide.door import door
from ide.editor.abilities import Abilities
from ide.editor.document import Document
from ide.editor.positions import Encoding, apply, recode
from ide.editor.saving import Saver
from ide.editor.shown import shown
from ide.editor.uris import file_of, path_of
from ide.editor.work import Work
from ide.exceptions import Fault
from ide.faults import refusal_of
from ide.protocol import Change, ErrorCode, PublishDiagnostics
from ide.socket.jsonrpc import Refusal
from ide.socket.timers import Timer
from ide.socket.window import Window
from ide.workspaces import files, paths
from sandbox.exceptions import SandboxError
from sandbox.limits import FILE_BYTES, KIB, WORKSPACE_BYTES
from sandbox.messages import Close, Diagnostic, Edit, Published

logger = logging.getLogger(__name__)

LARGE_BYTES = 64 * KIB
LARGE_SECONDS = 0.1
OPEN_BYTES = 2 * WORKSPACE_BYTES


class Documents:
    """All open documents of one window."""

    def __init__(self, window: Window) -> None:
        self.saver = Saver(window)
        self.work = Work(window)
        self.client = Abilities()  # until `initialize` says more
        self._window = window
        self._open: dict[str, Document] = {}
        self._untold: set[str] = set()
        self._tell_soon = Timer(LARGE_SECONDS, self.tell_untold)

    @property
    def encoding(self) -> Encoding:
        return self.client.encoding

    # --- what the editor says -------------------------------------------------------------------------

    async def open(self, uri: str, version: int, text: str) -> None:
        path = file_of(uri)
        self._open[path] = Document(path)
        await self._put(self._open[path], version, text)

    async def change(self, uri: str, version: int, changes: Iterable[Change]) -> None:
        document = self._find(uri)
        await self._put(document, version, apply(document.text, changes, self.encoding))

    async def close(self, uri: str) -> None:
        document = self._find(uri)
        await self.saver.save_closed(document.path)
        self._forget(document)
        await self.work.ends(document.path)
        await self._window.tell(Close(path=document.path))

    async def leave(self) -> None:
        """The window is gone: keep what it typed, and let the saved texts hold again."""
        self._tell_soon.cancel()
        self.work.leave()
        await self._try("save what it typed", self.saver.leave())
        closed = [Close(path=path) for path in self._open]
        if closed and not self._window.asleep:
            session_id = self._window.workspace.session_id
            await self._try("tell its session", door().send(session_id, *closed))

    async def _try(self, what: str, work: Awaitable[None]) -> None:
        try:
            await work
        except (Fault, SandboxError, RedisError, DatabaseError) as error:
            session_id = self._window.workspace.session_id
            logger.warning("A window of %s left and could not %s: %s", session_id, what, error)

    def version_of(self, path: str) -> int | None:
        """The open document's; None for a file that is not open."""
        return self._open[path].version if path in self._open else None

    def versions(self) -> dict[str, int]:
        """Of all open documents, by path."""
        return {path: document.version for path, document in self._open.items()}

    def told_of(self, path: str) -> list[Diagnostic] | None:
        """What was published about the text as it is now; None when it is newer, or not open."""
        document = self._open.get(path)
        return document.told if document and document.told_version == document.version else None

    async def text_of(self, path: str) -> str:
        """The file as this window shows it, else as it is saved. Raises NotFound."""
        if path in self._open:
            return self._open[path].text
        file = await in_database(files.find, self._window.workspace, path)
        return str(file.text)

    def _find(self, uri: str) -> Document:
        path = path_of(uri)
        if path not in self._open:
            raise Refusal(ErrorCode.INVALID_PARAMS, f"textDocument.uri: {paths.shorten(path)} is not open.")
        return self._open[path]

    def _forget(self, document: Document) -> None:
        document.closed = True
        self._open.pop(document.path, None)
        self._untold.discard(document.path)

    async def _put(self, document: Document, version: int, text: str) -> None:
        others = sum(each.size for each in self._open.values() if each is not document)
        if others + len(text) > OPEN_BYTES:
            self._forget(document)
            raise Refusal(ErrorCode.INVALID_PARAMS, f"{document.path}: too much is open. Close some files.")
        document.put(version, text)
        files.check_text(document.path, text)
        self.saver.changed(document)
        self.work.begins(document.path)
        await self._tell(document)
        await self._match(document)

    # --- to the session -------------------------------------------------------------------------------

    async def _tell(self, document: Document) -> None:
        if self._window.waits:
            return
        if document.size <= LARGE_BYTES:
            await self._send([document.edit])
        else:
            self._untold.add(document.path)
            self._tell_soon.start()

    async def take_back(self) -> None:
        """The session waits for room: what is saved holds until it is ready, and no text fills its inbox."""
        self._untold.clear()
        await self._send([Close(path=path) for path in self._open])

    async def tell_untold(self) -> None:
        """Send large files' last texts now."""
        edits = [self._open[path].edit for path in self._untold if path in self._open]
        self._untold.clear()
        await self._send(edits)

    async def tell_again(self) -> None:
        """The session may have a fresh container, which knows only what is saved."""
        await self._send(
            [each.edit for each in self._open.values() if each.latest and each.size <= FILE_BYTES]
        )

    async def _send(self, messages: Sequence[Edit | Close]) -> None:
        """A session that cannot be told stops nobody from typing: what is typed is saved."""
        try:
            if messages:
                await self._window.tell(*messages)
        except (Fault, SandboxError, RedisError) as error:
            await self.work.is_vain()
            await self._window.show_once(refusal_of(error).message)

    # --- what the session says ------------------------------------------------------------------------

    async def saved_elsewhere(self, path: str, etag: str | None) -> None:
        """Another window, or a call, has saved the file, or taken it away."""
        dropped = path not in self._open and self.saver.forget(path)
        self.saver.know(path, etag.strip('"') if etag else None)
        if path in self._open:
            self._open[path].latest = False
        if dropped:
            said = f"{path} was changed elsewhere since it was closed: what could not be saved is dropped."
            await self._window.show(said)

    async def publish(self, published: Published) -> None:
        """Pass diagnostics on, as soon as this window has the text that they are about."""
        document = self._document(published.uri)
        if document is None:
            await self._notify(published, None, published.diagnostics)
            return
        version = self._version(document, published)
        if version in (None, document.version):  # none: another window's text took its place
            await self.work.ends(document.path)
        document.unmatched = published if version is None else None
        if version is not None:
            document.told, document.told_version = published.diagnostics, version
            await self._notify(
                published, version, recode(published.diagnostics, document.text, self.encoding)
            )

    async def _match(self, document: Document) -> None:
        """Diagnostics that came for another window's text may be about this text now."""
        if document.unmatched is not None:
            await self.publish(document.unmatched)

    def _version(self, document: Document, published: Published) -> int | None:
        if published.version is not None:
            return document.version_of(published.version)
        return document.version if self.saver.is_saved(document) else None

    def _document(self, uri: str) -> Document | None:
        try:
            return self._open.get(path_of(uri))
        except Refusal:
            return None

    async def _notify(self, published: Published, version: int | None, found: list[Diagnostic]) -> None:
        params = PublishDiagnostics(uri=published.uri, diagnostics=shown(found), version=version)
        await self._window.notify("textDocument/publishDiagnostics", params)
