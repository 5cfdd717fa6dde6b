"""From `run/stop` to the run's end, whatever the program does."""

import time
from collections.abc import AsyncIterator

from tests.bench.figures import WARM_UP, Bench
from tests.bench.measure import Figure, median, p99
from tests.wire import Window

STOPS = 100
UP = "import Control.Concurrent\nimport System.IO\nimport System.Posix.Signals\n\nmain :: IO ()\nmain = "
SAYS = 'putStrLn "up" >> hFlush stdout >> '
PROGRAMS = {
    "Waits.hs": f"{UP}{SAYS}threadDelay 600000000\n",
    "Computes.hs": f"{UP}{SAYS}print (sum [1 :: Integer ..])\n",
    "Prints.hs": f"{UP}{SAYS}mapM_ print [1 :: Int ..]\n",
    "Ignores.hs": f"{UP}installHandler sigINT Ignore Nothing >> {SAYS}threadDelay 600000000\n",
}


async def stops(bench: Bench) -> AsyncIterator[Figure]:
    """In turn a program that waits, one that computes, one that prints, one that ignores interrupts."""
    workspace = bench.stack.workspace(bench.token, PROGRAMS)
    taken = []
    async with Window.open(bench.stack.url, workspace, bench.token) as window:
        await window.ready()
        for number in range(WARM_UP + STOPS):
            run = await window.start(entry=list(PROGRAMS)[number % len(PROGRAMS)])
            await window.printed(run, "up")
            began = time.perf_counter()
            await window.request("run/stop", {"runId": run.id})
            await window.ended(run)
            taken.append(time.perf_counter() - began)
    yield Figure("stop → end of the run", median(taken[WARM_UP:]) * 1000, "ms")
    yield Figure(f"stop → end of the run, p99 of {STOPS}", p99(taken[WARM_UP:]) * 1000, "ms", 2000)
