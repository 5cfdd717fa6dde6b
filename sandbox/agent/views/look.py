"""A run that looks at what GHC makes of one module, on a toolchain that is not the workspace's own."""

import asyncio

from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.program import Program
from sandbox.agent.run import Refusal, Run
from sandbox.agent.views.dumps import dumped
from sandbox.limits import REPORT_BYTES
from sandbox.messages import Dumped, Finished, Measured, encode


class Look(Run):
    """`check` with a `dump`: nothing runs, and what there is to see is the run's report."""

    async def prepare(self) -> Program:
        raise NotImplementedError

    async def outcome(self) -> Finished:
        self.say_started("compile")
        await self.contents()
        report = Measured(report=await self._dumped())
        if len(encode(report)) > REPORT_BYTES:
            raise Refusal("compile_failed", "What GHC makes of this module is too long to be shown.")
        self.tools.outbox.say(self.start.run_id, report)
        return Finished(outcome="exited", phase="compile", exit_code=0)

    async def _dumped(self) -> Dumped:
        assert self.start.dump  # noqa: S101 - it is what the run is for
        try:
            async with asyncio.timeout(self.limits.compile_seconds):
                return await dumped(self.start.dump, self.tools.loader, self.tools.reaper)
        except Unanswerable as reason:
            raise Refusal("compile_failed", str(reason)) from None
        except TimeoutError:
            raise Refusal("timed_out") from None
