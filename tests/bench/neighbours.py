"""What a light user feels of heavy ones on the same machine: the same edits beside none, one and ten."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from sandbox.limits import MIB
from tests.bench import program
from tests.bench.figures import WARM_UP, Bench, edit_and_run
from tests.bench.measure import Figure, p95
from tests.wire import Run, Window

# Busy on all processors, allocates to the cap, fills its disk and forks without end, all at the same time.
HEAVY = """\
module Main (main) where

import Control.Concurrent (threadDelay)
import Control.Exception (IOException, evaluate, try)
import Control.Monad (forever, replicateM_, void)
import qualified Data.ByteString as Bytes
import Foreign.Marshal.Alloc (mallocBytes)
import Foreign.Marshal.Utils (fillBytes)
import System.IO (hFlush, stdout)
import System.Posix

main :: IO ()
main = do
  putStrLn "begun"
  hFlush stdout
  -- What the runtime says of each fork that is refused is work for others: here it is not to be measured.
  openFd "/dev/null" WriteOnly defaultFileFlags >>= \\null' -> void (dupTo null' stdError)
  kept allocate
  kept (Bytes.writeFile "filled" (Bytes.replicate (40 * mebi) 120))
  replicateM_ 4 (kept (void (evaluate (sum [1 .. 10 ^ (9 :: Int) :: Int]))))
  bomb

-- Again when it is over or was killed.
kept :: IO () -> IO ()
kept action = void . forkProcess . forever $
  (try (forkProcess action >>= getProcessStatus True False) :: IO (Either IOException (Maybe ProcessStatus)))
    >> threadDelay 10000

allocate :: IO ()
allocate = forever (mallocBytes mebi >>= \\bytes -> fillBytes bytes 1 mebi)

bomb :: IO ()
bomb = forever (try (forkProcess bomb) >>= either (const (pure ()) :: IOException -> IO ()) (const (pure ())))

mebi :: Int
mebi = 1024 * 1024
"""
HEAVY_PLAN: dict[str, Any] = {
    "cpus": 2.0,
    "memory_bytes": 256 * MIB,
    "run_seconds": 3600,
    "cpu_seconds_per_day": 1_000_000,
}
SETTLE_SECONDS = 20.0  # who comes to a machine with heavy users finds them at it
THINK_SECONDS = 1.0  # without a pause between edits nobody is light
TARGETS = {1: 1.5, 10: 2.0}


async def neighbours(bench: Bench) -> AsyncIterator[Figure]:
    """p95 of edit → output beside heavy users ÷ alone, on one machine."""
    workspace = bench.stack.workspace(bench.token, {"Main.hs": program.SOURCE})
    async with Window.open(bench.stack.url, workspace, bench.token) as window:
        await window.initialize()
        await window.did_open("Main.hs", program.SOURCE)
        await window.ready()
        numbers = iter(range(10**6))

        async def edits() -> list[float]:
            taken = []
            for _ in range(WARM_UP + 2 * bench.rounds):
                await asyncio.sleep(THINK_SECONDS)
                taken.append(await edit_and_run(window, next(numbers)))
            return taken[WARM_UP:]

        alone = await edits()
        beside = {}
        async with contextlib.AsyncExitStack() as heavy:
            for number in range(1, max(TARGETS) + 1):
                await heavy.enter_async_context(_heavy(bench, number))
                if number in TARGETS:
                    await asyncio.sleep(SETTLE_SECONDS)
                    beside[number] = await edits()
        await asyncio.sleep(SETTLE_SECONDS)  # their containers are removed
        alone += await edits()
    yield Figure("light user's edit → output alone, p95", p95(alone) * 1000, "ms")
    for number, taken in beside.items():
        who = f"beside {number} heavy user{'s' * (number > 1)}"
        yield Figure(f"light user's edit → output {who}, p95", p95(taken) * 1000, "ms")
        yield Figure(f"light user's p95 {who} ÷ alone", p95(taken) / p95(alone), "", TARGETS[number])


@contextlib.asynccontextmanager
async def _heavy(bench: Bench, number: int) -> AsyncIterator[None]:
    """Another user whose program does all that, until the end."""
    token = await asyncio.to_thread(bench.stack.user, f"heavy{number}", **HEAVY_PLAN)
    workspace = await asyncio.to_thread(bench.stack.workspace, token, {"Main.hs": HEAVY})
    async with Window.open(bench.stack.url, workspace, token) as window:
        await window.ready(120)
        begun = asyncio.Event()
        burning = asyncio.create_task(_burn(window, begun))
        await asyncio.wait_for(begun.wait(), 120)
        yield
        burning.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await burning  # raises what ended it before its time
    await asyncio.to_thread(bench.stack.delete_workspace, token, workspace)


async def _burn(window: Window, begun: asyncio.Event) -> None:
    """Again and again: its memory's cap ends it, or the service does when the agent can't get a word in."""
    while True:
        run = await window.start()
        await _begun(window, run)
        begun.set()
        if (ended := await window.ended(run, 3600))["outcome"] == "compile_error":
            raise RuntimeError(f"the heavy program: {ended}")


async def _begun(window: Window, run: Run) -> None:
    await window.until(lambda: run.finished or "begun" in run.text["stdout"], 120)
