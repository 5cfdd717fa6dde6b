"""The user stops a run, whatever it is doing: it ends as stopped, once."""

import asyncio
import time

import pytest

from sandbox import keys
from sandbox.limits import RunLimits
from sandbox.messages import Finished, Mode, Start, Stop
from tests.faults.conftest import Ground

pytestmark = pytest.mark.engine

SLOW_COMPILE = """
{-# LANGUAGE TemplateHaskell #-}
import Language.Haskell.TH.Syntax (runIO)
import Control.Concurrent (threadDelay)

main :: IO ()
main = $(runIO (threadDelay 60000000) >> [| print 1 |])
"""
ENDLESS = 'main :: IO ()\nmain = putStrLn "on" >> (sum [1 :: Integer ..] `seq` pure ())\n'
WAITING = 'main :: IO ()\nmain = putStrLn "on" >> getLine >>= putStrLn\n'


@pytest.fixture
def workers() -> int:
    return 1


async def stopped(ground: Ground, run_id: str) -> None:
    began = time.monotonic()
    await ground.client.send("session", Stop(run_id))
    events = await ground.events(run_id)
    assert time.monotonic() - began < 10
    assert isinstance(events[-1][1], Finished)
    assert events[-1][1].outcome == "stopped"
    assert sum(isinstance(event, Finished) for _, event in events) == 1


@pytest.mark.parametrize("mode", ["interpret", "compile"])
async def test_while_it_compiles(ground: Ground, mode: Mode) -> None:
    await ground.open("session", SLOW_COMPILE)
    await ground.client.send("session", Start("run", mode, RunLimits(), entry="Main.hs"))
    async with asyncio.timeout(60):
        while not ground.redis.hexists(keys.RUN % "run", "delivered"):
            await asyncio.sleep(0.05)
    await asyncio.sleep(2)
    await stopped(ground, "run")


@pytest.mark.parametrize("source", [ENDLESS, WAITING])
async def test_while_it_runs(ground: Ground, source: str) -> None:
    await ground.open("session", source)
    await ground.start_run("session", "run")
    await ground.printed_at_least("run", 2)
    await stopped(ground, "run")


async def test_right_after_its_start(ground: Ground) -> None:
    await ground.open("session", ENDLESS)
    limits = RunLimits()
    await ground.client.send("session", Start("run", "interpret", limits, entry="Main.hs"), Stop("run"))
    events = await ground.events("run")
    assert isinstance(events[-1][1], Finished)
    assert events[-1][1].outcome == "stopped"


async def test_twice_and_after_the_end(ground: Ground) -> None:
    await ground.open("session", ENDLESS)
    await ground.start_run("session", "run")
    await ground.printed_at_least("run", 2)
    await ground.client.send("session", Stop("run"), Stop("run"))
    await stopped(ground, "run")
    await ground.client.send("session", Stop("run"))
    await ground.open("session", 'main :: IO ()\nmain = putStrLn "still here"\n')
    await ground.start_run("session", "second")
    events = await ground.events("second")
    assert isinstance(events[-1][1], Finished)
    assert events[-1][1].outcome == "exited"
