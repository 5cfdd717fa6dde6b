"""A program that prints without end to a client that reads nothing: it waits, and nobody's memory grows."""

import asyncio

import psutil
import pytest

from sandbox import keys
from sandbox.limits import FOLLOWER_WINDOW_BYTES, MIB, RunLimits
from sandbox.messages import Finished, Start, Stop
from tests.faults.conftest import Ground, text_of

pytestmark = pytest.mark.engine

ENDLESS = """
main :: IO ()
main = mapM_ (\\n -> putStrLn (show n ++ replicate 990 'x')) [1 :: Int ..]
"""


def resident_bytes(ground: Ground) -> dict[str, int]:
    return {name: psutil.Process(pid).memory_info().rss for name, pid in ground.processes.pids.items()}


async def settled(ground: Ground) -> int:
    """The number of the last event, once none came for three seconds."""
    seen = 0
    async with asyncio.timeout(90):
        while (last := await ground.client.last_seq("run")) != seen or not seen:
            seen = last
            await asyncio.sleep(3)
    return seen


async def test_a_client_that_reads_nothing_blocks_the_program_and_costs_no_memory(ground: Ground) -> None:
    await ground.open("session", ENDLESS)
    start = Start("run", "interpret", RunLimits(run_seconds=600, output_bytes=64 * MIB), entry="Main.hs")
    await ground.client.send("session", start)
    async with ground.client.follow("run") as follower:
        iterator = aiter(follower)
        await anext(iterator)
        seen = await settled(ground)
        before = resident_bytes(ground)
        await asyncio.sleep(10)
        after = resident_bytes(ground)
        assert await ground.client.last_seq("run") == seen, "the program went on printing"
        assert {
            name: after[name] - before[name] for name in after if after[name] - before[name] > 4 * MIB
        } == {}
        printed = int(ground.redis.hget(keys.RUN % "run", "total") or 0)
        assert FOLLOWER_WINDOW_BYTES < printed < 3 * FOLLOWER_WINDOW_BYTES
        events = []
        async with asyncio.timeout(60):
            async for seq, event in iterator:  # now it reads: the program goes on where it was
                follower.acknowledge(seq)
                events.append((seq, event))
                if len(events) == 20:
                    await ground.client.send("session", Stop("run"))
    assert isinstance(events[-1][1], Finished)
    assert events[-1][1].outcome == "stopped"
    numbers = [int(line.rstrip("x")) for line in text_of(events).splitlines()]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_ten_megabytes_come_through_whole(ground: Ground) -> None:
    lines = 10_000
    await ground.open("session", ENDLESS.replace("[1 :: Int ..]", f"[1 :: Int .. {lines}]"))
    limits = RunLimits(run_seconds=60, output_bytes=64 * MIB)
    await ground.client.send("session", Start("run", "interpret", limits, entry="Main.hs"))
    events = await ground.events("run")
    assert [seq for seq, _ in events] == list(range(1, len(events) + 1))
    numbers = [int(line.rstrip("x")) for line in text_of(events).splitlines()]
    assert numbers == list(range(1, lines + 1))
