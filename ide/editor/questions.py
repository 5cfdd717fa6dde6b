"""Questions to a session that a window waits for: each gets an answer, if only that there is none.

ask ──► Ask in the session's inbox (once it has room) ──► … ──► Answered ──► Later
          └ cancelled, too slow, session lost: a Refusal
"""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

from redis.exceptions import RedisError

from ide.exceptions import Fault
from ide.protocol import ErrorCode
from ide.socket.jsonrpc import Refusal
from ide.socket.window import Later, Window
from sandbox.exceptions import SandboxError
from sandbox.limits import QUESTIONS
from sandbox.messages import Answer, Answered, Ask, Cancel, Question, patience_seconds

MORE_SECONDS = 1.0  # than the agent takes: its own failure says more
TOO_SLOW = Refusal(ErrorCode.REQUEST_FAILED, "The session did not answer in time. Try again in a moment.")


class Questions:
    """One window's questions that wait."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._numbers = itertools.count(1)
        self._open: dict[str, asyncio.Future[Answer | None]] = {}
        self._held: dict[str, Ask] = {}  # until the session has room
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, question: Question, finish: Callable[[Any], Awaitable[object]]) -> Later:
        """Ask now; the answer comes later. Raises Refusal when too many wait."""
        if len(self._open) >= QUESTIONS:
            data = {"limit": "requests that wait", "value": QUESTIONS}
            raise Refusal(
                ErrorCode.REQUEST_FAILED, f"{QUESTIONS} requests wait for their answer already.", data
            )
        query = f"{self._window.origin}-{next(self._numbers)}"
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer | None] = loop.create_future()
        self._open[query] = future
        timer = loop.call_later(patience_seconds(question) + MORE_SECONDS, _fail, future, TOO_SLOW)
        future.add_done_callback(lambda _: timer.cancel())
        future.add_done_callback(lambda done: self._closed(query, done))
        try:
            await self._tell(Ask(query=query, question=question))
        except BaseException:
            future.cancel()
            raise
        return Later(future, finish)

    async def _tell(self, ask: Ask) -> None:
        if self._window.waits:
            self._held[ask.query] = ask
        else:
            await self._window.tell(ask)

    async def ask_held(self) -> None:
        """The session is ready."""
        held, self._held = list(self._held.values()), {}
        with contextlib.suppress(Fault, SandboxError, RedisError):  # then they are not answered in time
            if held:
                await self._window.tell(*held)

    def answered(self, answered: Answered) -> None:
        """Perhaps it is ours."""
        future = self._open.get(answered.query)
        if future is None or future.done():
            return
        if answered.failure is not None:
            future.set_exception(Refusal(ErrorCode.REQUEST_FAILED, answered.failure))
        else:
            future.set_result(answered.answer)

    def lose(self, reason: str) -> None:
        """The session is gone, and with it what it was asked."""
        for future in list(self._open.values()):
            _fail(future, Refusal(ErrorCode.SESSION_LOST, reason))

    def _closed(self, query: str, future: asyncio.Future[Answer | None]) -> None:
        del self._open[query]
        if self._held.pop(query, None) is None and future.cancelled():
            task = asyncio.create_task(self._tell_cancelled(query))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _tell_cancelled(self, query: str) -> None:
        with contextlib.suppress(Fault, SandboxError, RedisError):  # then the answer comes in vain
            if not self._window.asleep:
                await self._window.tell(Cancel(query=query))


def _fail(future: asyncio.Future[Any], refusal: Refusal) -> None:
    if not future.done():
        future.set_exception(refusal)
