"""`haskell/matrix`: the workspace on every toolchain that the plan has, a run for each."""

from ide.aside import chosen_toolchains, start_aside
from ide.exceptions import Invalid, Refused
from ide.models import Toolchain
from ide.protocol import Matrix, MatrixRow, MatrixStart, RunStart
from ide.socket.running import Running
from ide.socket.window import Handlers, Window
from sandbox.exceptions import PoolFull, SessionLost


class MatrixRuns:
    """One window's. Its runs are stopped and followed like all others."""

    def __init__(self, window: Window, running: Running) -> None:
        self._window, self._running = window, running
        self.handlers: Handlers = {"haskell/matrix": self._start}

    async def _start(self, params: MatrixStart) -> Matrix:
        await self._running.save()
        toolchains = await chosen_toolchains(self._window.workspace, params.toolchains)
        if not toolchains:
            raise Invalid("Your plan has none of these toolchains.", "toolchains")
        return Matrix(rows=[await self._row(params, each) for each in toolchains])

    async def _row(self, params: MatrixStart, toolchain: Toolchain) -> MatrixRow:
        """A quota refuses one row, or a machine loses it, and the others go on."""
        wanted = RunStart(
            request_id=params.request_id,
            mode=params.mode,
            entry=params.entry,
            optimization=params.optimization,
            args=params.args,
            stdin=params.stdin,
        )
        try:
            run = await start_aside(self._window.workspace, wanted, toolchain)
        except Refused as refused:
            return MatrixRow(toolchain.name, toolchain.ghc, refusal=refused.sentence, limit=refused.limit)
        except PoolFull as full:
            return MatrixRow(toolchain.name, toolchain.ghc, refusal=str(full), limit="pool")
        except SessionLost as lost:
            return MatrixRow(toolchain.name, toolchain.ghc, refusal=str(lost))
        self._running.follow(run)
        return MatrixRow(toolchain.name, toolchain.ghc, run_id=run.run_id)
