"""One started program of a run: its output, its clock, its end."""

import asyncio
import contextlib
import signal

from sandbox.agent import cgroup
from sandbox.agent.outbox import Outbox
from sandbox.agent.output import Budget, Pump
from sandbox.agent.reaper import Ended
from sandbox.agent.spawn import give_way, signal_group, volunteer_for_oom
from sandbox.agent.streams import Streams, resize
from sandbox.agent.verdict import Seen
from sandbox.limits import STOP_GRACE_SECONDS
from sandbox.messages import Outcome, Phase


class Clock:
    """Kills a process's group after some seconds."""

    def __init__(self, pid: int, seconds: float) -> None:
        self.struck = False
        self._pid = pid
        self._handle = asyncio.get_running_loop().call_later(seconds, self._strike)

    def cancel(self) -> None:
        self._handle.cancel()

    def _strike(self) -> None:
        self.struck = True
        signal_group(self._pid, signal.SIGKILL)


class Program:
    """A process of a run, from its start to its end."""

    def __init__(self, pid: int, ended: asyncio.Future[Ended], streams: Streams, phase: Phase) -> None:
        self.pid = pid
        self.streams = streams
        self._ended = ended
        self._phase: Phase = phase
        self._kills = cgroup.oom_kills()
        self.ended_by: Outcome | None = None
        self._killer: asyncio.TimerHandle | None = None
        self._clock: asyncio.TimerHandle | None = None
        volunteer_for_oom(pid)
        give_way(pid)

    def carry(self, run_id: str, outbox: Outbox, budget: Budget) -> list[Pump]:
        """Start carrying its output."""
        pumps = [Pump(fd, stream, run_id, outbox, budget) for fd, stream in self.streams.outputs.items()]
        for pump in pumps:
            pump.start()
        return pumps

    def stop(self) -> None:
        """SIGINT, and SIGKILL after a grace time."""
        self.end("stopped", signal.SIGINT)
        loop = asyncio.get_running_loop()
        self._killer = loop.call_later(STOP_GRACE_SECONDS, signal_group, self.pid, signal.SIGKILL)

    def end(self, reason: Outcome, number: int = signal.SIGKILL) -> None:
        """End it because of a limit or a wish; the first reason counts."""
        if not self._ended.done():
            self.ended_by = self.ended_by or reason
            signal_group(self.pid, number)

    @property
    def is_over(self) -> bool:
        return self._ended.done()

    def resize(self, columns: int, rows: int) -> None:
        if self.streams.terminal:
            with contextlib.suppress(OSError):
                resize(next(iter(self.streams.outputs)), columns, rows)

    def give(self, seconds: float) -> None:
        """From now on it has this long; said again, the clock starts anew."""
        if self._clock:
            self._clock.cancel()
        self._clock = asyncio.get_running_loop().call_later(seconds, self.end, "timed_out")

    async def wait(self) -> tuple[Ended, Seen]:
        """How it ended."""
        try:
            ended = await self._ended
        finally:
            if self._clock:
                self._clock.cancel()
            if self._killer:
                self._killer.cancel()
        seen = Seen(self._phase, ended.code, ended.signal, self.ended_by, cgroup.oom_kills() - self._kills)
        return ended, seen
