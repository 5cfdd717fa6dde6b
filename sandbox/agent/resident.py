"""The resident compiler: a GHC that has read what every compile reads first, and forks for each of them.

compile ──► is_ready ──yes──► fork ──► a process like any other: its group, its clock, its end
                └──no───► plain GHC; `want` brings one up for the next
"""

import asyncio
import contextlib
import os
import signal
import socket
import struct
from collections.abc import Sequence
from pathlib import Path

from sandbox.agent import cgroup
from sandbox.agent.compiler import Way, common_flags
from sandbox.agent.places import LIB, WORK, temporary
from sandbox.agent.reaper import Ended, Reaper
from sandbox.agent.spawn import environment, signal_group, spawn

PROGRAM = LIB / "resident-compiler"
USUAL = LIB / "Usual.hs"
CONTAINER_BYTES = 512 << 20  # in a smaller container its 100 MB would be missed
OOM_SCORE = 900  # the kernel takes it before GHCi, and after programs
IDLE_SECONDS = 60.0
START_SECONDS = 60.0
FORK_SECONDS = 2.0
_ANSWER = struct.Struct("i")
Fds = tuple[int, int, int]


class NotThere(Exception):
    """There is no resident compiler, or not any more."""


class Resident:
    """At most one. Whatever goes wrong with it costs its speed and nothing else: it is ended."""

    def __init__(self, reaper: Reaper) -> None:
        self.pid = 0
        self._reaper = reaper
        self._optimized = False  # interfaces are read in another way for optimised code
        self._is_ready = False
        self._jobs: socket.socket | None = None
        self._answers: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._one_job = asyncio.Lock()
        self._starting: asyncio.Task[None] | None = None
        self._start_later: asyncio.TimerHandle | None = None
        self._end_later: asyncio.TimerHandle | None = None

    def is_ready(self, *, optimized: bool) -> bool:
        return self._is_ready and self._optimized == optimized

    # --- its life -------------------------------------------------------------------------------------------

    def want(self, *, optimized: bool, after: float = 0.0) -> None:
        """There was a compile and more like it may come: be there then, and for a while."""
        loop = asyncio.get_running_loop()
        self._cancel_timers()
        self._end_later = loop.call_later(after + IDLE_SECONDS, self.end)
        if not (self.pid and self._optimized == optimized):
            self._start_later = loop.call_later(after, self._begin, optimized)

    def end(self) -> None:
        self._cancel_timers()
        if self.pid:
            signal_group(self.pid, signal.SIGKILL)
        self._forget()

    def pause(self) -> None:
        """A compile begins without it: if it is still starting, it waits outside."""
        if self._start_later:
            self._start_later.cancel()
        self._signal_if_starting(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_if_starting(signal.SIGCONT)

    def _signal_if_starting(self, number: int) -> None:
        if self.pid and not self._is_ready:
            signal_group(self.pid, number)

    def _cancel_timers(self) -> None:
        for timer in (self._start_later, self._end_later):
            if timer:
                timer.cancel()

    def _begin(self, optimized: bool) -> None:
        if self.pid:
            signal_group(self.pid, signal.SIGKILL)
        self._forget()
        if cgroup.memory_limit_bytes() >= CONTAINER_BYTES:
            self._optimized = optimized
            self._starting = asyncio.create_task(self._start())

    async def _start(self) -> None:
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            self._jobs = self._spawn()
            self._answers, self._writer = await asyncio.open_unix_connection(sock=self._jobs)
            await asyncio.wait_for(self._answers.readexactly(_ANSWER.size), START_SECONDS)
            self._is_ready = True
            return
        self.end()

    def _spawn(self) -> socket.socket:
        """Our end of the socket over which it takes jobs. Raises OSError."""
        ours, theirs = socket.socketpair()
        nothing = os.open(os.devnull, os.O_RDWR)
        argv = [str(PROGRAM), str(USUAL), *common_flags(Way.usual(1 if self._optimized else 0))]
        places = (theirs.fileno(),) * 2  # the forks close both, so nothing else may come to lie there
        try:
            self.pid = pid = spawn(argv, (nothing,) * 3, environment(WORK), sockets=places)
        except OSError:
            ours.close()
            raise
        finally:
            os.close(nothing)
            theirs.close()
        self._reaper.watch(pid).add_done_callback(lambda _: self._gone(pid))
        with contextlib.suppress(OSError):
            Path(f"/proc/{pid}/oom_score_adj").write_text(str(OOM_SCORE))
        return ours

    def _gone(self, pid: int) -> None:
        if self.pid == pid:
            self._forget()

    def _forget(self) -> None:
        self.pid, self._is_ready = 0, False
        if self._starting:
            self._starting.cancel()
        if self._writer:
            self._writer.close()
        self._jobs = self._answers = self._writer = self._starting = None

    # --- its work -------------------------------------------------------------------------------------------

    async def fork(self, arguments: Sequence[str], streams: Fds) -> tuple[int, asyncio.Future[Ended]]:
        """Have GHC's work with these arguments done in a process of its own. Raises NotThere."""
        inner = [os.dup(fd) for fd in streams]
        forking = asyncio.create_task(self._fork(arguments, inner))
        try:
            return await asyncio.shield(forking)
        except asyncio.CancelledError:
            forking.add_done_callback(_end_unwanted)
            raise

    async def _fork(self, arguments: Sequence[str], inner: list[int]) -> tuple[int, asyncio.Future[Ended]]:
        pid: int | None = None
        async with self._one_job:
            self._reaper.expect()
            try:
                pid = await self._answer(arguments, inner)
            except (OSError, TimeoutError, asyncio.IncompleteReadError):
                self.end()
                raise NotThere from None
            finally:
                for fd in inner:
                    os.close(fd)
                ended = self._reaper.found(pid)
        assert ended  # noqa: S101 - there is one for a process id
        return pid, ended

    async def _answer(self, arguments: Sequence[str], inner: list[int]) -> int:
        """The process id that the fork said. Raises OSError, TimeoutError or IncompleteReadError."""
        if not self._jobs or not self._answers:
            raise BrokenPipeError
        temporary(WORK)
        text = "\0".join(arguments).encode(errors="replace")
        socket.send_fds(self._jobs, [struct.pack("I", len(text))], inner)
        if self._jobs.send(text) != len(text):
            raise BrokenPipeError
        data = await asyncio.wait_for(self._answers.readexactly(_ANSWER.size), FORK_SECONDS)
        pid = int(_ANSWER.unpack(data)[0])
        if pid <= 1:
            raise BrokenPipeError
        return pid


def _end_unwanted(forking: asyncio.Task[tuple[int, asyncio.Future[Ended]]]) -> None:
    """The run was stopped while its compiler was being forked."""
    if not forking.cancelled() and not forking.exception():
        signal_group(forking.result()[0], signal.SIGKILL)
