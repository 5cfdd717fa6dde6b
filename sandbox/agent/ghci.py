"""Drives one GHCi: one command at a time, each answered up to a prompt that nobody can guess."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
from collections.abc import Mapping, Sequence

from sandbox.agent.reaper import Ended, Reaper
from sandbox.agent.spawn import signal_group, spawn

ANSWER_BYTES = 4 << 20  # of one command; Template Haskell may print without end
INTERRUPT_SECONDS = 2.0
START_SECONDS = 60.0


class GhciDied(Exception):
    """GHCi ended in the middle of a command; its last words are the argument."""


class GhciStuck(Exception):
    """GHCi did not answer in time and was interrupted; it may have been killed."""


class Ghci:
    """One GHCi process. `command` is called by one task at a time."""

    def __init__(self, reaper: Reaper) -> None:
        self._reaper = reaper
        self.pid = 0
        self.ended: Ended | None = None
        self._prompt = b""
        self._stale = False
        self._answer = bytearray()
        self._waiter: asyncio.Future[bytes] | None = None
        self._stdin = -1
        self._stdout = -1
        self.jobs: socket.socket | None = None

    @property
    def alive(self) -> bool:
        return self.pid > 0

    async def start(self, argv: Sequence[str], env: Mapping[str, str]) -> str:
        """Bring it up; returns its greeting. Raises GhciDied or OSError."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        inner_in, self._stdin = os.pipe()
        self._stdout, inner_out = os.pipe()
        try:
            self.pid = spawn(argv, (inner_in, inner_out, inner_out), env, socket=theirs.fileno())
        finally:
            os.close(inner_in)
            os.close(inner_out)
            theirs.close()
        self.jobs = ours
        self._reaper.watch(self.pid).add_done_callback(self._gone)
        os.set_blocking(self._stdout, False)
        asyncio.get_running_loop().add_reader(self._stdout, self._readable)
        return await self._new_prompt(START_SECONDS)

    async def _new_prompt(self, timeout: float) -> str:
        """From now on only this prompt counts: one left over from an interrupt is no answer."""
        prompt = secrets.token_hex(16)
        self._prompt = prompt.encode()
        return await self.command(f':set prompt "{prompt}"', timeout)

    async def command(self, text: str, timeout: float) -> str:
        """GHCi's answer. Raises GhciDied, and GhciStuck after an interrupt or a kill."""
        if not self.alive:
            raise GhciDied
        if self._stale:
            self._stale = False
            await self._new_prompt(INTERRUPT_SECONDS)
        self._answer.clear()
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            os.write(self._stdin, text.encode() + b"\n")
            return (await self._within(timeout)).decode(errors="replace")
        except BrokenPipeError:
            raise GhciDied from None
        finally:
            self._waiter = None

    async def _within(self, timeout: float) -> bytes:
        assert self._waiter  # noqa: S101 - command() made it
        try:
            return await asyncio.wait_for(asyncio.shield(self._waiter), timeout)
        except TimeoutError:
            await self.interrupt()
            raise GhciStuck from None
        except asyncio.CancelledError:
            await self.interrupt()
            raise

    async def interrupt(self) -> None:
        """End the command under way as Ctrl-C does; kill GHCi if that does not help."""
        waiter = self._waiter
        if waiter is None or waiter.done() or not self.alive:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGINT)
        done, _ = await asyncio.wait([waiter], timeout=INTERRUPT_SECONDS)
        if not done:
            self.kill()
            await asyncio.wait([waiter], timeout=INTERRUPT_SECONDS)
        self._stale = True

    def kill(self) -> None:
        if self.alive:
            signal_group(self.pid, signal.SIGKILL)

    def _readable(self) -> None:
        try:
            data = os.read(self._stdout, 1 << 16)
        except BlockingIOError:
            return
        if not data:
            self._fail()
            return
        if len(self._answer) > ANSWER_BYTES:
            del self._answer[: -len(self._prompt)]
        self._answer += data
        if self._answer.endswith(self._prompt) and self._waiter and not self._waiter.done():
            self._waiter.set_result(bytes(self._answer.removesuffix(self._prompt)))

    def _fail(self) -> None:
        asyncio.get_running_loop().remove_reader(self._stdout)
        if self._waiter and not self._waiter.done():
            words = self._answer.decode(errors="replace")
            self._waiter.set_exception(GhciDied(words))
            self._waiter.exception()

    def _gone(self, future: asyncio.Future[Ended]) -> None:
        self.ended = future.result()
        self.pid = 0
        self._readable_rest()

    def _readable_rest(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._stdout)
        self._fail()
        for fd in (self._stdin, self._stdout):
            os.close(fd)
        if self.jobs:
            self.jobs.close()
