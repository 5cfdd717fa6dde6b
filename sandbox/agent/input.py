"""A program's standard input: what was typed waits here until the program reads it."""

import asyncio
import os
from collections import deque
from collections.abc import Callable

from sandbox.limits import INPUT_BYTES

_END_OF_FILE = b"\x04"
_ENDS_OF_LINES = b"\r\n\x03\x04\x15"  # Enter, Ctrl-C, Ctrl-D, Ctrl-U: then the line is empty


class Input:
    """Up to INPUT_BYTES wait. What does not fit is refused, and so is all that follows: no stream has a hole.

    `refuse` is called then, once. `terminal`: the program will read from one, not from a pipe.
    """

    def __init__(self, refuse: Callable[[], None], *, terminal: bool) -> None:
        self._refuse = refuse
        self._terminal = terminal
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._fd = -1
        self._in_line = False  # the last line is not ended
        self._ends = False
        self._is_over = False  # nothing is taken any more

    def connect(self, fd: int) -> None:
        self._fd = fd
        os.set_blocking(fd, False)
        self._flush()

    def text(self, text: str) -> None:
        data = text.encode(errors="replace")
        if not data or self._is_over:
            return
        if self._size + len(data) > INPUT_BYTES:
            self._is_over = True
            self._refuse()
            return
        self._in_line = data[-1] not in _ENDS_OF_LINES
        self._add(data)

    def end(self) -> None:
        """End of file, after what was typed; in a terminal the user's own Ctrl-D.

        There it only hands over a line that was begun: the end of the file is a second one.
        """
        if self._is_over:
            return
        if self._terminal:
            self._add(_END_OF_FILE * 2 if self._in_line else _END_OF_FILE)
            self._in_line = False
            return
        self._ends = self._is_over = True
        self._flush()

    def close(self) -> None:
        self._is_over = True
        if self._fd >= 0:
            asyncio.get_running_loop().remove_writer(self._fd)
            os.close(self._fd)
            self._fd = -1

    def _add(self, data: bytes) -> None:
        self._waiting.append(data)
        self._size += len(data)
        self._flush()

    def _flush(self) -> None:
        if self._fd < 0:
            return
        try:
            while self._waiting:
                written = os.write(self._fd, self._waiting[0])
                self._size -= written
                rest = self._waiting.popleft()[written:]
                if rest:
                    self._waiting.appendleft(rest)
        except BlockingIOError:
            asyncio.get_running_loop().add_writer(self._fd, self._flush)
            return
        except OSError:  # the program reads no more
            self._waiting.clear()
            self._size = 0
        asyncio.get_running_loop().remove_writer(self._fd)
        if self._ends:
            self.close()
