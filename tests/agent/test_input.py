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
        self.input = Input(self._refuse)
        self.end, self._other = os.pipe()

    def _refuse(self) -> None:
        self.refused += 1

    def connect(self, *, terminal: bool = False) -> None:
        self.input.connect(self._other, terminal=terminal)

    async def read(self, size: int) -> bytes:
        data = b""
        while len(data) < size and (part := await asyncio.to_thread(os.read, self.end, size - len(data))):
            data += part
        return data

    async def rest(self) -> bytes:
        return await self.read(1 << 30)


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    os.close(made.end)


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
