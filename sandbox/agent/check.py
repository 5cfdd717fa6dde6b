"""Checks the whole workspace and runs nothing."""

import asyncio

from sandbox.agent import cgroup
from sandbox.agent import diagnostics as messages
from sandbox.agent.ghci import GhciDied, GhciStuck
from sandbox.agent.loaded import Loaded
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
        try:
            async with (
                asyncio.timeout(self.limits.compile_seconds),
                self.tools.loader.current(entry, self.limits.compile_seconds) as loaded,
            ):
                return self._told(loaded, kills)
        except TimeoutError:
            self.tools.loader.give_up()
            raise Refusal("timed_out") from None
        except (GhciDied, GhciStuck):
            memory = cgroup.oom_kills() > kills
            raise Refusal("out_of_memory" if memory else "internal_error", "GHC ended.") from None

    def _told(self, loaded: Loaded, kills: int) -> Finished:
        if loaded.died and cgroup.oom_kills() > kills:
            raise Refusal("out_of_memory")
        if loaded.timed_out:
            raise Refusal("timed_out")
        found = self.tools.loader.diagnostics(set(loaded.layout.sources))
        if messages.errors(found) or loaded.failure:
            raise Refusal("compile_failed", loaded.failure, found)
        return Finished(outcome="exited", phase="compile", exit_code=0, diagnostics=found)
