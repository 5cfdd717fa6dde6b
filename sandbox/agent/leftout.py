"""What an archive of local changes has no room for: counted, and the largest files named."""

import heapq
import os

from sandbox.limits import LEFT_OUT_FILES, PATH_BYTES
from sandbox.messages import LeftFile, LeftOut


class Tally:
    """However many files there are, it holds no more than it will name."""

    def __init__(self) -> None:
        self._count = self._bytes = 0
        self._largest: list[tuple[int, str]] = []  # a heap: the smallest of them first

    def add(self, path: str, size: int) -> None:
        """One that is not kept, of so many bytes."""
        self._count += 1
        self._bytes += size
        keep = heapq.heappush if len(self._largest) < LEFT_OUT_FILES else heapq.heappushpop
        keep(self._largest, (size, path))

    def told(self) -> LeftOut | None:
        """The largest first; None when everything is kept."""
        if not self._count:
            return None
        named = sorted(self._largest, key=lambda each: (-each[0], each[1]))
        files = [LeftFile(shown(path), size) for size, path in named]
        return LeftOut(self._count, self._bytes, files)


def shown(path: str) -> str:
    """As a text that a message has room for: the end of a long path says most."""
    text = os.fsencode(path).decode("utf-8", "replace")
    return text if len(text) <= PATH_BYTES else "…" + text[1 - PATH_BYTES :]
