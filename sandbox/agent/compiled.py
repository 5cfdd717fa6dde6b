"""Makes a native executable, compiling only what changed, and runs it."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable

from sandbox.agent import cgroup
from sandbox.agent import diagnostics as messages
from sandbox.agent.compiler import Said, Way, arguments, command, own_words
from sandbox.agent.interpret import TERMINAL
from sandbox.agent.layout import USUAL_LEVEL, Layout
from sandbox.agent.places import WORK
from sandbox.agent.program import Clock, Program
from sandbox.agent.reaper import Ended
from sandbox.agent.resident import Fds, NotThere
from sandbox.agent.run import Refusal, Run
from sandbox.agent.said import lines_of
from sandbox.agent.spawn import environment, signal_group, spawn, volunteer_for_oom
from sandbox.agent.streams import Streams
from sandbox.agent.verdict import Seen, verdict
from sandbox.messages import Outcome

PATIENCE_SECONDS = 10.0  # a program that runs for longer waits for somebody: it can spare some CPU
Begin = Callable[[Fds], Awaitable[tuple[int, asyncio.Future[Ended]]]]


class Compiled(Run):
    """`compile`: `ghc --make` at the asked optimisation, objects kept between runs."""

    level = USUAL_LEVEL  # of optimisation: as the run says, else as the package does

    async def prepare(self) -> Program:
        self.say_started("compile")
        await self.contents()
        layout = self.tools.loader.layout()
        self.layout = layout
        self.path = await self.built(layout, self.entry(layout))
        return self._run()

    def entry(self, layout: Layout) -> str:
        return self.chosen_entry(layout)

    @property
    def way(self) -> Way:
        return Way.usual(self.level)

    @property
    def surroundings(self) -> dict[str, str]:
        """What the program's environment has besides the usual."""
        return {}

    async def built(self, layout: Layout, entry: str) -> str:
        """The path of the executable. Raises Refusal."""
        said = self.start.optimization
        self.level = layout.options.level(entry) if said is None else said
        try:
            await self._compile(layout, entry)
        except Refusal:
            self._expect_more()
            raise
        return str(self.way.executable(WORK, entry))

    async def _compile(self, layout: Layout, entry: str) -> None:
        """Raises Refusal unless there is an executable afterwards."""
        module = layout.sources[entry].module
        async with self.tools.loader.compiling() as contents:
            lines = self.lines = lines_of(contents)
            said, seen = await self._make(arguments(WORK, layout.options, entry, module, self.way))
        report = _told([messages.parse(text, lines, entry, layout.sources) for text in said])
        self.diagnostics = report.flat
        found = verdict(seen)
        if found.outcome in ("timed_out", "out_of_memory"):
            raise Refusal(found.outcome, diagnostics=report.flat)
        if seen.exit_code != 0:
            faults = messages.errors(report.flat)
            words = own_words(report.rest) or f"GHC ended with {found.signal or seen.exit_code}."
            raise Refusal(
                "compile_failed",
                None if faults else words,
                report.flat if faults else messages.bounded([*report.flat, messages.complaint(entry, words)]),
            )

    async def _make(self, ghc: list[str]) -> tuple[list[str], Seen]:
        """By the resident compiler where there is one; what it does not make is plain GHC's to tell of.

        Returns what each of them said.
        """
        resident, before = self.tools.resident, []
        until = asyncio.get_running_loop().time() + self.limits.compile_seconds
        if self.way.is_usual and resident.is_ready(optimized=self._optimized):
            with contextlib.suppress(NotThere):
                said, seen = await self._watch(lambda streams: resident.fork(ghc, streams), until)
                if seen.exit_code == 0 or seen.ended_by:
                    return [said], seen
                before = [said]
                if seen.oom_kills:
                    resident.end()  # its own memory may be what was missing
        resident.pause()
        try:
            said, seen = await self._watch(lambda streams: self._plain(ghc, streams), until)
            return [*before, said], seen
        finally:
            resident.resume()

    async def _plain(self, ghc: list[str], streams: Fds) -> tuple[int, asyncio.Future[Ended]]:
        pid = spawn(command(ghc), streams, environment(WORK))
        volunteer_for_oom(pid)
        return pid, self.tools.reaper.watch(pid)

    async def _watch(self, begin: Begin, until: float) -> tuple[str, Seen]:
        """Run a compiler to its end, however it comes. Raises what `begin` raises."""
        kills = cgroup.oom_kills()
        said = Said()
        nothing = os.open(os.devnull, os.O_RDONLY)
        try:
            pid, ended = await begin((nothing, said.inner, said.inner))
        except BaseException:
            said.finish()
            raise
        finally:
            os.close(nothing)
            os.close(said.inner)
        self.compiler = pid
        clock = Clock(pid, until - asyncio.get_running_loop().time())
        try:
            how = await ended
        finally:
            clock.cancel()
            signal_group(pid, signal.SIGKILL)  # when the run was stopped; else whom GHC left behind
            self.compiler = None
            text = said.finish()
        self.account(how)
        reason: Outcome | None = "timed_out" if clock.struck else None
        return text, Seen("compile", how.code, how.signal, reason, cgroup.oom_kills() - kills)

    @property
    def _optimized(self) -> bool:
        return self.level > 0

    def _expect_more(self, after: float = 0.0) -> None:
        """Whoever compiled once will do so again: the next time GHC is there already."""
        if self.way.is_usual:
            self.tools.resident.want(optimized=self._optimized, after=after)

    def _run(self) -> Program:
        streams = Streams.of(self.start.terminal)
        terminal = {"TERM": TERMINAL} if streams.terminal else {}
        env = environment(WORK, terminal | self.surroundings)
        try:
            pid = spawn([self.path, *self.start.args], streams.inner, env)
        except OSError:
            streams.close()
            raise
        ended = self.tools.reaper.watch(pid)
        self._expect_more(after=PATIENCE_SECONDS)
        ended.add_done_callback(lambda _: self._expect_more())
        streams.handed_over()
        self.say_started("run")
        return Program(pid, ended, streams, "run")


def _told(reports: list[messages.Report]) -> messages.Report:
    """The last compiler's words, and the earlier one's warnings of modules that the last found compiled."""
    *before, told = reports
    for report in before:
        for path in report.found.keys() - told.compiled:
            warnings = [each for each in report.found[path] if each.severity != messages.ERROR]
            told.found[path] = [*warnings, *told.found.get(path, [])]
    return told
