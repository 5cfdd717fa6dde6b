"""Carries what a program prints to the relay: merged, bounded, and no faster than it is acknowledged."""

import asyncio
import codecs
import os
from collections.abc import Callable

from sandbox.agent.outbox import Outbox
from sandbox.limits import KIB, OUTPUT_CHUNK_BYTES
from sandbox.messages import Output, Stream

MERGE_SECONDS = 0.005
# After an event of FLOOD_BYTES: the fewer they are, the less each part of the way has to do.
FLOOD_SECONDS = 0.01
FLOOD_BYTES = 32 * KIB
# Whole pages, as a pipe has them; the decoder may hold three bytes of the event before.
GATHERED_BYTES = OUTPUT_CHUNK_BYTES - 4 * KIB
LOOK_SECONDS = 0.001  # how often a flood is taken from the pipe, which it fills in 2 ms


class Budget:
    """The bytes of text that a run may still print; calls `on_spent` once when they are gone."""

    def __init__(self, size: int, on_spent: Callable[[], None]) -> None:
        self._left = size
        self._on_spent = on_spent
        self.spent = False

    def take(self, text: str, size: int) -> str:
        """As much of a text of `size` bytes as there are bytes for, in whole characters."""
        if size <= self._left:
            self._left -= size
            return text
        kept = text.encode()[: self._left].decode(errors="ignore")
        self._left = 0
        if not self.spent:
            self.spent = True
            self._on_spent()
        return kept


class Pump:
    """One stream of one run. The first byte after a silence goes at once; what follows closely is merged."""

    def __init__(self, fd: int, stream: Stream, run_id: str, outbox: Outbox, budget: Budget) -> None:
        self._fd = fd
        self._stream: Stream = stream
        self._run_id = run_id
        self._outbox = outbox
        self._budget = budget
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._gathered = bytearray()  # read, and not yet said
        self._due = 0.0  # when the next event may go out
        self._look = MERGE_SECONDS  # how long to wait for more of it
        self._task: asyncio.Task[None] | None = None
        os.set_blocking(fd, False)

    def start(self) -> None:
        self._task = asyncio.create_task(self._carry())

    async def finish(self) -> None:
        """The program has ended: carry what it left in the pipe, and close.

        That is little, as nothing writes any more: a slow reader holds up a program, not the end of a run.
        """
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
        while (self._gathered or self._read()) and not self._budget.spent:
            self._emit()
        held = self._held
        self._say(self._decoder.decode(b"", final=True), held)
        os.close(self._fd)

    async def _carry(self) -> None:
        loop = asyncio.get_running_loop()
        channel = self._outbox.channel(self._run_id)
        while True:
            await channel.room()
            await _readable(self._fd)
            while (wait := self._due - loop.time()) > 0 and not self._is_full():
                await self._pause(min(wait, self._look))
                if not self._read():
                    break
            if not self._gathered and not self._read():
                return
            flood = len(self._gathered) >= FLOOD_BYTES
            self._emit()
            wait, self._look = (FLOOD_SECONDS, LOOK_SECONDS) if flood else (MERGE_SECONDS, MERGE_SECONDS)
            self._due = loop.time() + wait

    async def _pause(self, seconds: float) -> None:
        """A pipe holds what is printed meanwhile; a terminal holds 4 KiB only."""
        if self._stream == "terminal":
            await _readable(self._fd, seconds)
        else:
            await asyncio.sleep(seconds)

    def _is_full(self) -> bool:
        return len(self._gathered) >= GATHERED_BYTES

    def _read(self) -> bytes:
        """Gather what is there, up to one event; nothing at the end."""
        try:
            data = os.read(self._fd, GATHERED_BYTES - len(self._gathered))
        except OSError:  # a terminal whose last user is gone says EIO; nothing there says EAGAIN
            data = b""
        self._gathered += data
        return data

    def _emit(self) -> None:
        data = bytes(self._gathered)
        self._gathered.clear()
        before = self._held
        text = self._decoder.decode(data)
        self._say(text, before + len(data) - self._held)

    @property
    def _held(self) -> int:
        """The bytes that wait in the decoder for the rest of their character."""
        return len(self._decoder.getstate()[0])

    def _say(self, text: str, read: int) -> None:
        """A text that was made of so many bytes."""
        if kept := self._budget.take(text, _size(text, read)):
            self._outbox.say(self._run_id, Output(stream=self._stream, text=kept))


def _size(text: str, read: int) -> int:
    """The bytes of a text: those it was made of, unless some were no UTF-8, for which others stand in it.

    To encode it costs as much as to send it.
    """
    return len(text.encode()) if "\ufffd" in text else read


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


async def _readable(fd: int, seconds: float | None = None) -> None:
    """Wait until there is something to read, or for so long."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()
    loop.add_reader(fd, _settle, future)
    timer = loop.call_later(seconds, _settle, future) if seconds is not None else None
    try:
        await future
    finally:
        loop.remove_reader(fd)
        if timer:
            timer.cancel()
