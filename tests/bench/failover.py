"""A host is gone, its cable cut in mid-run: how long until its session is usable elsewhere, with real GHC."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import redis

from sandbox import keys
from sandbox.config import Config
from sandbox.engine.docker_host import DockerHost
from sandbox.limits import GIB
from sandbox.messages import HostEntry, decode_host_figures
from tests.bench.figures import Bench, edit_and_run
from tests.bench.measure import Figure
from tests.conftest import accept
from tests.pool.certificates import Authority
from tests.pool.machine import Machine, obstacle
from tests.pool.slots import Slot, held_slot
from tests.wire import Window

ROUNDS = 3
LOCAL = HostEntry("local", "unix:///var/run/docker.sock")
WAITS = "main :: IO ()\nmain = getLine >>= putStrLn\n"
SLOTS = Path(
    "/var/lib/haskell-ide-pool-tests"
)  # beside the engine's own data: its file system carries overlays


async def failover(bench: Bench) -> AsyncIterator[Figure]:
    """From the cut until a program has run again."""
    if why := obstacle():
        print(f"failover is not measured: {why}")
        return
    taken = []
    with held_slot(SLOTS) as slot, _machine(slot, bench) as machine:
        for number in range(ROUNDS):
            await asyncio.to_thread(bench.stack.manage, "hosts", "cordon", "local")
            await _until_alive(bench, machine.entry.name)
            workspace = await asyncio.to_thread(bench.stack.workspace, bench.token, {"Main.hs": WAITS})
            async with Window.open(bench.stack.url, workspace, bench.token) as window:
                await window.initialize()
                await window.did_open("Main.hs", WAITS)
                await window.ready()
                assert _host_of(bench, workspace) == machine.entry.name
                waits = await window.start()
                await asyncio.to_thread(bench.stack.manage, "hosts", "uncordon", "local")
                await asyncio.to_thread(bench.stack.wait_for_warm)
                machine.cut()
                began = time.perf_counter()
                assert (await window.ended(waits))["outcome"] == "host_lost"
                await edit_and_run(window, number)
                taken.append(time.perf_counter() - began)
                assert _host_of(bench, workspace) != machine.entry.name
            machine.heal()
            await asyncio.to_thread(bench.stack.delete_workspace, bench.token, workspace)
    yield Figure(f"host gone → session usable elsewhere, longest of {ROUNDS}", max(taken), "s", 15)


@contextlib.contextmanager
def _machine(slot: Slot, bench: Bench) -> Iterator[Machine]:
    """Another machine with the toolchain's image, known to the pool's keeper as tested."""
    machine = Machine(slot, 0, Authority(slot.folder / "authority"), memory_bytes=4 * GIB, cpus=2.0)
    machine.prepare()
    machine.start()
    config = Config(installation=bench.stack.installation)
    local, other = (DockerHost(entry, config.installation) for entry in (LOCAL, machine.entry))
    try:
        other.load(local.save(bench.bare.image))
        with redis.Redis.from_url(bench.stack.redis_url) as client:
            accept(client, machine.entry, config)
        entry = machine.entry
        credentials = ("--credentials", entry.credentials, "--unchecked")
        bench.stack.manage("hosts", "add", entry.name, entry.address, *credentials)
        yield machine
        bench.stack.manage("hosts", "remove", entry.name)
    finally:
        local.close()
        other.close()
        machine.mend()
        machine.end()


async def _until_alive(bench: Bench, name: str) -> None:
    """Until the machine takes sessions, with a warm container as machines have."""
    figures = None
    for _ in range(600):
        with redis.Redis.from_url(bench.stack.redis_url) as client:
            seen = client.hget(keys.FIGURES, name)
        figures = decode_host_figures(seen) if seen else None
        if figures and figures.state == "alive" and sum(figures.warm.values()):
            return
        await asyncio.sleep(0.2)
    raise RuntimeError(f"it takes no sessions: {figures} {bench.stack.logs('keeper')[-2000:]}")


def _host_of(bench: Bench, workspace: str) -> str:
    with redis.Redis.from_url(bench.stack.redis_url) as client:
        return (client.hget(keys.SESSION % workspace.replace("-", ""), "host") or b"").decode()
