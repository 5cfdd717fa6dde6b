"""Engines that lie: servers on unix sockets that say one thing to whatever they are asked, or lie in one."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ENDLESS = 64 * 1024
Head = bytes | Callable[[bytes], bytes]


class Liar:
    """Says `head`, then `tail` for ever (a byte at a time every `pause` seconds, where there is a pause).

    `head` may depend on the request.
    """

    def __init__(self, folder: Path, head: Head, tail: bytes = b"", pause: float = 0.0) -> None:
        self.path = folder / "liar.sock"
        self.address = f"unix://{self.path}"
        self._head, self._tail, self._pause = head, tail, pause
        self._stop = threading.Event()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen(16)
        self._listener.settimeout(0.1)
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(0.5)
        with connection, contextlib.suppress(OSError):
            while (request := connection.recv(65536)) and self._head:
                connection.sendall(self._head(request) if callable(self._head) else self._head)
                if self._tail:
                    break
            while self._tail and not self._stop.is_set():
                connection.sendall(self._tail if self._pause else self._tail * (ENDLESS // len(self._tail)))
                self._stop.wait(self._pause)
            self._stop.wait(30)

    def close(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(5)
        self._listener.close()


@contextlib.contextmanager
def liar(folder: Path, head: Head, tail: bytes = b"", pause: float = 0.0) -> Iterator[Liar]:
    one = Liar(folder, head, tail, pause)
    try:
        yield one
    finally:
        one.close()


def answer(body: bytes, length: int | None = None) -> bytes:
    """A proper answer with this body; the header may promise another length."""
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
        len(body) if length is None else length,
        body,
    )


def lying(lies: dict[str, Any], truth: dict[str, Any]) -> Callable[[bytes], bytes]:
    """What to say to each request: the first of the lies whose path is in it, else of the truth."""

    def says(request: bytes) -> bytes:
        asked = request.split(b" ")[1].decode()
        said = next((said for path, said in (lies | truth | lies).items() if path in asked), None)
        return said if isinstance(said, bytes) else answer(json.dumps(said).encode())

    return says
