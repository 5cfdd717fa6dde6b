"""GHCi on the workspace's modules, for the user to type to."""

from sandbox.agent.interpret import TERMINAL
from sandbox.agent.places import WORK
from sandbox.agent.program import Program
from sandbox.agent.run import Run
from sandbox.agent.spawn import environment, spawn
from sandbox.agent.streams import Streams
from sandbox.agent.warm import INTERACTIVE, plain


class Repl(Run):
    """`repl`: a GHCi of its own; it ends by idleness, not by the wall clock."""

    @property
    def run_seconds(self) -> float:
        return self.limits.idle_seconds

    def typed(self, text: str | None, *, eof: bool) -> None:
        super().typed(text, eof=eof)
        if self.program:
            self.program.give(self.limits.idle_seconds)

    async def prepare(self) -> Program:
        await self.contents()
        self.tools.loader.place()
        layout = self.tools.loader.layout()
        entry = self.start.entry or layout.default_entry()
        targets = sorted(
            layout.targets(entry), key=lambda path: path != entry
        )  # the first one's names are in scope
        streams = Streams.of(self.start.terminal)
        env = environment(WORK, {"TERM": TERMINAL} if streams.terminal else None)
        options = layout.options
        argv = [
            *INTERACTIVE,
            *options.ghc,
            "-Wwarn",
            "-i" + ":".join(options.roots),
            *map(plain, targets),
        ]
        try:
            pid = spawn(argv, streams.inner, env)
        except OSError:
            streams.close()
            raise
        ended = self.tools.reaper.watch(pid)
        streams.handed_over()
        self.say_started("run")
        return Program(pid, ended, streams, "run")
