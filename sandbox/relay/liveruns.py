"""The runs that a relay watches: their clocks, and what an agent may claim about them."""

import threading
import time
from collections.abc import Iterable

import msgspec

from sandbox.limits import ContainerLimits
from sandbox.messages import Finished, Timings, Usage

_SLACK_SECONDS = 1.0  # between our clock and the agent's


class LiveRun:
    """One run that has not finished: when it was asked for and when an agent was given it (Unix time)."""

    def __init__(
        self, run_id: str, entry: str, taken: float, allowance_seconds: float, *, idles: bool, n: int = 0
    ) -> None:
        self.id = run_id
        self.entry = entry  # of its start in the inbox
        self.n = n  # the last numbered frame that is in Redis
        self.idles = idles
        self._asked = int(entry.partition("-")[0]) / 1000
        self._taken = taken
        self._allowance_seconds = allowance_seconds
        self._since = time.time() if idles else taken

    @property
    def deadline(self) -> float:
        """When the agent should have ended it long ago."""
        return self._since + self._allowance_seconds

    def moved(self) -> None:
        """It showed a sign of life: a REPL's clock starts again."""
        if self.idles:
            self._since = time.time()

    def bounded(self, finished: Finished, limits: ContainerLimits) -> Finished:
        """The agent's account, with nothing in it that can't be, and the time that the run waited."""
        wall = max(0.0, time.time() - self._taken) + _SLACK_SECONDS
        timings, usage = finished.timings, finished.usage
        return msgspec.structs.replace(
            finished,
            timings=Timings(
                queued_seconds=round(max(0.0, self._taken - self._asked), 4),
                compile_seconds=min(timings.compile_seconds, wall),
                run_seconds=min(timings.run_seconds, wall),
            ),
            usage=Usage(
                cpu_seconds=min(usage.cpu_seconds, wall * limits.cpus),
                peak_memory_bytes=min(usage.peak_memory_bytes, limits.memory_bytes),
            ),
        )


class LiveRuns:
    """Both threads of a relay use it."""

    def __init__(self) -> None:
        self._runs: dict[str, LiveRun] = {}
        self._lock = threading.Lock()

    def add(self, run: LiveRun) -> None:
        with self._lock:
            self._runs.setdefault(run.id, run)

    def get(self, run_id: str) -> LiveRun | None:
        with self._lock:
            return self._runs.get(run_id)

    def drop(self, run_ids: Iterable[str]) -> None:
        with self._lock:
            for run_id in run_ids:
                self._runs.pop(run_id, None)

    def overdue(self) -> list[LiveRun]:
        """Those that their agent should have ended."""
        now = time.time()
        with self._lock:
            return [run for run in self._runs.values() if run.deadline < now]

    def started_by(self, entry: str) -> LiveRun | None:
        """The run whose start was this inbox entry."""
        with self._lock:
            return next((run for run in self._runs.values() if run.entry == entry), None)

    def idling(self) -> list[LiveRun]:
        """Those whose clock starts again with each sign of life."""
        with self._lock:
            return [run for run in self._runs.values() if run.idles]

    def __bool__(self) -> bool:
        return bool(self._runs)
