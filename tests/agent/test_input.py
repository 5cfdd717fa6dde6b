"""What is sent to a program waits until it reads; what does not fit is refused, and leaves no hole."""

import asyncio
import os
from collections.abc import Iterator

import pytest

from sandbox.agent.input import Input
from sandbox.limits import INPUT_BYTES

PIECE = "0123456789abcde\n" * 4096  # 64 KiB


class Reader:
    """A program's end of the pipe."""

    def __init__(self) -> None:
        self.refused = 0
        self.input = Input(self._refuse, terminal=False)
        self.end, self._other = os.pipe()

    def _refuse(self) -> None:
        self.refused += 1

    def connect(self) -> None:
        self.input.connect(self._other)

    async def read(self, size: int) -> bytes:
        data = b""
        while len(data) < size and (part := await asyncio.to_thread(os.read, self.end, size - len(data))):
            data += part
        return data

    async def rest(self) -> bytes:
        return await self.read(1 << 30)


class Terminal:
    """A program's end of a terminal, with the kernel's own lines and Ctrl-D."""

    def __init__(self) -> None:
        self.input = Input(lambda: None, terminal=True)
        self.outer, self.end = os.openpty()
        os.set_blocking(self.end, False)

    def connect(self) -> None:
        self.input.connect(os.dup(self.outer))

    async def rest(self) -> bytes:
        """What the program reads before the end of the file."""
        data = b""
        async with asyncio.timeout(5):
            while True:
                try:
                    part = os.read(self.end, 1 << 16)
                except BlockingIOError:
                    await asyncio.sleep(0.001)
                    continue
                if not part:
                    return data
                data += part


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    os.close(made.end)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    os.close(made.end)
    os.close(made.outer)


async def test_all_that_fits_arrives_and_then_the_end(reader: Reader) -> None:
    sent = PIECE * (INPUT_BYTES // len(PIECE))
    for start in range(0, len(sent), len(PIECE)):
        reader.input.text(sent[start : start + len(PIECE)])
    reader.input.end()
    reader.connect()
    assert await reader.rest() == sent.encode()
    assert not reader.refused


async def test_after_a_piece_that_does_not_fit_nothing_is_taken_that_would(reader: Reader) -> None:
    taken = PIECE * (INPUT_BYTES // len(PIECE) - 1)
    reader.input.text(taken)
    reader.input.text(PIECE * 2)
    reader.connect()
    for late in ("small", PIECE):
        reader.input.text(late)
    assert await reader.read(len(taken)) == taken.encode()
    reader.input.text("there is room again")
    reader.input.end()
    os.set_blocking(reader.end, False)
    with pytest.raises(BlockingIOError):  # neither more of it nor an end, which would make it look whole
        os.read(reader.end, 1)
    assert reader.refused == 1
    reader.input.close()


async def test_a_program_that_reads_may_be_sent_more_in_all(reader: Reader) -> None:
    reader.connect()
    for _ in range(2 * INPUT_BYTES // len(PIECE)):
        reader.input.text(PIECE)
        assert await reader.read(len(PIECE)) == PIECE.encode()
    assert not reader.refused
    reader.input.close()


async def test_what_a_program_that_closed_its_input_is_sent_goes_nowhere(reader: Reader) -> None:
    reader.connect()
    closed, reader.end = reader.end, os.open(os.devnull, os.O_RDONLY)
    os.close(closed)
    for _ in range(2 * INPUT_BYTES // len(PIECE)):
        reader.input.text(PIECE)
    assert not reader.refused
    reader.input.close()


async def test_after_the_end_of_the_program_nothing_is_refused(reader: Reader) -> None:
    reader.connect()
    reader.input.close()
    reader.input.text(PIECE * (INPUT_BYTES // len(PIECE) + 1))
    assert not reader.refused


BEFORE_AN_END = {
    "nothing": ([], b""),
    "a line": (["line\n"], b"line\n"),
    "Enter": (["line\r"], b"line\n"),
    "a line that is not ended": (["line\nmore"], b"line\nmore"),
    "a line that is gone": (["gone\x15"], b""),
    "pieces": (["a", "b\n", "λ"], "ab\nλ".encode()),
    "Ctrl-D behind a line that is not ended": (["more\x04"], b"more"),
}


@pytest.mark.parametrize("connected", [False, True], ids=["before it is up", "when it is up"])
@pytest.mark.parametrize("name", BEFORE_AN_END)
async def test_a_program_in_a_terminal_sees_the_end_once_and_what_is_typed_later(
    terminal: Terminal, name: str, connected: bool
) -> None:
    typed, read = BEFORE_AN_END[name]
    if connected:
        terminal.connect()
    for text in typed:
        terminal.input.text(text)
    terminal.input.end()
    terminal.input.text("later\n")
    terminal.input.end()
    if not connected:
        terminal.connect()
    assert await terminal.rest() == read
    assert await terminal.rest() == b"later\n"
    terminal.input.close()


async def test_more_than_a_terminal_holds_comes_whole_with_its_end(terminal: Terminal) -> None:
    terminal.input.text(PIECE)
    terminal.input.end()
    terminal.connect()
    assert await terminal.rest() == PIECE.encode()
    terminal.input.close()
