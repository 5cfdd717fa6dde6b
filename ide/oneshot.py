"""A one-shot run: a session of its own that opens, runs one program and is gone.

    admitted ── row committed ── into a session of its own ── followed to `Finished` ── answer

The caller waits all the while; one that hangs up stops the run.
"""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any, cast

from ide.database import in_database
from ide.door import door
from ide.exceptions import Full, Unavailable
from ide.models import IdempotencyKey, Run
from ide.pool import has_usable_host
from ide.quota.admission import let_run
from ide.unnamed import enter, give_up, turn_away
from sandbox.exceptions import NoHost, SandboxError, SessionLost
from sandbox.limits import ONE_SHOT_WAIT_SECONDS, RUN_DEADLINE_EXTRA_SECONDS, RunLimits
from sandbox.messages import (
    Finished,
    Opening,
    Output,
    OutputDropped,
    RunEvent,
    Start,
    Started,
    to_wire,
)

Answer = dict[str, Any]

FULL = f"No machine had room for the run within {ONE_SHOT_WAIT_SECONDS} s. Try again in a minute."


@dataclass
class Collected:
    """What a run said, each stream up to `limit` bytes."""

    limit: int
    started: bool = False
    finished: Finished | None = None
    texts: dict[str, list[str]] = field(default_factory=lambda: {"stdout": [], "stderr": []})
    sizes: dict[str, int] = field(default_factory=lambda: {"stdout": 0, "stderr": 0})
    truncated: dict[str, bool] = field(default_factory=lambda: {"stdout": False, "stderr": False})

    def take(self, event: RunEvent) -> None:
        self.started |= isinstance(event, Started)
        if isinstance(event, Output):
            self._add(event)
        elif isinstance(event, OutputDropped):
            self.truncated = dict.fromkeys(self.truncated, True)
        elif isinstance(event, Finished):
            self.finished = event

    def _add(self, output: Output) -> None:
        stream = "stderr" if output.stream == "stderr" else "stdout"
        data = output.text.encode()
        room = self.limit - self.sizes[stream]
        kept = data[: max(0, room)].decode(errors="ignore") if len(data) > room else output.text
        self.texts[stream].append(kept)
        self.sizes[stream] += len(data)
        self.truncated[stream] |= len(data) > room

    def text(self, stream: str) -> str:
        return "".join(self.texts[stream])


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

    Raises Refused, Full and Unavailable.
    """
    await _check_hosts()
    run = await let_run(one.run, key)
    if run.pk != one.run.pk:
        return await _repeat(run, one)
    try:
        await _enter(one)
        answer = answer_of(one, await _collect(run, one))
    except asyncio.CancelledError:
        await asyncio.shield(give_up(run, Finished("stopped", reason="The caller hung up.")))
        raise
    if key:
        await in_database(IdempotencyKey.objects.filter(run=run).update, answer=answer)
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


async def _collect(run: Run, one: OneShot) -> Collected:
    """Follow the run to its end, within its limits; a run that finds no room in time ends."""
    collected = Collected(one.output_bytes)
    clock = asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(ONE_SHOT_WAIT_SECONDS) as deadline, door().follow(run.run_id) as follower:
            async for seq, event in follower:
                if isinstance(event, Started):
                    deadline.reschedule(clock() + _longest(one.start.limits))
                collected.take(event)
                follower.acknowledge(seq)
    except TimeoutError:
        if collected.started:
            await give_up(run, Finished("internal_error", reason="The run did not end in time."))
            raise SandboxError from None
        await turn_away(run, Finished("stopped", reason=FULL))
        raise Full(FULL) from None
    return collected


def _longest(limits: RunLimits) -> float:
    return limits.compile_seconds + limits.run_seconds + RUN_DEADLINE_EXTRA_SECONDS


async def _repeat(run: Run, one: OneShot) -> Answer:
    """The first call's answer: as it was kept, or by following its run beside it."""
    kept = await in_database(IdempotencyKey.objects.filter(run=run).values_list("answer", flat=True).first)
    if kept is not None:
        return cast("Answer", kept)
    first = replace(one, run=run)
    return answer_of(first, await _collect(run, first))
