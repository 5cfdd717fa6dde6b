"""`haskell/dump`: what GHC makes of a module, in the workspace's session or on another toolchain.

the workspace's own ── a question to its session
another one ────────── a run aside, of the saved files ── what it tells ── the answer
"""

import asyncio
import uuid

from ide.aside import chosen_toolchains, start_aside
from ide.database import in_database
from ide.door import door
from ide.editor.asking import Asker
from ide.editor.documents import Documents
from ide.editor.uris import file_of
from ide.exceptions import Invalid
from ide.models import Run, Toolchain
from ide.protocol import DumpOf, ErrorCode, ModuleView, RunStart
from ide.socket.jsonrpc import Refusal
from ide.socket.window import Handlers, Later, Window
from ide.unnamed import give_up, turn_away
from sandbox.exceptions import UnknownRun
from sandbox.limits import ASIDE_SECONDS
from sandbox.messages import Dump, Dumped, Finished, Measured, RunEvent, Started

NOBODY_WAITS = Finished("stopped", reason="Nobody waits for it any more.")


class Views:
    """One window's."""

    def __init__(self, window: Window, documents: Documents, asker: Asker) -> None:
        self._window, self._documents, self._asker = window, documents, asker
        self.handlers: Handlers = {"haskell/dump": self._dump}

    async def _dump(self, params: DumpOf) -> Later:
        path = file_of(params.uri, "uri")
        question = Dump(path, params.stage, params.optimization, params.details)
        if params.toolchain is None or params.toolchain == await in_database(self._own_toolchain):
            return await self._asker.ask(path, question, _view)
        chosen = await chosen_toolchains(self._window.workspace, [params.toolchain])
        if not chosen:
            raise Invalid("Your plan has no such toolchain.", "toolchain")
        await self._documents.saver.save()
        wanted = RunStart(request_id=uuid.uuid4().hex, mode="check")
        run = await start_aside(self._window.workspace, wanted, chosen[0], question)
        return Later(asyncio.ensure_future(_told(run)), _view)

    def _own_toolchain(self) -> str:
        return Toolchain.objects.values_list("name", flat=True).get(workspaces=self._window.workspace)


async def _told(run: Run) -> Dumped:
    """What the run tells; it ends when nobody waits for that any more. Raises Refusal."""
    seen: list[RunEvent] = []
    try:
        async with asyncio.timeout(ASIDE_SECONDS), door().follow(run.run_id) as follower:
            async for seq, event in follower:
                follower.acknowledge(seq)
                seen.append(event)
    except asyncio.CancelledError:
        await asyncio.shield(give_up(run, NOBODY_WAITS))
        raise
    except TimeoutError:
        began = any(isinstance(event, Started) for event in seen)
        await (give_up if began else turn_away)(run, NOBODY_WAITS)
    except UnknownRun:
        pass  # its session was lost at once
    return _dumped(seen, run.toolchain_name)


def _dumped(seen: list[RunEvent], toolchain: str) -> Dumped:
    """Raises Refusal with the reason why there is nothing."""
    for event in seen:
        match event:
            case Measured(report=Dumped() as dumped):
                return dumped
            case Finished(reason=str(reason)):
                raise Refusal(ErrorCode.REQUEST_FAILED, reason)
    sentence = f"GHC on {toolchain} did not come to an end in time. Try again in a moment."
    raise Refusal(ErrorCode.REQUEST_FAILED, sentence)


async def _view(dumped: Dumped) -> ModuleView:
    return ModuleView(text=dumped.text, sources=dumped.sources, truncated=dumped.truncated)
