"""Reads one run's events for one client, and tells the relay how far that client has come.

relay ── append ──► the run's stream ── XREAD ──► Follower ──► client
  ▲ holds its acknowledgements                       │ acknowledge(seq)
  └────── wake ◄── bytes acknowledged, heartbeat ◄───┘ at most 1 MiB beyond it
"""

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any

from redis.exceptions import RedisError

from sandbox import keys, scripts
from sandbox.exceptions import UnknownRun
from sandbox.limits import FOLLOWER_LIVE_SECONDS, FOLLOWER_WINDOW_BYTES, KIB
from sandbox.messages import OutputDropped, RunEvent, decode_run_event, encode

BATCH_EVENTS = 4  # no more at once than the window holds
WAIT_MS = 5000
HEARTBEAT_SECONDS = FOLLOWER_LIVE_SECONDS / 3
TELL_BYTES = 256 * KIB  # acknowledged bytes that are worth a message at once
TELL_SECONDS = 0.1  # and how long fewer may wait
FINISHED = b'{"type":"finished"'  # how the last event begins: relays and scripts write the tag first


class Follower:
    """Reads one run's events, in order and each once, and holds back at 1 MiB beyond what was acknowledged.

    A gap that the bounded buffer left is one `OutputDropped`. Iteration ends after `Finished`. Raises
    UnknownRun when Redis does not know the run, has lost it since, or never had what comes after `after_seq`.
    Who had seen `base` events when Redis lost the run gets those of the run that was sent again, counted on
    from there. While it is live the program waits for it; leaving the context lets go.
    """

    def __init__(self, redis: Any, run_id: str, after_seq: int, base: int = 0) -> None:
        self._redis = redis
        self._run_id = run_id
        self._id = secrets.token_hex(8)
        self._base = base
        self._seq = after_seq - base  # as Redis counts
        self._sending = b""  # which sending of the run this is about
        self._sent = 0  # bytes of output up to the last event that was handed out
        self._acknowledged = 0  # … that the client has shown
        self._told = 0  # … that the relay knows of
        self._unshown: deque[tuple[int, int]] = deque()  # (seq, bytes up to it) of events not acknowledged
        self._moved = asyncio.Event()  # for the heartbeat: the client acknowledged something
        self._moved_far = asyncio.Event()  # … and TELL_BYTES of it
        self._room = asyncio.Event()  # for the reader
        self._heartbeat: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None

    async def __aenter__(self) -> "Follower":
        found = await scripts.run_async(self._redis, "follow", self._run_id, self._id, self._seq)
        if found is None:
            raise UnknownRun
        seen, self._sending = found
        self._sent = self._acknowledged = self._told = int(seen)
        self._heartbeat = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._heartbeat:
            self._heartbeat.cancel()
            await asyncio.gather(self._heartbeat, return_exceptions=True)
        with contextlib.suppress(RedisError):  # who falls silent is forgotten anyway
            await self._tell_acknowledged("")

    def acknowledge(self, seq: int) -> bool:
        """Everything up to `seq` was shown: more may come. Whether that was news."""
        seq -= self._base
        news = bool(self._unshown) and self._unshown[0][0] <= seq
        while self._unshown and self._unshown[0][0] <= seq:
            self._acknowledged = self._unshown.popleft()[1]
            self._moved.set()
            self._room.set()
        if self._acknowledged - self._told >= TELL_BYTES:
            self._moved_far.set()
        return news

    async def __aiter__(self) -> AsyncIterator[tuple[int, RunEvent]]:
        async for seq, event in self.encoded():
            yield seq, decode_run_event(event)

    async def encoded(self) -> AsyncIterator[tuple[int, bytes]]:
        """The same events as the JSON that a relay has made of them."""
        while True:
            for seq, total, size, event in await self._read():
                await self._hold_back(size)
                if seq > self._seq + 1:
                    gap = self._gap(seq - 1, total - size)
                    yield gap.through_seq, encode(gap)
                self._hand_out(seq, total)
                yield self._base + seq, event
                if event.startswith(FINISHED):
                    return

    async def _read(self) -> list[tuple[int, int, int, bytes]]:
        """The next events, at least one: (seq, bytes of output up to it, its own, event)."""
        stream = keys.RUN_EVENTS % self._run_id
        while True:
            reply = await self._redis.xread({stream: f"{self._seq}-0"}, count=BATCH_EVENTS, block=WAIT_MS)
            self._raise_failure()  # also what came may be of another sending
            if reply:
                return [_parsed(entry, fields) for entry, fields in reply[0][1]]
            await self._tell()

    async def _hold_back(self, size: int) -> None:
        """Wait until so many bytes more are within the window."""
        while self._sent + size - self._acknowledged > FOLLOWER_WINDOW_BYTES:
            self._room.clear()
            self._raise_failure()
            await self._room.wait()

    def _gap(self, through_seq: int, through_bytes: int) -> OutputDropped:
        """One event for all that is gone. It was never sent: nothing waits until it is shown."""
        lost = through_bytes - self._sent
        self._acknowledged += lost
        self._unshown = deque((seq, total + lost) for seq, total in self._unshown)
        self._moved.set()
        self._hand_out(through_seq, through_bytes)
        return OutputDropped(bytes=lost, through_seq=self._base + through_seq)

    def _hand_out(self, seq: int, total: int) -> None:
        self._seq, self._sent = seq, total
        self._unshown.append((seq, total))

    async def _beat(self) -> None:
        """Tell the relay that we live, and how far the client has come soon after it moved."""
        try:
            while True:
                if await _set_within(HEARTBEAT_SECONDS, self._moved):
                    await _set_within(TELL_SECONDS, self._moved_far)
                self._moved.clear()
                self._moved_far.clear()
                await self._tell()
        except Exception as error:
            self._failure = error
            self._room.set()

    async def _tell(self) -> None:
        self._raise_failure()
        self._told = self._acknowledged
        if not await self._tell_acknowledged(self._told):
            raise UnknownRun

    async def _tell_acknowledged(self, said: int | str) -> Any:
        arguments = self._run_id, self._id, said, self._sending
        return await scripts.run_async(self._redis, "acknowledge", *arguments)

    def _raise_failure(self) -> None:
        if self._failure:
            raise self._failure


async def _set_within(seconds: float, event: asyncio.Event) -> bool:
    """Whether the event came."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


def _parsed(entry: bytes, fields: dict[bytes, bytes]) -> tuple[int, int, int, bytes]:
    return int(entry.split(b"-")[0]), int(fields[b"t"]), int(fields[b"s"]), fields[b"e"]
