"""Runs a native program again and again, and tells how long each run took."""

import os
import time
from pathlib import Path

from sandbox.agent import written
from sandbox.agent.compiled import Compiled
from sandbox.agent.places import WORK
from sandbox.agent.program import Program
from sandbox.agent.reaper import Ended
from sandbox.agent.spawn import environment, spawn
from sandbox.agent.streams import Streams
from sandbox.agent.verdict import Verdict, verdict
from sandbox.messages import Benchmark, Measured

INPUT = "input"


class Repeated(Compiled):
    """`benchmark`: the first run shows its output and is not counted; the others print into nothing."""

    async def prepare(self) -> Program:
        program = await super().prepare()
        self._until = time.monotonic() + self.run_seconds
        return program

    async def conclude(self, ended: Ended, found: Verdict) -> None:
        self.tools.outbox.say(self.start.run_id, await self._told(found))

    async def _told(self, found: Verdict) -> Measured:
        if found != Verdict("exited", 0):
            return Measured(failure="Only a program that ends with 0 is run again.")
        written.place(INPUT).write_text(self.start.stdin or "")
        wall: list[float] = []
        cpu: list[float] = []
        shortfall = None
        for number in range(1, self.start.repeats + 1):
            seconds, ended, found = await self._again(written.place(INPUT))
            self.account(ended)
            if found != Verdict("exited", 0):
                shortfall = _why(found, number, self.start.repeats)
                break
            wall.append(seconds)
            cpu.append(ended.cpu_seconds)
        return Measured(report=Benchmark(wall_seconds=wall, cpu_seconds=cpu, shortfall=shortfall))

    async def _again(self, given: Path) -> tuple[float, Ended, Verdict]:
        """One more run, within what is left of the time."""
        stdin = os.open(given, os.O_RDONLY)
        nothing = os.open(os.devnull, os.O_WRONLY)
        try:
            began = time.monotonic()
            pid = spawn([self.path, *self.start.args], (stdin, nothing, nothing), environment(WORK))
        finally:
            os.close(stdin)
            os.close(nothing)
        program = Program(pid, self.tools.reaper.watch(pid), Streams.none(), "run")
        self.program = program
        self.sessions.add(pid)
        if self.stopping:
            program.stop()
        program.give(max(0.0, self._until - time.monotonic()))
        ended, seen = await program.wait()
        seconds = time.monotonic() - began
        self.tools.end_strays(self)
        return seconds, ended, verdict(seen)


def _why(found: Verdict, number: int, repeats: int) -> str:
    if found.outcome == "timed_out":
        return f"{number - 1} of {repeats} runs fitted into the time that a run may take."
    if found.outcome == "stopped":
        return f"It was stopped after {number - 1} of {repeats} runs."
    how = f"exit code {found.exit_code}" if found.exit_code is not None else found.signal or found.outcome
    return f"Run {number} ended with {how}."
