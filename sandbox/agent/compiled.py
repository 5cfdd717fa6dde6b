"""Makes a native executable, compiling only what changed, and runs it."""

import os
import signal

from sandbox.agent import cgroup
from sandbox.agent import diagnostics as messages
from sandbox.agent.compiler import Said, arguments, executable, own_words
from sandbox.agent.interpret import TERMINAL
from sandbox.agent.layout import Layout
from sandbox.agent.loader import lines_of
from sandbox.agent.places import WORK
from sandbox.agent.program import Clock, Program
from sandbox.agent.run import Refusal, Run
from sandbox.agent.spawn import environment, signal_group, spawn, volunteer_for_oom
from sandbox.agent.streams import Streams
from sandbox.agent.verdict import Seen, verdict
from sandbox.messages import Outcome


class Compiled(Run):
    """`compile`: `ghc --make` at the asked optimisation, objects kept between runs."""

    async def prepare(self) -> Program:
        self.say_started("compile")
        await self.contents()
        layout = self.tools.loader.layout()
        entry = self.chosen_entry(layout)
        await self._compile(layout, entry)
        return self._run(str(executable(WORK, entry, self.start.optimization)))

    async def _compile(self, layout: Layout, entry: str) -> None:
        """Raises Refusal unless there is an executable afterwards."""
        lines = lines_of(self.tools.loader.place())
        module = layout.sources[entry].module
        argv = arguments(WORK, layout.options, entry, module, self.start.optimization)
        said, seen = await self._ghc(argv)
        report = messages.parse(said, lines, entry, layout.sources)
        self.diagnostics = report.flat
        found = verdict(seen)
        if found.outcome in ("timed_out", "out_of_memory"):
            raise Refusal(found.outcome, diagnostics=report.flat)
        if seen.exit_code != 0:
            faults = messages.errors(report.flat)
            words = own_words(report.rest) or f"GHC ended with {found.signal or seen.exit_code}."
            raise Refusal(
                "compile_failed",
                None if faults else words[:2000],
                report.flat if faults else messages.bounded([*report.flat, messages.complaint(entry, words)]),
            )

    async def _ghc(self, argv: list[str]) -> tuple[str, Seen]:
        """Run GHC to its end, however it comes."""
        kills = cgroup.oom_kills()
        said = Said()
        nothing = os.open(os.devnull, os.O_RDONLY)
        try:
            pid = spawn(argv, (nothing, said.inner, said.inner), environment(WORK))
        finally:
            os.close(nothing)
            os.close(said.inner)
        self.compiler = pid
        ended = self.tools.reaper.watch(pid)
        volunteer_for_oom(pid)
        clock = Clock(pid, self.limits.compile_seconds)
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

    def _run(self, path: str) -> Program:
        streams = Streams.of(self.start.terminal)
        env = environment(WORK, {"TERM": TERMINAL} if streams.terminal else None)
        try:
            pid = spawn([path, *self.start.args], streams.inner, env)
        except OSError:
            streams.close()
            raise
        ended = self.tools.reaper.watch(pid)
        streams.handed_over()
        self.say_started("run")
        return Program(pid, ended, streams, "run")
