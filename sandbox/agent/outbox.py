"""Frames on their way to the relay: numbered ones are kept until acknowledged, and sent again at attach.

say ──► channel [n, n+1, …] ──► line ──► standard output
             ▲ ack: forget, wake whoever waits for room; of a run's end: forget the run
"""

import asyncio
from collections import deque
from collections.abc import Callable

from sandbox.limits import FRAME_BYTES, KIB, UNACKNOWLEDGED_BYTES
from sandbox.messages import (
    Answered,
    Debugged,
    Finished,
    Frame,
    InputRefused,
    Measured,
    Output,
    Published,
    Say,
    Started,
    encode,
)

Event = Started | Output | InputRefused | Measured | Debugged | Finished | Published | Answered

EVENT_BYTES = FRAME_BYTES - 1 * KIB  # whatever else is around it on its way to the client


def _weight(event: Event) -> int:
    """The bytes of output in it."""
    if not isinstance(event, Output):
        return 0
    return len(event.text) if event.text.isascii() else len(event.text.encode())


class Channel:
    """The numbered frames of one run, or of the session."""

    def __init__(self) -> None:
        self.count = 0
        self.kept: deque[tuple[int, int, bytes]] = deque()  # number, weight, line
        self.weight = 0
        self.is_over = False  # nothing more will be said
        self._room = asyncio.Event()
        self._room.set()

    def keep(self, line: bytes, weight: int) -> None:
        self.kept.append((self.count, weight, line))
        self.weight += weight
        if self.weight >= UNACKNOWLEDGED_BYTES:
            self._room.clear()

    def forget(self, n: int) -> None:
        while self.kept and self.kept[0][0] <= n:
            self.weight -= self.kept.popleft()[1]
        if self.weight < UNACKNOWLEDGED_BYTES:
            self._room.set()

    async def room(self) -> None:
        """Wait until less than the window is unacknowledged."""
        await self._room.wait()


class Outbox:
    """Numbers, keeps and sends what the agent says; `write` puts one line on the way."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._channels: dict[str, Channel] = {}

    def channel(self, name: str) -> Channel:
        return self._channels.setdefault(name, Channel())

    def send(self, frame: Frame) -> None:
        """An unnumbered frame: it may be lost."""
        self._write(encode(frame) + b"\n")

    def say(self, name: str, event: Event) -> None:
        """A numbered frame: it is kept until acknowledged. Output that JSON makes too long goes in pieces."""
        channel = self.channel(name)
        line = encode(Say(channel=name, n=channel.count + 1, event=event)) + b"\n"
        if isinstance(event, Output) and len(line) > EVENT_BYTES:
            half = len(event.text) // 2
            for text in (event.text[:half], event.text[half:]):
                self.say(name, Output(stream=event.stream, text=text))
            return
        channel.count += 1
        channel.keep(line, _weight(event))
        channel.is_over = isinstance(event, Finished)
        self._write(line)

    def acknowledge(self, name: str, n: int) -> None:
        if channel := self._channels.get(name):
            channel.forget(n)
            if channel.is_over and not channel.kept:
                del self._channels[name]

    def resend(self) -> None:
        """Everything that is not acknowledged, each channel in order."""
        for channel in self._channels.values():
            for _, _, line in channel.kept:
                self._write(line)
