"""Asks the plugin in the warm GHCi, which keeps what GHC found of each module when it last could check it.

ask ──► a line of fields ──► socket ──► plugin's thread (whatever GHCi loads meanwhile)
ask ◄── a line of JSON ◄────┘             └─► "checked anew": file and hash of its text
"""

import asyncio
import contextlib
import hashlib
import itertools
import socket
from collections.abc import Callable, Collection
from typing import TypeVar

import msgspec

from sandbox.agent.language.unanswerable import Unanswerable

T = TypeVar("T")

LINE_BYTES = 4 << 20  # of one answer; Template Haskell may write here, too
UNREAD_BYTES = 2 << 20  # of questions; a line that names 2,000 files is a quarter of it


class _Line(msgspec.Struct):
    number: str | None = None
    answer: msgspec.Raw = msgspec.Raw(b"null")
    failure: str | None = None
    file: str = ""
    hash: str = ""


_lines = msgspec.json.Decoder(_Line)


class Checker:
    """The plugin of the GHCi of the moment."""

    def __init__(self, placed: Callable[[str], bytes | None]) -> None:
        self._placed = placed
        self._numbers = itertools.count(1)
        self._open: dict[str, asyncio.Future[msgspec.Raw]] = {}
        self._socket: socket.socket | None = None
        self._buffer = bytearray()
        self._unread = bytearray()  # what the socket has not taken yet
        self._texts: dict[str, str] = {}
        self._kept: set[str] = set()
        self._news = asyncio.Event()

    def listen(self, questions: socket.socket) -> None:
        """A new GHCi came up; it has checked nothing yet."""
        self._leave()
        self._socket = questions
        asyncio.get_running_loop().add_reader(questions.fileno(), self._readable)

    def text(self, path: str) -> str | None:
        """The file's text when GHC last checked it; None while it never could."""
        return self._texts.get(path)

    async def checked(self, path: str) -> None:
        """Wait until GHC has checked the file, while it may still be at the others."""
        while path not in self._texts:
            await self._news.wait()

    def keep(self, paths: Collection[str]) -> None:
        """The sources after a load: what is known of others goes, with all that GHC had for them."""
        if self._kept == set(paths):
            return
        self._texts = {path: text for path, text in self._texts.items() if path in paths}
        with contextlib.suppress(Unanswerable):
            self._send("\t".join(["", "files", *paths]))
            self._kept = set(paths)

    async def ask(self, kind: type[T], *fields: object) -> T | None:
        """The answer, of this type; None where the plugin knows nothing. Raises Unanswerable."""
        number = str(next(self._numbers))
        future: asyncio.Future[msgspec.Raw] = asyncio.get_running_loop().create_future()
        self._open[number] = future
        try:
            self._send("\t".join([number, *(str(field) for field in fields)]))
            return msgspec.json.decode(await future, type=kind | None)
        except msgspec.DecodeError:
            raise Unanswerable("GHC's answer makes no sense.") from None
        finally:
            del self._open[number]

    def _send(self, line: str) -> None:
        """A whole line, now or as the plugin reads. Raises Unanswerable."""
        if self._socket is None:
            raise Unanswerable("GHC is not ready yet.")
        if len(self._unread) > UNREAD_BYTES:
            raise Unanswerable("GHC does not listen.")
        self._unread += line.encode() + b"\n"
        self._flush(self._socket)

    def _flush(self, questions: socket.socket) -> None:
        try:
            del self._unread[: questions.send(self._unread)]
        except BlockingIOError:
            pass
        except OSError:  # it is gone, and its end is about to be read
            self._unread.clear()
        loop = asyncio.get_running_loop()
        if self._unread:
            loop.add_writer(questions, self._flush, questions)
        else:
            loop.remove_writer(questions)

    def _readable(self) -> None:
        try:
            data = self._socket.recv(1 << 18) if self._socket else b""
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or len(self._buffer) > LINE_BYTES:
            self._leave()
            return
        *lines, rest = (self._buffer + data).split(b"\n")
        self._buffer = bytearray(rest)
        for line in lines:
            self._hear(bytes(line))

    def _hear(self, data: bytes) -> None:
        try:
            line = _lines.decode(data)
        except (msgspec.DecodeError, RecursionError):
            return
        if line.number is None:
            self._checked(line.file, line.hash)
            return
        future = self._open.get(line.number)
        if future is None or future.done():
            return
        if line.failure is not None:
            future.set_exception(Unanswerable(line.failure[:500]))
        else:
            future.set_result(line.answer)

    def _checked(self, path: str, hashed: str) -> None:
        content = self._placed(path)
        if content is not None and hashlib.md5(content, usedforsecurity=False).hexdigest() == hashed:
            self._texts[path] = content.decode(errors="replace").removeprefix("\ufeff")
            self._news.set()
            self._news.clear()  # whoever waited wakes all the same
        else:
            self._texts.pop(path, None)

    def _leave(self) -> None:
        """That GHCi is gone, and with it what it knew."""
        if self._socket is not None:
            with contextlib.suppress(ValueError, OSError):
                asyncio.get_running_loop().remove_reader(self._socket)
                asyncio.get_running_loop().remove_writer(self._socket)
            self._socket.close()
        self._socket = None
        self._buffer.clear()
        self._unread.clear()
        self._texts.clear()
        self._kept.clear()
        for future in self._open.values():
            if not future.done():
                future.set_exception(Unanswerable("GHC was started anew. Ask again."))
