"""Runs the program by forking it out of the warm GHCi."""

from collections.abc import Sequence

from sandbox.agent import cgroup
from sandbox.agent import diagnostics as messages
from sandbox.agent.layout import Layout, program_name
from sandbox.agent.loaded import Loaded
from sandbox.agent.loading import loaded_with
from sandbox.agent.program import Program
from sandbox.agent.run import Refusal, Run
from sandbox.agent.streams import Streams
from sandbox.agent.warm import Job, NotRunnable
from sandbox.messages import Diagnostic

TERMINAL = "xterm-256color"


class Interpret(Run):
    """`interpret`: the workspace as the warm GHCi has it."""

    async def prepare(self) -> Program:
        kills = cgroup.oom_kills()
        if self.loads:
            self.say_started("compile")
        await self.contents()
        entry = self.entry(self.tools.loader.layout())
        async with loaded_with(self.tools.loader, entry, self.limits.compile_seconds, kills) as loaded:
            self.check(loaded, entry, kills)
            return await self.fork(loaded, entry)

    @property
    def loads(self) -> bool:
        """GHC comes first, and may take its time; a program that is loaded already starts at once."""
        return not self.tools.loader.is_ready(self.start.entry)

    def entry(self, layout: Layout) -> str:
        return self.chosen_entry(layout)

    def check(self, loaded: Loaded, entry: str, kills: int) -> None:
        """Refuse exactly the errors in the entry's own transitive imports."""
        self.diagnostics = self.tools.loader.diagnostics(loaded.layout.closure(entry))
        if messages.errors(self.diagnostics):
            memory = cgroup.oom_kills() > kills  # a program that GHC started, such as a preprocessor
            raise Refusal("out_of_memory" if memory else "compile_failed", diagnostics=self.diagnostics)
        if loaded.failure:
            raise self.refused(entry, loaded.failure)

    async def fork(self, loaded: Loaded, entry: str) -> Program:
        """Start the loaded program. Raises Refusal, GhciDied or GhciStuck."""
        module = loaded.layout.sources[entry].module
        try:
            return await self.fork_action(f"{module}.main", program_name(entry), self.start.args)
        except NotRunnable as reason:
            raise Refusal("compile_failed", diagnostics=self._why(entry, module, str(reason))) from None

    async def fork_action(self, action: str, name: str, args: Sequence[str]) -> Program:
        streams = Streams.of(self.start.terminal)
        self.committed = True
        live = self.start.stdin is None and not streams.terminal  # somebody may be watching
        job = Job(name, args, TERMINAL if streams.terminal else None, by_line=live)
        try:
            pid, ended = await self.tools.loader.warm.fork(action, job, streams)
        except BaseException:
            streams.close()
            raise
        streams.handed_over()
        self.say_started("run")
        return Program(pid, ended, streams, "run")

    def _why(self, entry: str, module: str, said: str) -> list[Diagnostic]:
        """GHC's words on a `main` that cannot be run, told of the entry."""
        report = messages.parse(said, lambda path: [], entry)
        found = [each for each in report.flat if each.severity == messages.ERROR]
        for each in found:
            if each.code == "GHC-83865":
                return [messages.complaint(entry, f"main is not a program: {each.message}", each.code)]
        return [
            messages.complaint(
                entry,
                f"The IO action \u2018main\u2019 is not defined in module \u2018{module}\u2019",
                "GHC-67120",
            )
        ]
