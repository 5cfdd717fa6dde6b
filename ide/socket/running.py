"""The methods on runs: `run/start`, `run/input`, … of one window."""

import asyncio
from datetime import timedelta
from typing import Any, cast

from django.db.models import Q
from django.utils import timezone

from ide.accounts.access import as_uuid
from ide.aside import start_aside, stop_aside, variant_for_profiling
from ide.database import in_database
from ide.door import door
from ide.editor.documents import Documents
from ide.models import Run
from ide.protocol import (
    DebugBreakpoints,
    DebugLook,
    DebugStep,
    ErrorCode,
    Nothing,
    RunAck,
    RunFollow,
    RunInput,
    RunReference,
    RunResize,
    RunStart,
    RunSummary,
)
from ide.runs import start_run
from ide.socket.following import Following
from ide.socket.jsonrpc import Refusal
from ide.socket.window import Handlers, Window
from sandbox.exceptions import UnknownRun
from sandbox.limits import RUN_EVENTS_SECONDS
from sandbox.messages import Debug, InboxMessage, Input, Resize, Stop

NOTHING = Nothing()
LISTED = 100
GIVEN_NO_MORE = "The program has not read the input that was sent to it: it is given no more in this run."


class Running:
    """Starts, feeds, stops and lists the workspace's runs."""

    def __init__(self, window: Window, documents: Documents, following: Following) -> None:
        self._window, self._documents, self._following = window, documents, following
        self._known: dict[str, Run] = {}  # runs of this workspace
        self.handlers: Handlers = {
            "run/start": self._start,
            "run/input": self._input,
            "run/resize": self._resize,
            "debug/step": self._step,
            "debug/force": self._force,
            "debug/evaluate": self._evaluate,
            "debug/breakpoints": self._breakpoints,
            "run/stop": self._stop,
            "run/ack": self._acknowledge,
            "run/list": self._list,
            "run/follow": self._follow,
        }

    async def save(self) -> None:
        """What was typed is what runs."""
        await self._documents.saver.save()

    def follow(self, run: Run) -> None:
        """Pass the run's events on, from its first."""
        self._known[run.run_id] = run
        if not self._following.follows(run.run_id):
            self._following.start(run.run_id, 0)

    async def _start(self, params: RunStart) -> RunReference:
        if params.insight == "profile":
            return await self._profile(params)
        await self._window.wake()
        await self._documents.tell_untold()
        contents = await self._documents.saver.save(sync=False)
        run = await start_run(self._window.workspace, params, contents.values())
        self.follow(run)
        return RunReference(run_id=run.run_id)

    async def _profile(self, params: RunStart) -> RunReference:
        """On the toolchain's variant for it, beside the workspace's own session."""
        await self.save()
        toolchain = await variant_for_profiling(self._window.workspace)
        run = await start_aside(self._window.workspace, params, toolchain)
        self.follow(run)
        return RunReference(run_id=run.run_id)

    async def _input(self, params: RunInput) -> Nothing:
        await self._check(params.run_id)
        if refused := await door().refused_input(params.run_id):
            raise Refusal(ErrorCode.REQUEST_FAILED, GIVEN_NO_MORE, {"limitBytes": refused.limit_bytes})
        return await self._tell(params.run_id, Input(run_id=params.run_id, text=params.text, eof=params.eof))

    async def _resize(self, params: RunResize) -> Nothing:
        resize = Resize(run_id=params.run_id, columns=params.columns, rows=params.rows)
        return await self._tell(params.run_id, resize)

    async def _step(self, params: DebugStep) -> Nothing:
        return await self._tell(params.run_id, Debug(run_id=params.run_id, action=params.action))

    async def _force(self, params: DebugLook) -> Nothing:
        return await self._tell(params.run_id, Debug(params.run_id, "force", params.text))

    async def _evaluate(self, params: DebugLook) -> Nothing:
        return await self._tell(params.run_id, Debug(params.run_id, "evaluate", params.text))

    async def _breakpoints(self, params: DebugBreakpoints) -> Nothing:
        wish = Debug(run_id=params.run_id, action="breakpoints", breakpoints=params.breakpoints)
        return await self._tell(params.run_id, wish)

    async def _stop(self, params: RunReference) -> Nothing:
        run = await self._check(params.run_id)
        if run.is_aside:
            await stop_aside(run)
            return NOTHING
        return await self._tell(params.run_id, Stop(run_id=params.run_id))

    async def _tell(self, run_id: str, message: InboxMessage) -> Nothing:
        """Tell the session about one of its runs; for one that has ended there is nothing to do."""
        run = await self._check(run_id)
        if self._following.follows(run_id) or await self._lives(run_id):
            await (door().send(run.session_id, message) if run.is_aside else self._window.tell(message))
        return NOTHING

    async def _lives(self, run_id: str) -> bool:
        if await door().outcome(run_id) is not None:
            return False
        return await in_database(Run.objects.filter(pk=run_id, outcome=None).exists)

    async def _acknowledge(self, params: RunAck) -> None:
        if self._following.acknowledge(params.run_id, params.seq):
            self._window.bucket.give_back()  # there are as many as the program prints, not as the user sends

    async def _follow(self, params: RunFollow) -> Nothing:
        await self._check(params.run_id)
        self._following.start(params.run_id, params.after_seq)
        return NOTHING

    async def _list(self, params: Nothing) -> list[RunSummary]:
        runs = await in_database(self._recent)
        self._known.update((run.run_id, run) for run in runs)
        return list(await asyncio.gather(*(_summary(run) for run in runs)))

    def _recent(self) -> list[Run]:
        since = timezone.now() - timedelta(seconds=RUN_EVENTS_SECONDS)
        recent = Q(outcome=None) | Q(ended_at__gte=since)
        own = self._window.workspace
        runs = Run.objects.filter(recent, workspace=own, session_id=own.session_id)
        fields = ("mode", "outcome", "started_at", "created_at", "session_id", "workspace")
        return list(runs.only(*fields)[:LISTED])

    async def _check(self, run_id: str) -> Run:
        """The run, which is this workspace's."""
        if run_id in self._known:
            return self._known[run_id]
        own = Run.objects.filter(workspace=self._window.workspace).only("session_id", "workspace")
        asked = as_uuid(run_id)
        found = await in_database(own.filter(pk=asked).first) if asked and asked.hex == run_id else None
        if found is None:
            raise Refusal(ErrorCode.UNKNOWN_RUN, str(UnknownRun()), {"runId": run_id})
        self._known[run_id] = found
        return found


async def _summary(run: Run) -> RunSummary:
    ended = run.outcome is not None or await door().outcome(run.run_id) is not None
    return RunSummary(
        run_id=run.run_id,
        mode=cast("Any", run.mode),
        state=cast("Any", "finished" if ended else run.state),
        last_seq=await door().last_seq(run.run_id),
        started_at=(run.started_at or run.created_at).timestamp(),
    )
