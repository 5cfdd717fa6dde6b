"""What was accepted reaches a final state: every few seconds the database is held against the sandbox.

pool that Redis has not so    ── published
run never started             ── sent again (a run that the sandbox knows is not started twice)
run that may have started     ── ends as `host_lost`: Redis lost it while its session had a container
run started, then forgotten   ── ends as `host_lost`
guests whose time is over     ── deleted, their sessions ended
runs that ended long ago      ── deleted, with the output that their rows keep
"""

import contextlib
import logging
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.utils import timezone

from ide import pool
from ide.accounts import guest
from ide.database import in_database
from ide.door import door
from ide.exceptions import Fault
from ide.models import IdempotencyKey, Meter, Run, Workspace
from ide.runs import start_of
from ide.workspaces.sessions import open_session
from sandbox.exceptions import PoolFull, SandboxError, SessionLost
from sandbox.messages import End, Finished

logger = logging.getLogger(__name__)

SEND_AGAIN_SECONDS = 5.0
FORGOTTEN_SECONDS = 60.0  # how long a started run may be unknown to the sandbox
IDEMPOTENCY_HOURS = 24
METER_DAYS = 2
AT_ONCE = 500
LOST = Finished(outcome="host_lost", reason="The machine under this run went away before it ended.")
PERHAPS = Finished(
    outcome="host_lost",
    reason="The service lost sight of this run. It may have begun: it is not started again.",
)
GONE = Finished(outcome="host_lost", reason="The run was never started: its workspace or its caller is gone.")


class Sweep:
    """Remembers since when a run has been unknown."""

    def __init__(self) -> None:
        self._unknown: dict[str, float] = {}

    async def tend(self) -> None:
        """Once around."""
        await pool.publish_changes()
        live = await in_database(_live_runs)
        self._unknown = {
            run_id: since for run_id, since in self._unknown.items() if run_id in {r.run_id for r in live}
        }
        for run in live:
            try:
                await self._tend_run(run)
            except (Fault, SandboxError) as error:
                logger.warning("Run %s waits: %s", run.run_id, error)

    async def _tend_run(self, run: Run) -> None:
        if await door().outcome(run.run_id) is not None:
            return  # its record is on the way
        if run.started_at is None:
            await self._send_again(run)
        elif await door().last_seq(run.run_id) == 0:
            await self._end_if_forgotten(run, LOST)

    async def _send_again(self, run: Run) -> None:
        recall = await door().recall(run.run_id, run.session_id)
        if not (recall.known or recall.complete):
            return  # the hosts are not looked at yet
        if recall.may_have_begun(run.created_at.timestamp()):
            await door().finish(run.run_id, run.session_id, PERHAPS)
            return
        try:
            await door().send(run.session_id, start_of(run))
        except SessionLost:
            if run.workspace is None or run.is_aside:
                await self._end_if_forgotten(run, GONE)
                return
            await self._open_for(run, run.workspace)

    async def _open_for(self, run: Run, workspace: Workspace) -> None:
        """Its session has to be let in like any other."""
        try:
            await open_session(workspace)
            await door().send(run.session_id, start_of(run))
        except PoolFull:
            return
        except Fault as refusal:
            await self._end_if_forgotten(run, Finished(outcome="stopped", reason=str(refusal)))

    async def _end_if_forgotten(self, run: Run, finished: Finished) -> None:
        since = self._unknown.setdefault(run.run_id, monotonic())
        if monotonic() - since >= FORGOTTEN_SECONDS:
            await door().finish(run.run_id, run.session_id, finished)


def _live_runs() -> list[Run]:
    before = timezone.now() - timedelta(seconds=SEND_AGAIN_SECONDS)
    live = Run.objects.filter(outcome=None, created_at__lt=before).order_by("created_at")
    return list(live.select_related("workspace__user__plan", "workspace__toolchain")[:AT_ONCE])


async def expire() -> None:
    """Take away what is past its time."""
    for session_id in await in_database(_expired):
        with contextlib.suppress(SessionLost):
            await door().send(session_id, End())


def _expired() -> list[str]:
    now = timezone.now()
    IdempotencyKey.objects.filter(created_at__lt=now - timedelta(hours=IDEMPOTENCY_HOURS)).delete()
    Meter.objects.filter(at__lt=now - timedelta(days=METER_DAYS)).delete()
    _forget_runs(now - timedelta(days=settings.RUN_DAYS))
    return guest.expire()


def _forget_runs(before: datetime) -> None:
    """Some at a time: nobody waits long for the database."""
    # Only `created_at` has an index, and nothing ends before it is made.
    old = (
        Run.objects.filter(created_at__lt=before, ended_at__lt=before)
        .order_by()
        .values_list("pk", flat=True)[:AT_ONCE]
    )
    Run.objects.filter(pk__in=list(old)).delete()
