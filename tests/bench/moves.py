"""An idle session goes to a host where a warm container waits: for how long its user can't go on."""

import asyncio
import time
from collections.abc import AsyncIterator

import redis

from sandbox import keys
from sandbox.client import Client
from sandbox.config import Config
from sandbox.messages import Status
from sandbox.pool import placement
from tests.bench import program
from tests.bench.figures import Bench
from tests.bench.measure import Figure, median, p95
from tests.pool.beside import another_machine, drain, host_of, until_warm
from tests.pool.machine import Machine, obstacle
from tests.wire import Window


async def moves(bench: Bench) -> AsyncIterator[Figure]:
    """There and back between this machine and one over TLS: from the keeper's word until `ready` is told.

    What the user could do before the old container has packed its changes counts as pause too.
    """
    if why := obstacle():
        print(f"moves are not measured: {why}")
        return
    stack, told = bench.stack, []
    paused: dict[bool, list[float]] = {True: [], False: []}  # whether a warm container was reserved
    with another_machine(stack) as machine:
        workspace = await asyncio.to_thread(stack.workspace, bench.token, {"Main.hs": program.SOURCE})
        async with Window.open(stack.url, workspace, bench.token) as window:
            await window.initialize()
            await window.did_open("Main.hs", program.SOURCE)
            await window.ready()
            for number in range(bench.rounds):
                await window.ended(await window.start())
                took = await _pause(bench, window, workspace, machine)
                paused[_was_warm(stack.redis_url, workspace.replace("-", ""))].append(took)
                began = time.perf_counter()
                version = await window.did_change("Main.hs", program.edited(number))
                await window.diagnostics("Main.hs", version)
                told.append(time.perf_counter() - began)
        await asyncio.to_thread(stack.delete_workspace, bench.token, workspace)
    yield Figure("pause of a move to a warm container", median(paused[True]) * 1000, "ms")
    yield Figure("pause of a move to a warm container, p95", p95(paused[True]) * 1000, "ms", 500)
    yield Figure("moves that found no warm container", len(paused[False]), "")
    yield Figure("pause of these, longest", max(paused[False], default=0.0) * 1000, "ms")
    yield Figure("first key after a move → diagnostics, p95", p95(told) * 1000, "ms")


async def _pause(bench: Bench, window: Window, workspace: str, machine: Machine) -> float:
    """Seconds of one move, to the host where it is not."""
    stack, here = bench.stack, host_of(bench.stack, workspace)
    there = machine.name if here == "local" else "local"
    await asyncio.to_thread(stack.manage, "hosts", "uncordon", there)
    await until_warm(stack, there)
    await drain(stack, here, window)
    assert host_of(stack, workspace) == there
    return await _took(stack.redis_url, workspace.replace("-", ""))


async def _took(redis_url: str, session: str) -> float:
    """By the clock of Redis: from the message that makes it move to the `ready` after it."""
    with redis.Redis.from_url(redis_url) as plain:
        began = float(plain.hget(keys.SESSION % session, "moved_at") or 0) / 1000
    client = Client(Config(redis_url=redis_url))
    try:
        async for entry, event in client.events(session, "0-0"):
            at = float(entry.partition("-")[0]) / 1000
            if at >= began and isinstance(event, Status) and event.state == "ready":
                return at - began
    finally:
        await client.close()
    raise AssertionError("it is ready by now")


def _was_warm(redis_url: str, session: str) -> bool:
    """Only a host that is drained gives sessions to one without a warm container, which is made then."""
    with redis.Redis.from_url(redis_url) as plain:
        return "a warm container waits" in placement.why(plain, session)[0].said
