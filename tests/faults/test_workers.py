"""Workers that are killed or stopped in mid-run: the output goes on, nothing is lost, nothing comes twice."""

import asyncio
import signal
from functools import partial

import pytest

from sandbox.messages import Finished
from tests.faults.conftest import Ground, text_of

pytestmark = pytest.mark.engine

COUNT = """
import Control.Concurrent (threadDelay)
import Control.Monad (forM_)
import System.IO

main :: IO ()
main = do
  hSetBuffering stdout LineBuffering
  forM_ [1 .. %d :: Int] $ \\number -> print number >> threadDelay 50000
"""


def count(numbers: int) -> str:
    return COUNT % numbers


async def test_a_run_prints_and_ends(ground: Ground) -> None:
    await ground.open("session", count(10))
    await ground.start_run("session", "run")
    events = await ground.events("run")
    assert text_of(events).split() == [str(number) for number in range(1, 11)]
    assert isinstance(events[-1][1], Finished)
    assert events[-1][1].outcome == "exited"


async def test_output_goes_on_after_the_worker_was_killed(ground: Ground) -> None:
    await ground.open("session", count(200))
    await ground.start_run("session", "run")
    await ground.printed_at_least("run", 20)
    serving = ground.serving("session")
    assert serving
    ground.processes.end(serving, signal.SIGKILL)
    events = await ground.events("run")
    assert text_of(events).split() == [str(number) for number in range(1, 201)]
    assert [seq for seq, _ in events] == list(range(1, len(events) + 1))
    assert isinstance(events[-1][1], Finished)
    assert events[-1][1].outcome == "exited"


async def test_a_worker_that_was_stopped_for_a_while_is_fenced(ground: Ground) -> None:
    await ground.open("session", count(500))
    await ground.start_run("session", "run")
    await ground.printed_at_least("run", 20)
    serving = ground.serving("session")
    assert serving
    ground.processes.signal(serving, signal.SIGSTOP)
    printed = await ground.client.last_seq("run")
    async with asyncio.timeout(60):  # another relays while this one stands still
        while await ground.client.last_seq("run") <= printed + 50:
            await asyncio.sleep(0.1)
    others = [name for name in ground.processes.pids if name.startswith("worker") and name != serving]
    assert any("session session: serving" in ground.processes.log(name) for name in others)
    ground.processes.signal(serving, signal.SIGCONT)
    events = await ground.events("run")
    assert text_of(events).split() == [str(number) for number in range(1, 501)]
    assert [seq for seq, _ in events] == list(range(1, len(events) + 1))
    assert isinstance(events[-1][1], Finished)
    assert events[-1][1].outcome == "exited"
    said = partial(ground.processes.log, serving)
    ground.processes.wait("Its fence", lambda: "took over" in said() or "fenced" in said())


async def test_a_deploy_hands_the_run_over(ground: Ground) -> None:
    await ground.open("session", count(200))
    await ground.start_run("session", "run")
    await ground.printed_at_least("run", 20)
    serving = ground.serving("session")
    assert serving
    began = asyncio.get_running_loop().time()
    await asyncio.to_thread(ground.processes.end, serving)
    assert asyncio.get_running_loop().time() - began < 5
    events = await ground.events("run")
    assert text_of(events).split() == [str(number) for number in range(1, 201)]
    assert isinstance(events[-1][1], Finished)
    assert events[-1][1].outcome == "exited"
