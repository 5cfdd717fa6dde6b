"""What GHC says while a load goes on → each module's own words, as soon as GHC is done with it.

It compiles one module after the other, so the name of the next one ends what it has to say of the last.
"""

from collections.abc import Callable

from sandbox.agent.diagnostics import compiled_path

MODULE_BYTES = 1 << 20  # of one module's words; Template Haskell may print without end
BEFORE_BYTES = 64 << 10  # of what is about no module yet


class Hearing:
    """One command's answer. `done` is told a module's file, and what was said of it or before any module.

    Of the last one it is told nothing: its end is the command's.
    """

    def __init__(self, done: Callable[[str, str], None]) -> None:
        self._done = done
        self._path: str | None = None  # before any module; "" of one that says too much
        self._before = b""  # any module
        self._words = bytearray()  # of this module, whole lines
        self._line = bytearray()  # which is not ended

    def __call__(self, data: bytes) -> None:
        """More of GHC's output, cut anywhere."""
        *ended, rest = (self._line + data).split(b"\n")
        for line in ended:
            self._hear(bytes(line))
        self._line = rest
        if len(self._line) + len(self._words) > MODULE_BYTES:
            self._path = ""
            self._line.clear()
            self._words.clear()

    def _hear(self, line: bytes) -> None:
        if path := compiled_path(line):
            self._end()
            self._path = path
            self._words.clear()
        self._words += line + b"\n"

    def _end(self) -> None:
        if self._path is None:
            whole_lines, end, _ = bytes(self._words[:BEFORE_BYTES]).rpartition(b"\n")
            self._before = whole_lines + end
        elif self._path:
            self._done(self._path, (self._before + self._words).decode(errors="replace"))
