"""The attach stream of one container: bytes out as they are, in as frames `stream 0 0 0 length bytes…`."""

import contextlib
import select
import socket
import ssl
import threading
import time

from sandbox.engine.hosts import SEND_SECONDS
from sandbox.exceptions import EngineNonsense, HostError

CHUNK_BYTES = 256 * 1024
MULTIPLEX_BYTES = 1024 * 1024  # of one frame; engines send at most 32 KiB
_STDIN, _STDOUT, _STDERR = 0, 1, 2


class Demultiplexer:
    """Standard output out of an engine's frames; what else is in them is dropped."""

    def __init__(self) -> None:
        self._header = bytearray()
        self._left = 0
        self._stream = _STDOUT

    def feed(self, data: bytes) -> bytes:
        """What `data` holds of standard output. EngineNonsense on a frame that no engine sends."""
        output = bytearray()
        view = memoryview(data)
        while view:
            if self._left:
                part = view[: self._left]
                self._left -= len(part)
                if self._stream == _STDOUT:
                    output += part
            else:
                part = view[: 8 - len(self._header)]
                self._header += part
                if len(self._header) == 8:
                    self._begin()
            view = view[len(part) :]
        return bytes(output)

    def _begin(self) -> None:
        stream, padding, length = self._header[0], self._header[1:4], int.from_bytes(self._header[4:], "big")
        self._header.clear()
        if stream not in (_STDIN, _STDOUT, _STDERR) or any(padding) or length > MULTIPLEX_BYTES:
            raise EngineNonsense("The machine's engine sent a malformed frame.")
        self._stream, self._left = stream, length


class SocketChannel:
    """A Channel over a connected socket; the socket is non-blocking, so each direction has its own timeout.

    The lock is for TLS, where one connection must not be read and written at the same moment.
    """

    def __init__(self, connection: socket.socket, early: bytes = b"", *, multiplexed: bool = True) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._lock = threading.Lock()
        self._demultiplexer = Demultiplexer() if multiplexed else None
        self._early = early
        self._closed = False

    def send(self, data: bytes, timeout: float = SEND_SECONDS) -> None:
        view = memoryview(data)
        deadline = time.monotonic() + timeout
        while view:
            written = self._try_send(view)
            if written:
                view = view[written:]
                deadline = time.monotonic() + timeout
            elif not self._wait(select.POLLOUT, deadline - time.monotonic()):
                raise HostError("The container takes no input.")

    def receive(self, timeout: float) -> bytes | None:
        deadline = time.monotonic() + timeout
        while True:
            data = self._try_receive()
            if data == b"":
                return b""
            output = self._demultiplex(data) if data else b""
            if output:
                return output
            if data is None and not self._wait(select.POLLIN, deadline - time.monotonic()):
                return None
            if data is not None and time.monotonic() > deadline:
                return None

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes whoever polls
        with self._lock:
            self._socket.close()

    def _demultiplex(self, data: bytes) -> bytes:
        return self._demultiplexer.feed(data) if self._demultiplexer else data

    def _try_send(self, view: memoryview) -> int:
        """Bytes written; 0 when the socket is full."""
        with self._lock:
            if self._closed:
                raise HostError("The stream to the container is closed.")
            try:
                return self._socket.send(view[:CHUNK_BYTES])
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                return 0
            except OSError as error:
                raise HostError("The stream to the container broke.") from error

    def _try_receive(self) -> bytes | None:
        """What is there; None when nothing is, b"" at the end."""
        with self._lock:
            if self._early:
                early, self._early = self._early, b""
                return early
            if self._closed:
                return b""
            try:
                return self._socket.recv(CHUNK_BYTES)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return None
            except OSError:
                return b""

    def _wait(self, event: int, seconds: float) -> bool:
        """Whether the socket may be ready within `seconds`; a closed one is."""
        if self._closed:
            return True
        poll = select.poll()
        try:
            poll.register(self._socket.fileno(), event)
        except ValueError:  # closed a moment ago
            return True
        return seconds > 0 and bool(poll.poll(seconds * 1000))
