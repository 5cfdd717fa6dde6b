"""One run: what all modes share. A mode says how to get from a `Start` to a running program."""

import asyncio
import errno
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass

import msgspec

from sandbox.agent import diagnostics as messages
from sandbox.agent.input import Input
from sandbox.agent.layout import Layout
from sandbox.agent.loader import Loader
from sandbox.agent.outbox import Outbox
from sandbox.agent.output import Budget
from sandbox.agent.program import Program
from sandbox.agent.reaper import Ended, Reaper
from sandbox.agent.resident import Resident
from sandbox.agent.verdict import Seen, Verdict, verdict
from sandbox.limits import INPUT_BYTES
from sandbox.messages import (
    REASON_CHARACTERS,
    Diagnostic,
    Finished,
    InputRefused,
    Outcome,
    Phase,
    Start,
    Started,
    Timings,
    Usage,
)

# The container is full, by what the user's programs left in it.
_EXHAUSTED = {errno.ENOSPC, errno.EDQUOT, errno.EAGAIN, errno.ENOMEM, errno.EMFILE}
NAMED = 3  # of many files, in a sentence


class Refusal(Exception):
    """The program cannot start: the run ends with these words and diagnostics."""

    def __init__(
        self, outcome: Outcome, reason: str | None = None, diagnostics: list[Diagnostic] | None = None
    ) -> None:
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
    end_strays: Callable[["Run"], None]  # what a run left behind
    resident: Resident


class Run(ABC):
    """From `Start` to exactly one `Finished`."""

    reads_files = False  # its program reads the workspace's files, at any time

    def __init__(self, start: Start, tools: Tools) -> None:
        self.start = start
        self.limits = start.limits.clamped()
        self.tools = tools
        self.input = Input(self._refuse_input, terminal=start.terminal is not None)
        self.program: Program | None = None
        self.compiler: int | None = None  # GHC's process, while one compiles for this run
        self.finished: Finished | None = None
        self.sessions: set[int] = set()
        self._peak_bytes = 0
        self.told_to_wait = False  # that it waits for input was told, and nothing was typed since
        self.phase: Phase = "compile"
        self.diagnostics: list[Diagnostic] = []
        self.usage = Usage()
        self._timings = Timings()
        self.stopping = False
        self.committed = False  # the program is about to be there: nothing is cancelled any more
        self._preparing: asyncio.Task[Program] | None = None
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

    async def conclude(self, ended: Ended, found: Verdict) -> None:
        """Tell what else there is of a program that ended."""
        return

    # --- what happens to it ---------------------------------------------------------------------------------

    def begin(self) -> asyncio.Task[None]:
        return asyncio.create_task(self._live())

    def stop(self) -> None:
        """The user's wish, or a newer run's: a run that compiles or waits ends at once."""
        if self.stopping:
            return
        self.stopping = True
        if self.program:
            self.program.stop()
        elif self._preparing and not self.committed:
            self._preparing.cancel()

    def resize(self, columns: int, rows: int) -> None:
        if self.program:
            self.program.resize(columns, rows)

    def typed(self, text: str | None, *, eof: bool) -> None:
        self.told_to_wait = False
        if text is not None:
            self.input.text(text)
        if eof:
            self.input.end()

    @property
    def roots(self) -> list[int]:
        """The processes that this run still needs, each with its descendants."""
        program = [self.program.pid] if self.program and not self.program.is_over else []
        return program + ([self.compiler] if self.compiler else [])

    def say_started(self, phase: Phase) -> None:
        self.phase = phase
        self.tools.outbox.say(self.start.run_id, Started(phase=phase))

    def _refuse_input(self) -> None:
        self.tools.outbox.say(self.start.run_id, InputRefused(limit_bytes=INPUT_BYTES))

    def note_sessions(self, sessions: Iterable[int]) -> None:
        """Processes of these sessions are this run's, even when their parent is gone."""
        self.sessions.update(sessions)

    def note_memory(self, memory_bytes: int) -> None:
        self._peak_bytes = max(self._peak_bytes, memory_bytes)

    # --- its life -------------------------------------------------------------------------------------------

    async def _live(self) -> None:
        try:
            finished = await self.outcome()
        except Refusal as refusal:
            finished = Finished(
                outcome=refusal.outcome,
                phase=self.phase,
                diagnostics=refusal.diagnostics,
                reason=refusal.reason,
            )
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) and task.cancelling():
                raise  # the agent itself ends, and the relay says so
            finished = Finished(outcome="stopped", phase=self.phase)
        except Exception as fault:
            finished = _broken(fault, self.phase)
        self.input.close()
        if not self.program:
            self.tools.end_strays(self)  # of a compile that led to no program
        self.finished = msgspec.structs.replace(
            finished, reason=_shortened(finished.reason), timings=self._timings, usage=self.usage
        )

    async def outcome(self) -> Finished:
        """From the beginning to the end, but for what it used. Raises Refusal."""
        if self.stopping:
            raise Refusal("stopped")
        began = time.monotonic()
        self._preparing = asyncio.create_task(self.prepare())
        try:
            self.program = await self._preparing
            self.sessions.add(self.program.pid)
        finally:
            self._timings = Timings(compile_seconds=time.monotonic() - began)
        began = time.monotonic()
        try:
            ended, seen = await self._carry(self.program)
        finally:
            self._timings = Timings(
                compile_seconds=self._timings.compile_seconds, run_seconds=time.monotonic() - began
            )
        self.account(ended)
        found = verdict(seen)
        await self.conclude(ended, found)
        return Finished(
            outcome=found.outcome,
            phase="run",
            exit_code=found.exit_code,
            signal=found.signal,
            diagnostics=self.diagnostics,
        )

    async def _carry(self, program: Program) -> tuple[Ended, Seen]:
        if self.stopping:
            program.stop()
        budget = Budget(self.limits.output_bytes, lambda: program.end("output_limit"))
        self.input.connect(program.streams.input)
        pumps = program.carry(self.start.run_id, self.tools.outbox, budget)
        program.give(self.run_seconds)
        reads = self.tools.loader.bystanders.joined_by(program.pid) if self.reads_files else nullcontext()
        with reads:
            ended, seen = await program.wait()
        self.tools.end_strays(self)
        for pump in pumps:
            await pump.finish()
        if budget.spent and seen.ended_by is None:
            seen = Seen(seen.phase, seen.exit_code, seen.signal, "output_limit", seen.oom_kills)
        return ended, seen

    def account(self, ended: Ended) -> None:
        self.usage = Usage(
            cpu_seconds=self.usage.cpu_seconds + ended.cpu_seconds,
            peak_memory_bytes=max(self.usage.peak_memory_bytes, ended.peak_memory_bytes, self._peak_bytes),
        )

    # --- what modes need ------------------------------------------------------------------------------------

    async def contents(self) -> None:
        """Wait until every file's contents are here. Raises Refusal."""
        try:
            await asyncio.wait_for(self.tools.loader.contents_complete(), self.limits.compile_seconds)
        except TimeoutError:
            raise Refusal("internal_error", "The workspace's files did not arrive.") from None
        if lost := self.tools.loader.lost():
            raise Refusal("internal_error", f"The contents of {lost[0]} are gone: save the file again.")

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
            sentence = f"Several files define main: {_listed(mains)}. Say which one to run."
            raise self.refused(mains[0], sentence)
        first = next(iter(layout.sources), "Main.hs")
        raise self.refused(
            first, 'No file of the workspace defines main. Write one, such as: main = putStrLn "Hello"'
        )

    def refused(self, path: str, sentence: str) -> Refusal:
        return Refusal("compile_failed", sentence, [messages.complaint(path, sentence)])


def _listed(paths: list[str]) -> str:
    """The first few, and how many more there are."""
    named, more = ", ".join(paths[:NAMED]), len(paths) - NAMED
    return f"{named} and {more} more" if more > 0 else named


def _shortened(reason: str | None) -> str | None:
    """GHC's own words may be longer than a reason can be."""
    if reason is None or len(reason) <= REASON_CHARACTERS:
        return reason
    return reason[: REASON_CHARACTERS - 1] + "…"


def _broken(fault: Exception, phase: Phase) -> Finished:
    """A full container is the user's affair, everything else is our fault."""
    if phase == "compile" and isinstance(fault, OSError) and fault.errno in _EXHAUSTED:
        reason = f"The program could not be built: {fault.strerror}. Restart the session if this stays."
        return Finished(outcome="compile_failed", phase=phase, reason=reason)
    return Finished(outcome="internal_error", phase=phase, reason=f"{type(fault).__name__}: {fault}")
