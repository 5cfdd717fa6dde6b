"""Sessions that nobody uses: how many fit on a machine, awake and asleep, and how fast one wakes."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import redis

from sandbox import keys
from sandbox.client import Client
from sandbox.config import Config
from sandbox.limits import CONTAINER_OVERHEAD_BYTES, GIB, MIB, ContainerLimits
from sandbox.messages import Hibernate, HostEntry, HostFigures, decode_session_figures
from sandbox.pool import choice
from sandbox.pool.census import promised_cpus
from sandbox.pool.choice import Need, Room, Snapshot
from tests.bench import program
from tests.bench.figures import Bench
from tests.bench.measure import Figure, median, p95
from tests.wire import Window

SESSIONS = 8
HOST = HostFigures(name="host", alive=True, at=0.0, cpus=2.0, memory_bytes=16 * GIB, digests=["sha256:a"])
MACHINE_BYTES = GIB // 2  # that the machine's own processes use


async def density(bench: Bench) -> AsyncIterator[Figure]:
    """What an idle session holds, and how many such the pool places on 2 cores and 16 GB; asleep: none."""
    async with contextlib.AsyncExitStack() as stack:
        workspaces = [await stack.enter_async_context(_idle(bench)) for _ in range(SESSIONS)]
        await asyncio.sleep(5)
        with redis.Redis.from_url(bench.stack.redis_url) as client:
            shown = [decode_session_figures(one) for one in client.hvals(keys.SESSIONS)]
            before = _memory(client)
        held = [one.memory_bytes for one in shown if one.session_id in workspaces]
        each = median([float(bytes_) for bytes_ in held]) + CONTAINER_OVERHEAD_BYTES
        for workspace in workspaces:
            await _hibernate(bench, workspace)
        containers = sum(len(bench.stack.containers(one)) for one in workspaces)
        with redis.Redis.from_url(bench.stack.redis_url) as client:
            kept = (_memory(client) - before) / SESSIONS
    yield Figure("an idle session's memory on its host", each / MIB, "MiB")
    yield Figure(
        "idle sessions that the pool places on 2 cores and 16 GB", placed(each), "", 140, at_least=True
    )
    yield Figure(f"containers of {SESSIONS} hibernated sessions", containers, "", 0)
    yield Figure("what Redis keeps more of a hibernated session", kept / 1024, "KiB", 64)


def placed(each_bytes: float) -> int:
    """How many idle sessions the pool's own choice puts on one host, none of them used any more."""
    limits, terms = ContainerLimits(), Config().terms
    need = Need("sha256:a", limits)
    for count in range(10_000):
        figures = HostFigures(
            name=HOST.name,
            alive=True,
            at=0.0,
            cpus=HOST.cpus,
            memory_bytes=HOST.memory_bytes,
            memory_used_bytes=int(MACHINE_BYTES + count * each_bytes),
            sessions=count,
            promised_bytes=count * limits.memory_bytes,
            promised_cpus=count * promised_cpus(limits, used=False),
            digests=HOST.digests,
        )
        room = Room(HostEntry("host", "fake://"), figures)
        if choice.choose(Snapshot(0.0, terms, [room]), need).room is None:
            return count
    raise AssertionError("nothing bounds it")


async def resume(bench: Bench) -> AsyncIterator[Figure]:
    """From the first key in a hibernated session to `ready`, and to that text's diagnostics."""
    workspace = bench.stack.workspace(bench.token, {"Main.hs": program.SOURCE})
    ready, told = [], []
    async with Window.open(bench.stack.url, workspace, bench.token) as window:
        await window.initialize()
        await window.did_open("Main.hs", program.SOURCE)
        await window.ready()
        for number in range(bench.rounds):
            await window.ended(await window.start())
            await _hibernate(bench, _session(workspace))
            await window.until(lambda: window.said("session/status")[-1]["state"] == "hibernated")
            await asyncio.to_thread(bench.stack.wait_for_warm)
            began = time.perf_counter()
            version = await window.did_change("Main.hs", program.edited(number))
            await window.ready()
            ready.append(time.perf_counter() - began)
            await window.diagnostics("Main.hs", version)
            told.append(time.perf_counter() - began)
    yield Figure("a key in a hibernated session → ready", median(ready) * 1000, "ms")
    yield Figure("a key in a hibernated session → ready, p95", p95(ready) * 1000, "ms", 1000)
    yield Figure("a key in a hibernated session → diagnostics, p95", p95(told) * 1000, "ms")


@contextlib.asynccontextmanager
async def _idle(bench: Bench) -> AsyncIterator[str]:
    """A session that ran once and does nothing; its id."""
    workspace = await asyncio.to_thread(bench.stack.workspace, bench.token, {"Main.hs": program.SOURCE})
    async with Window.open(bench.stack.url, workspace, bench.token) as window:
        await window.ready()
        await window.ended(await window.start())
        yield _session(workspace)
    await asyncio.to_thread(bench.stack.delete_workspace, bench.token, workspace)


def _session(workspace: str) -> str:
    return workspace.replace("-", "")


async def _hibernate(bench: Bench, session: str) -> None:
    """As the keeper does it, without the wait before: again if its relay thinks that a run goes on."""
    client = Client(Config(redis_url=bench.stack.redis_url))
    try:
        async with asyncio.timeout(30):
            while not await _sleeps(client, session):
                await client.send(session, Hibernate())
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(2):
                        while not await _sleeps(client, session):
                            await asyncio.sleep(0.02)
            while await asyncio.to_thread(bench.stack.containers, session):
                await asyncio.sleep(0.1)
    finally:
        await client.close()


def _memory(client: redis.Redis) -> int:
    return int(client.info("memory")["used_memory"])


async def _sleeps(client: Client, session: str) -> bool:
    status = await client.status(session)
    return status is not None and status.state == "hibernated"
