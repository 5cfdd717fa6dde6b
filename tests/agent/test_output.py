"""How a program's output becomes events: the first byte at once, what follows closely together, none lost."""

import asyncio
import os

import pytest

from sandbox.agent import output
from sandbox.agent.outbox import Outbox
from sandbox.agent.output import Budget, Pump
from sandbox.agent.pipe import widen
from sandbox.limits import MIB, OUTPUT_CHUNK_BYTES, UNACKNOWLEDGED_BYTES
from sandbox.messages import Output, Say, Stream, decode_frame


class Program:
    """A pipe with a pump on its other end, and what came out of that."""

    def __init__(self, stream: Stream = "stdout", budget: int = 64 * MIB) -> None:
        from_program, self.out = os.pipe()
        widen(from_program)
        self.texts: list[str] = []
        self.outbox = Outbox(self._take)
        self.budget = Budget(budget, lambda: None)
        self.pump = Pump(from_program, stream, "r", self.outbox, self.budget)
        self.pump.start()

    def _take(self, line: bytes) -> None:
        frame = decode_frame(line)
        assert isinstance(frame, Say)
        assert isinstance(frame.event, Output)
        self.texts.append(frame.event.text)

    async def print(self, data: bytes) -> None:
        await asyncio.to_thread(self._write, data)

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.out, data) :]

    async def acknowledge_all(self) -> None:
        while True:
            self.outbox.acknowledge("r", len(self.texts))
            await asyncio.sleep(0.001)

    async def end(self) -> str:
        os.close(self.out)
        await asyncio.wait_for(self.pump.finish(), 5)
        return "".join(self.texts)


@pytest.fixture(params=["stdout", "terminal"])
async def program(request: pytest.FixtureRequest) -> Program:
    return Program(request.param)


@pytest.fixture
def long_merge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "MERGE_SECONDS", 60)


@pytest.mark.usefixtures("long_merge")
async def test_the_first_byte_does_not_wait_and_what_follows_closely_is_one_event(program: Program) -> None:
    os.write(program.out, b"a")
    async with asyncio.timeout(5):
        while not program.texts:
            await asyncio.sleep(0.001)
    for letter in (b"b", b"c", b"d"):
        os.write(program.out, letter)
        await asyncio.sleep(0.001)
    assert program.texts == ["a"]
    assert await program.end() == "abcd"
    assert program.texts == ["a", "bcd"]


async def test_a_flood_makes_large_events_and_comes_whole(program: Program) -> None:
    acknowledging = asyncio.create_task(program.acknowledge_all())
    flood = b"".join(b"%07d\n" % number for number in range(4 * MIB // 8))
    await program.print(flood)
    assert await program.end() == flood.decode()
    acknowledging.cancel()
    assert len(program.texts) <= 10 * len(flood) // OUTPUT_CHUNK_BYTES
    assert max(map(len, program.texts)) <= OUTPUT_CHUNK_BYTES


async def test_nobody_acknowledges_and_the_program_waits_in_its_write_its_end_does_not(
    program: Program,
) -> None:
    os.set_blocking(program.out, False)
    printed = 0
    for _ in range(200):
        try:
            printed += os.write(program.out, b"x" * 65536)
        except BlockingIOError:
            await asyncio.sleep(0.005)
    assert UNACKNOWLEDGED_BYTES <= len("".join(program.texts)) < UNACKNOWLEDGED_BYTES + OUTPUT_CHUNK_BYTES
    assert printed < UNACKNOWLEDGED_BYTES + 4 * OUTPUT_CHUNK_BYTES
    assert await program.end() == "x" * printed


async def test_a_character_may_come_in_pieces(program: Program) -> None:
    for byte in "λx→".encode():
        os.write(program.out, bytes([byte]))
        await asyncio.sleep(0.007)
    assert await program.end() == "λx→"


async def test_what_began_in_one_event_has_room_in_a_full_one_behind_it(program: Program) -> None:
    os.write(program.out, b"\xf0\x9f\x98")  # the first three bytes of four
    await asyncio.sleep(0.02)
    assert os.write(program.out, b"x" * OUTPUT_CHUNK_BYTES) == OUTPUT_CHUNK_BYTES
    await asyncio.sleep(0.02)
    assert await program.end() == "\ufffd" + "x" * OUTPUT_CHUNK_BYTES


async def test_no_more_than_the_budget_goes_out() -> None:
    program = Program(budget=1000)
    acknowledging = asyncio.create_task(program.acknowledge_all())
    await program.print(b"x" * 100_000)
    await asyncio.sleep(0.02)
    assert await program.end() == "x" * 1000
    acknowledging.cancel()


async def test_what_is_no_text_counts_for_the_budget_as_it_goes_out() -> None:
    program = Program(budget=1000)
    acknowledging = asyncio.create_task(program.acknowledge_all())
    await program.print(b"\xff" * 100_000)
    await asyncio.sleep(0.02)
    assert await program.end() == "\ufffd" * 333
    acknowledging.cancel()


async def test_a_character_that_comes_in_pieces_between_others_that_are_none_counts_whole() -> None:
    program = Program(budget=40)
    for _ in range(10):
        for piece in (b"\xff\xf0\x9f\x98", b"\x80"):
            os.write(program.out, piece)
            await asyncio.sleep(0.007)
    assert await program.end() == "\ufffd😀" * 5 + "\ufffd"


async def test_the_budget_ends_behind_a_whole_character() -> None:
    program = Program(budget=1001)
    await program.print("λ".encode() * 1000)
    await asyncio.sleep(0.02)
    assert await program.end() == "λ" * 500


async def test_a_text_of_exactly_the_budget_goes_out_whole() -> None:
    program = Program(budget=2000)
    await program.print("λ".encode() * 1000)
    await asyncio.sleep(0.02)
    assert await program.end() == "λ" * 1000
    assert not program.budget.spent
