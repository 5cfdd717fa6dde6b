"""What was made of texts, so that a question about all files works on those alone that are new."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")

BYTES = 48 << 20  # of one of these: several times what the largest workspace needs
ITEM_BYTES = 300  # of one thing that was made, about


class Remembered(Generic[T]):
    """The newest. Several threads may ask."""

    def __init__(self, make: Callable[[str, str, str], tuple[T, ...]]) -> None:
        self._make = make
        self._made: OrderedDict[tuple[str, str, bytes], tuple[T, ...]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def of(self, path: str, module: str, content: bytes) -> tuple[T, ...]:
        key = path, module, content
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = self._make(path, module, content.decode(errors="replace"))
        with self._lock:
            self._add(key, made)
        return made

    def _add(self, key: tuple[str, str, bytes], made: tuple[T, ...]) -> None:
        if key in self._made:
            return
        self._made[key] = made
        self._bytes += _weight(key, made)
        while self._bytes > BYTES:
            self._bytes -= _weight(*self._made.popitem(last=False))


def _weight(key: tuple[str, str, bytes], made: tuple[object, ...]) -> int:
    return len(key[2]) + ITEM_BYTES * (len(made) + 1)
