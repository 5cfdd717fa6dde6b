"""Unnamed sessions: each opens for one run, and ends with it.

    run admitted, its row committed ── blobs, `open` (once), `Start` ── followed like any other run

One that cannot go that way is ended, with its session; what never began does not count.
"""

import contextlib
from collections.abc import Iterable

from ide.database import in_database
from ide.door import door
from ide.models import IdempotencyKey, Run
from ide.quota.charges import OUR_FAULTS, give_back, uncount
from ide.quota.quotas import Allowance
from ide.runs import start_of
from sandbox.exceptions import PoolFull, SessionLost
from sandbox.limits import ContainerLimits
from sandbox.messages import End, Finished, Opening


def opening_for(run: Run, allowance: Allowance, memory_bytes: int | None = None) -> Opening:
    """A session for one run, with at most the plan's memory."""
    plan = allowance.container_limits()
    memory = min(memory_bytes or plan.memory_bytes, plan.memory_bytes)
    limits = ContainerLimits(
        memory_bytes=memory,
        cpus=plan.cpus,
        pids=plan.pids,
        cpu_weight=plan.cpu_weight,
        disk_bytes=plan.disk_bytes,
    )
    return Opening(
        session_id=run.session_id,
        owner=run.user.owner_id,
        toolchain=run.toolchain_digest,
        limits=limits.clamped(),
        once=True,
        weight=allowance.queue_weight,
    )


async def enter(run: Run, opening: Opening, contents: Iterable[bytes]) -> None:
    """Open the admitted run's session and start it there.

    Raises PoolFull and SessionLost (given up before the run was in its inbox); the run is turned away then.
    """
    start = start_of(run)
    try:
        await door().put_blobs(contents)
        await door().open(opening, start.manifest or {})
        await door().send(run.session_id, start)
    except PoolFull as full:
        await turn_away(run, Finished("stopped", reason=str(full)))
        raise
    except SessionLost as lost:
        await turn_away(run, Finished("internal_error", reason=str(lost)))
        raise


async def turn_away(run: Run, finished: Finished) -> None:
    """It never began: it is ended, and counts nowhere."""
    await give_up(run, finished)
    await in_database(give_back if finished.outcome in OUR_FAULTS else uncount, run.run_id)


async def give_up(run: Run, finished: Finished) -> None:
    """Nobody waits for the run any more: end it and its session; a repeated call may start anew."""
    await in_database(IdempotencyKey.objects.filter(run=run, answer__isnull=True).delete)
    await door().finish(run.run_id, run.session_id, finished)
    with contextlib.suppress(SessionLost):
        await door().send(run.session_id, End())
