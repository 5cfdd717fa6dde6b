"""What is asked of the whole service after a fault."""

import asyncio
from collections.abc import Callable

from tests.stack import Stack
from tests.wire import Run


def outcome(stack: Stack, token: str, run_id: str) -> str | None:
    """What the run's row says of its end."""
    said: str | None = stack.call(token, "GET", f"/runs/{run_id}").json()["outcome"]
    return said


async def until(stack: Stack, what: str, happened: Callable[[], bool], seconds: float = 90) -> None:
    await asyncio.to_thread(stack.processes.wait, what, happened, seconds)


def counted(run: Run, last: int) -> None:
    """It printed every number once and in order, in events without a gap."""
    assert run.text["stdout"].split() == [str(number) for number in range(1, last + 1)]
    assert [event["seq"] for event in run.events] == list(range(1, len(run.events) + 1))
