"""Passes runs' events on to a window, each once and in order, as fast as the window acknowledges them."""

import asyncio
import logging

from django.db import Error as DatabaseError
from msgspec import Raw
from redis.exceptions import RedisError

from ide.database import in_database
from ide.door import door
from ide.models import Run
from ide.protocol import ErrorCode
from ide.runs import ending_of
from ide.socket.jsonrpc import Refusal
from ide.socket.window import Window
from sandbox.client import Follower
from sandbox.exceptions import SandboxError, UnknownRun
from sandbox.messages import encode

logger = logging.getLogger(__name__)

AT_ONCE = 32
RETRY_SECONDS = 1.0


class Following:
    """The runs that a window follows."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._followers: dict[str, Follower] = {}

    def start(self, run_id: str, after_seq: int) -> None:
        """Send what comes after `after_seq`; a run that is followed already is followed anew from there."""
        if run_id not in self._tasks and len(self._tasks) >= AT_ONCE:
            data = {"limit": "runs followed", "value": AT_ONCE}
            raise Refusal(ErrorCode.QUOTA, f"A connection follows at most {AT_ONCE} runs.", data)
        self._stop(run_id)
        self._tasks[run_id] = asyncio.create_task(self._follow(run_id, after_seq))

    def follows(self, run_id: str) -> bool:
        return run_id in self._tasks

    def acknowledge(self, run_id: str, seq: int) -> bool:
        """Whether that was news."""
        follower = self._followers.get(run_id)
        return follower is not None and follower.acknowledge(seq)

    def stop(self) -> None:
        for run_id in list(self._tasks):
            self._stop(run_id)

    def _stop(self, run_id: str) -> None:
        if task := self._tasks.pop(run_id, None):
            task.cancel()

    async def _follow(self, run_id: str, after_seq: int) -> None:
        follow = _Follow(self._window, run_id, after_seq, self._followers)
        try:
            while not await follow.reached_the_end():  # noqa: ASYNC110
                await asyncio.sleep(RETRY_SECONDS)
        except Exception:
            logger.exception("Following run %s failed", run_id)
        finally:
            if self._tasks.get(run_id) is asyncio.current_task():
                del self._tasks[run_id]
            self._forget_old()

    def _forget_old(self) -> None:
        """A run that is over is acknowledged for a while yet: its last events are on their way."""
        over = [run_id for run_id in self._followers if run_id not in self._tasks]
        for run_id in over[:-AT_ONCE]:
            del self._followers[run_id]


class _Follow:
    """One run's way to the window, which Redis and the database may interrupt."""

    def __init__(self, window: Window, run_id: str, seq: int, followers: dict[str, Follower]) -> None:
        self._window, self._run_id, self._seq = window, run_id, seq
        self._followers = followers
        # How many events had been sent when Redis lost the run: those of a new sending come after them.
        self._base = 0

    async def reached_the_end(self) -> bool:
        """Whether `finished` was sent; if not, what follows the last event sent is to be asked for again."""
        try:
            return await self._pass_on()
        except (SandboxError, RedisError, DatabaseError, OSError) as error:
            logger.warning("Run %s is followed again after: %s", self._run_id, error)
            return False

    async def _pass_on(self) -> bool:
        try:
            await self._pass_on_events()
        except UnknownRun:
            return await self._send_row()
        return True

    async def _pass_on_events(self) -> None:
        async with door().follow(self._run_id, self._seq, self._base) as follower:
            self._followers.pop(self._run_id, None)  # the newest stands last
            self._followers[self._run_id] = follower
            async for seq, event in follower.encoded():
                await self._send(seq, event)

    async def _send_row(self) -> bool:
        """What is left of a run that Redis has forgotten; nothing when its row has no end (yet)."""
        run = await in_database(Run.objects.filter(pk=self._run_id).first)
        if run is None:
            return True
        for seq, event in enumerate(ending_of(run), self._seq + 1):
            await self._send(seq, encode(event))
        self._base = self._seq
        return run.outcome is not None

    async def _send(self, seq: int, event: bytes) -> None:
        self._seq = seq
        # A great output is not decoded and encoded once more: the event's fields go after ours as they are.
        fields = b'{"runId":"%b","seq":%d,%b' % (self._run_id.encode(), seq, event[1:])
        await self._window.notify("run/event", Raw(fields))
