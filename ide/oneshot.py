"""A one-shot run: a session of its own that opens, runs one program and is gone.

    admitted ── row committed ── into a session of its own ── followed to `Finished` ── answer

The caller waits all the while; one that hangs up stops the run.
"""

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Any, cast

from django.db import Error as DatabaseError
from redis.exceptions import RedisError

from ide.collected import Collected
from ide.database import in_database
from ide.door import door
from ide.exceptions import Full, NotFound, Unavailable
from ide.models import IdempotencyKey, Run
from ide.pool import has_usable_host
from ide.quota.admission import let_run
from ide.unnamed import enter, give_up, turn_away
from sandbox.exceptions import NoHost, SandboxError, SessionLost, UnknownRun
from sandbox.limits import ONE_SHOT_WAIT_SECONDS, RUN_DEADLINE_EXTRA_SECONDS, RunLimits
from sandbox.messages import Finished, Opening, Start, Started, to_wire

logger = logging.getLogger(__name__)

Answer = dict[str, Any]

FULL = f"No machine had room for the run within {ONE_SHOT_WAIT_SECONDS} s. Try again in a minute."
RETRY_SECONDS = 1.0


@dataclass(frozen=True)
class OneShot:
    """Everything that one call asks for, checked already."""

    run: Run  # not saved yet
    start: Start
    opening: Opening
    contents: list[bytes]
    toolchain: dict[str, str]  # name, ghc, digest
    output_bytes: int


def lowered(limits: RunLimits, wall_seconds: float | None) -> RunLimits:
    """The plan's limits, with both wall clocks at most `wall_seconds`."""
    if wall_seconds is None:
        return limits
    return RunLimits(
        compile_seconds=min(limits.compile_seconds, wall_seconds),
        run_seconds=min(limits.run_seconds, wall_seconds),
        test_seconds=min(limits.test_seconds, wall_seconds),
        idle_seconds=limits.idle_seconds,
        output_bytes=limits.output_bytes,
    ).clamped()


async def run_once(one: OneShot, key: IdempotencyKey | None = None) -> Answer:
    """Runs it and answers as `POST /api/v1/run` does; a repeated call answers as the first did.

    Raises Refused, Full, NotFound (for one that is deleted meanwhile) and Unavailable.
    """
    await _check_hosts()
    run = await let_run(one.run, key)
    if run.pk != one.run.pk:
        return await _repeat(replace(one, run=run))
    try:
        await _enter(one)
        answer = answer_of(one, await _collect(one))
    except asyncio.CancelledError:
        await asyncio.shield(give_up(run, Finished("stopped", reason="The caller hung up.")))
        raise
    if key:
        await in_database(_keep, run, answer)
    return answer


def answer_of(one: OneShot, collected: Collected) -> Answer:
    """What the caller gets."""
    if collected.finished is None:
        raise SandboxError
    wire = to_wire(collected.finished)
    del wire["type"]
    return {
        **wire,
        "id": one.run.run_id,
        "stdout": collected.text("stdout"),
        "stderr": collected.text("stderr"),
        "truncated": collected.truncated,
        "toolchain": one.toolchain,
    }


async def _check_hosts() -> None:
    if not await has_usable_host():
        raise Unavailable(str(NoHost()))


async def _enter(one: OneShot) -> None:
    try:
        await enter(one.run, one.opening, one.contents)
    except SessionLost as lost:
        raise Unavailable(str(lost)) from None


async def _collect(one: OneShot) -> Collected:
    """Follow the run to its end, within its limits; a run that finds no room in time ends."""
    collected = Collected(one.output_bytes)
    try:
        async with asyncio.timeout(ONE_SHOT_WAIT_SECONDS) as deadline:
            while not await _reached_the_end(one, collected, deadline):  # noqa: ASYNC110
                await asyncio.sleep(RETRY_SECONDS)
    except TimeoutError:
        if collected.started:
            await give_up(one.run, Finished("internal_error", reason="The run did not end in time."))
            raise SandboxError from None
        await turn_away(one.run, Finished("stopped", reason=FULL))
        raise Full(FULL) from None
    return collected


async def _reached_the_end(one: OneShot, collected: Collected, deadline: asyncio.Timeout) -> bool:
    """Whether the run is over; if not, Redis or the database went away, or Redis does not know it (yet)."""
    try:
        await _take(one, collected, deadline)
    except (RedisError, DatabaseError, OSError) as error:
        logger.warning("Run %s is followed again after: %s", one.run.run_id, error)
    return collected.finished is not None


async def _take(one: OneShot, collected: Collected, deadline: asyncio.Timeout) -> None:
    try:
        await _take_events(one, collected, deadline)
    except UnknownRun:
        await _take_row(one, collected, deadline)


async def _take_events(one: OneShot, collected: Collected, deadline: asyncio.Timeout) -> None:
    async with door().follow(one.run.run_id, collected.seq) as follower:
        async for seq, event in follower:
            if isinstance(event, Started):
                _began(one, deadline)
            collected.take(event)
            collected.seq = seq
            follower.acknowledge(seq)


async def _take_row(one: OneShot, collected: Collected, deadline: asyncio.Timeout) -> None:
    row = await in_database(Run.objects.filter(pk=one.run.pk).first)
    if row is None:
        raise NotFound("The run was deleted before it ended.")
    if row.started_at and not collected.started:
        _began(one, deadline)
    collected.take_row(row)


def _began(one: OneShot, deadline: asyncio.Timeout) -> None:
    """From now on it has the time of its limits."""
    deadline.reschedule(asyncio.get_running_loop().time() + _longest(one.start.limits))


def _longest(limits: RunLimits) -> float:
    return limits.compile_seconds + limits.run_seconds + RUN_DEADLINE_EXTRA_SECONDS


async def _repeat(first: OneShot) -> Answer:
    """The first call's answer: as it was kept, or by following its run beside it."""
    kept = await in_database(_kept, first.run)
    if kept is not None:
        return kept
    answer = answer_of(first, await _collect(first))
    await in_database(_keep, first.run, answer)  # whoever made the first call may be gone
    return answer


def _kept(run: Run) -> Answer | None:
    answer = IdempotencyKey.objects.filter(run=run).values_list("answer", flat=True).first()
    return cast("Answer | None", answer)


def _keep(run: Run, answer: Answer) -> None:
    IdempotencyKey.objects.filter(run=run, answer__isnull=True).update(answer=answer)
