"""A program's standard streams: pipes, or one pseudo-terminal."""

import fcntl
import os
import struct
import termios
from dataclasses import dataclass
from typing import Self

from sandbox.agent.pipe import widen
from sandbox.messages import Stream, Terminal


@dataclass
class Streams:
    """`inner` become the program's 0, 1 and 2; the agent writes to `input` and reads the `outputs`."""

    inner: tuple[int, int, int]
    input: int
    outputs: dict[int, Stream]
    terminal: bool

    @classmethod
    def pipes(cls) -> Self:
        stdin, into = os.pipe()
        from_out, stdout = os.pipe()
        from_err, stderr = os.pipe()
        widen(from_out)
        widen(from_err)
        return cls((stdin, stdout, stderr), into, {from_out: "stdout", from_err: "stderr"}, terminal=False)

    @classmethod
    def pty(cls, size: Terminal) -> Self:
        outer, inner = os.openpty()
        resize(outer, size.columns, size.rows)
        return cls((inner, inner, inner), os.dup(outer), {outer: "terminal"}, terminal=True)

    def handed_over(self) -> None:
        """The program has its ends: close ours, so that the end of a stream can be seen."""
        for fd in set(self.inner):
            os.close(fd)

    def close(self) -> None:
        """There is no program after all."""
        for fd in {*self.inner, self.input, *self.outputs}:
            os.close(fd)

    @classmethod
    def none(cls) -> Self:
        """Of a program whose streams are not ours."""
        return cls((-1, -1, -1), -1, {}, terminal=False)

    @staticmethod
    def of(terminal: Terminal | None) -> "Streams":
        return Streams.pty(terminal) if terminal else Streams.pipes()


def resize(fd: int, columns: int, rows: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
