"""Collects every process that ends under the agent, and tells whoever waits for it how."""

import asyncio
import ctypes
import os
import signal
from dataclasses import dataclass

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Ended:
    """How a process ended: exit code or signal, and what it used with the children it waited for."""

    code: int | None
    signal: int | None
    cpu_seconds: float
    peak_memory_bytes: int


class Reaper:
    """Makes the agent the parent of all orphans, so that forked programs are the agent's to collect."""

    def __init__(self) -> None:
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._waiting: dict[int, asyncio.Future[Ended]] = {}
        self._early: dict[int, Ended] = {}
        self._expecting = 0
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self._collect)

    def watch(self, pid: int) -> asyncio.Future[Ended]:
        """The end of a process that was just spawned."""
        self._early.pop(pid, None)
        return self._register(pid)

    def expect(self) -> None:
        """A process whose id is not known yet is about to become ours: keep who ends until `found`."""
        self._expecting += 1

    def found(self, pid: int | None) -> asyncio.Future[Ended] | None:
        """The expected process has this id; None: there is none after all."""
        ended = self._early.pop(pid, None) if pid is not None else None
        self._expecting -= 1
        if not self._expecting:
            self._early.clear()
        if pid is None:
            return None
        future = self._register(pid)
        if ended:
            self._settle(pid, ended)
        return future

    def _register(self, pid: int) -> asyncio.Future[Ended]:
        future: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self._waiting[pid] = future
        return future

    def _collect(self) -> None:
        while True:
            try:
                pid, status, used = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._settle(pid, _ended(status, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024))

    def _settle(self, pid: int, ended: Ended) -> None:
        future = self._waiting.pop(pid, None)
        if future and not future.done():
            future.set_result(ended)
        elif self._expecting:
            self._early[pid] = ended


def _ended(status: int, cpu_seconds: float, peak_memory_bytes: int) -> Ended:
    if os.WIFSIGNALED(status):
        return Ended(None, os.WTERMSIG(status), cpu_seconds, peak_memory_bytes)
    return Ended(os.WEXITSTATUS(status), None, cpu_seconds, peak_memory_bytes)
