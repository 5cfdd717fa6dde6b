"""Lines in and out over the container's standard streams, without blocking."""

import asyncio
import contextlib
import fcntl
import os
from collections import deque
from collections.abc import Callable, Iterator

from sandbox.limits import FRAME_BYTES, PIPE_BYTES


def widen(fd: int) -> None:
    """Let a pipe hold more, so that its two ends take turns less often."""
    with contextlib.suppress(OSError):  # all users' pipes share the kernel's bound: a narrow one works, too
        fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


class Lines:
    """Cuts a stream into lines; an over-long one is dropped whole."""

    def __init__(self, limit: int = FRAME_BYTES) -> None:
        self._limit = limit
        self._buffer = bytearray()
        self._dropping = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        *lines, rest = data.split(b"\n")
        for line in lines:
            whole = bytes(self._buffer) + line
            self._buffer.clear()
            if not self._dropping and 0 < len(whole) <= self._limit:
                yield whole
            self._dropping = False
        self._keep(rest)

    def _keep(self, rest: bytes) -> None:
        if not self._dropping:
            self._buffer += rest
        if len(self._buffer) > self._limit:
            self._buffer.clear()
            self._dropping = True


class Reader:
    """Calls `on_line` for each line of a descriptor and `on_end` at its end."""

    def __init__(self, fd: int, on_line: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        self._fd = fd
        self._lines = Lines()
        self._on_line = on_line
        self._on_end = on_end
        os.set_blocking(fd, False)
        asyncio.get_running_loop().add_reader(fd, self._readable)

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, 1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._fd)
            self._on_end()
            return
        for line in self._lines.feed(data):
            self._on_line(line)


class Writer:
    """Writes whole lines to a descriptor; what it does not take at once waits here."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._waiting: deque[bytes] = deque()
        self._empty = asyncio.Event()
        self._empty.set()
        os.set_blocking(fd, False)

    def write(self, line: bytes) -> None:
        self._waiting.append(line)
        if len(self._waiting) == 1:
            self._flush()

    async def drained(self) -> None:
        """Wait until everything is on its way."""
        await self._empty.wait()

    def restart(self) -> None:
        """Forget what waits: it will be said again. The rest of a line begun stays."""
        while len(self._waiting) > 1:
            self._waiting.pop()

    def _flush(self) -> None:
        while self._waiting:
            line = self._waiting[0]
            try:
                written = os.write(self._fd, line)
            except BlockingIOError:
                break
            if written == len(line):
                self._waiting.popleft()
            else:
                self._waiting[0] = line[written:]
        self._watch()

    def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        if self._waiting:
            self._empty.clear()
            loop.add_writer(self._fd, self._flush)
        else:
            self._empty.set()
            loop.remove_writer(self._fd)
