"""Checks the whole workspace and runs nothing."""

from sandbox.agent import cgroup
from sandbox.agent import diagnostics as messages
from sandbox.agent.loading import loaded_with
from sandbox.agent.program import Program
from sandbox.agent.run import Refusal, Run
from sandbox.messages import Finished


class Check(Run):
    """`check`: what GHC says of every module; it ends as a program would that exits with 0, or is refused."""

    async def prepare(self) -> Program:
        raise NotImplementedError

    async def outcome(self) -> Finished:
        self.say_started("compile")
        await self.contents()
        kills = cgroup.oom_kills()
        layout = self.tools.loader.layout()
        entry = self.start.entry or layout.default_entry()
        async with loaded_with(self.tools.loader, entry, self.limits.compile_seconds, kills) as loaded:
            found = self.tools.loader.diagnostics(set(loaded.layout.sources))
            if messages.errors(found) or loaded.failure:
                raise Refusal("compile_failed", loaded.failure, found)
            return Finished(outcome="exited", phase="compile", exit_code=0, diagnostics=found)
