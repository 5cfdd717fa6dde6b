"""A host is gone, its cable cut in mid-run: how long until its session is usable elsewhere, with real GHC."""

import asyncio
import time
from collections.abc import AsyncIterator

from tests.bench.figures import Bench, edit_and_run
from tests.bench.measure import Figure
from tests.pool.beside import another_machine, host_of, until_warm
from tests.pool.machine import obstacle
from tests.wire import Window

ROUNDS = 3
WAITS = "main :: IO ()\nmain = getLine >>= putStrLn\n"


async def failover(bench: Bench) -> AsyncIterator[Figure]:
    """From the cut until a program has run again."""
    if why := obstacle():
        print(f"failover is not measured: {why}")
        return
    taken = []
    with another_machine(bench.stack) as machine:
        for number in range(ROUNDS):
            await asyncio.to_thread(bench.stack.manage, "hosts", "cordon", "local")
            await until_warm(bench.stack, machine.name)
            workspace = await asyncio.to_thread(bench.stack.workspace, bench.token, {"Main.hs": WAITS})
            async with Window.open(bench.stack.url, workspace, bench.token) as window:
                await window.initialize()
                await window.did_open("Main.hs", WAITS)
                await window.ready()
                assert host_of(bench.stack, workspace) == machine.name
                waits = await window.start()
                await asyncio.to_thread(bench.stack.manage, "hosts", "uncordon", "local")
                await asyncio.to_thread(bench.stack.wait_for_warm)
                machine.cut()
                began = time.perf_counter()
                assert (await window.ended(waits))["outcome"] == "host_lost"
                await edit_and_run(window, number)
                taken.append(time.perf_counter() - began)
                assert host_of(bench.stack, workspace) != machine.name
            machine.heal()
            await asyncio.to_thread(bench.stack.delete_workspace, bench.token, workspace)
    yield Figure(f"host gone → session usable elsewhere, longest of {ROUNDS}", max(taken), "s", 15)
