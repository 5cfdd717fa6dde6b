"""One run: what all modes share. A mode says how to get from a `Start` to a running program."""

import asyncio
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass

from sandbox.agent import diagnostics as messages
from sandbox.agent.layout import Layout
from sandbox.agent.loader import Loader
from sandbox.agent.outbox import Outbox
from sandbox.agent.output import Budget
from sandbox.agent.program import Input, Program
from sandbox.agent.reaper import Ended, Reaper
from sandbox.agent.verdict import Seen, verdict
from sandbox.messages import Diagnostic, Finished, Outcome, Phase, Start, Started, Timings, Usage


class Refusal(Exception):
    """The program cannot start: the run ends with these words and diagnostics."""

    def __init__(self, outcome: Outcome, reason: str | None = None, diagnostics: list[Diagnostic] | None = None) -> None:
        super().__init__(reason)
        self.outcome: Outcome = outcome
        self.reason = reason
        self.diagnostics = diagnostics or []


@dataclass
class Tools:
    """What a run works with."""

    loader: Loader
    outbox: Outbox
    reaper: Reaper


class Run(ABC):
    """From `Start` to exactly one `Finished`."""

    def __init__(self, start: Start, tools: Tools) -> None:
        self.start = start
        self.limits = start.limits.clamped()
        self.tools = tools
        self.input = Input()
        self.program: Program | None = None
        self.phase: Phase = "compile"
        self.diagnostics: list[Diagnostic] = []
        self.usage = Usage()
        self._timings = Timings()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        if start.stdin is not None:
            self.input.text(start.stdin)
            self.input.end()

    # --- what a mode says -----------------------------------------------------------------------------------

    @abstractmethod
    async def prepare(self) -> Program:
        """Compile or load, and start the program. Raises Refusal."""

    @property
    def run_seconds(self) -> float:
        return self.limits.run_seconds

    # --- what happens to it ---------------------------------------------------------------------------------

    def begin(self) -> asyncio.Task[None]:
        self._task = asyncio.create_task(self._live())
        return self._task

    def stop(self) -> None:
        """The user's wish, or a newer run's: a run that compiles or waits ends at once."""
        if self._stopping:
            return
        self._stopping = True
        if self.program:
            self.program.stop()
        elif self._task:
            self._task.cancel()

    def resize(self, columns: int, rows: int) -> None:
        if self.program:
            self.program.resize(columns, rows)

    def say_started(self, phase: Phase) -> None:
        self.phase = phase
        self.tools.outbox.say(self.start.run_id, Started(phase=phase))

    # --- its life -------------------------------------------------------------------------------------------

    async def _live(self) -> None:
        try:
            finished = await self._outcome()
        except Refusal as refusal:
            finished = Finished(
                outcome=refusal.outcome, phase=self.phase, diagnostics=refusal.diagnostics, reason=refusal.reason
            )
        except asyncio.CancelledError:
            finished = Finished(outcome="stopped", phase=self.phase)
        except Exception as fault:  # noqa: BLE001 - a fault of ours ends the run as one, and the session goes on
            finished = Finished(outcome="internal_error", phase=self.phase, reason=f"{type(fault).__name__}: {fault}"[:2000])
        self.input.close()
        self.finished = replace_timings(finished, self._timings, self.usage)

    async def _outcome(self) -> Finished:
        began = time.monotonic()
        try:
            self.program = await self.prepare()
        finally:
            self._timings = Timings(compile_seconds=time.monotonic() - began)
        began = time.monotonic()
        try:
            ended, seen = await self._carry(self.program)
        finally:
            self._timings = Timings(
                compile_seconds=self._timings.compile_seconds, run_seconds=time.monotonic() - began
            )
        self._account(ended)
        found = verdict(seen)
        return Finished(
            outcome=found.outcome, phase="run", exit_code=found.exit_code, signal=found.signal, diagnostics=self.diagnostics
        )

    async def _carry(self, program: Program) -> tuple[Ended, Seen]:
        if self._stopping:
            program.stop()
        budget = Budget(self.limits.output_bytes, lambda: program.end("output_limit"))
        self.input.connect(program.streams.input, terminal=program.streams.terminal)
        pumps = program.carry(self.start.run_id, self.tools.outbox, budget)
        ended, seen = await program.wait(self.run_seconds)
        self.program_ended()
        for pump in pumps:
            await pump.finish()
        if budget.spent and seen.ended_by is None:
            seen = Seen(seen.phase, seen.exit_code, seen.signal, "output_limit", seen.oom_kills)
        return ended, seen

    def program_ended(self) -> None:
        """End what the program left behind; set by who knows the other runs."""

    def _account(self, ended: Ended) -> None:
        self.usage = Usage(
            cpu_seconds=self.usage.cpu_seconds + ended.cpu_seconds,
            peak_memory_bytes=max(self.usage.peak_memory_bytes, ended.peak_memory_bytes),
        )

    # --- what modes need ------------------------------------------------------------------------------------

    def chosen_entry(self, layout: Layout) -> str:
        """The program's file. Raises Refusal with what to change."""
        asked = self.start.entry
        if asked is not None:
            if asked not in layout.sources:
                raise self.refused(asked, f"There is no Haskell file {asked} in the workspace.")
            return asked
        if entry := layout.default_entry():
            return entry
        mains = layout.mains()
        if mains:
            raise self.refused(mains[0], f"Several files define main: {', '.join(mains)}. Say which one to run.")
        first = next(iter(layout.sources), "Main.hs")
        raise self.refused(first, "No file of the workspace defines main. Write one, such as: main = putStrLn \"Hello\"")

    def refused(self, path: str, sentence: str) -> Refusal:
        return Refusal("compile_failed", sentence, [messages.complaint(path, sentence)])


def replace_timings(finished: Finished, timings: Timings, usage: Usage) -> Finished:
    """The same with what the run took."""
    return Finished(
        outcome=finished.outcome,
        phase=finished.phase,
        exit_code=finished.exit_code,
        signal=finished.signal,
        diagnostics=finished.diagnostics,
        timings=timings,
        usage=usage,
        reason=finished.reason,
    )


