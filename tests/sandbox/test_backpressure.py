"""Output that nobody reads, or too slowly: the program waits, the buffers stay bounded, the gap is said."""

import asyncio
import math
import time

import pytest

from sandbox import keys
from sandbox.client import Client, Follower
from sandbox.connections import Redis
from sandbox.limits import FOLLOWER_WINDOW_BYTES, KIB, MIB, RUN_EVENTS_BYTES, UNACKNOWLEDGED_BYTES
from sandbox.messages import Finished, Output, OutputDropped, RunEvent, Stop
from tests.sandbox.agents import CHUNK, Printer
from tests.sandbox.conftest import Agents, opening
from tests.sandbox.test_losses import outcome, until
from tests.sandbox.test_relay import events_of, start

CHUNKS_OF_10_MIB = 10 * MIB // len(CHUNK)
# Of a program beyond who acknowledges nothing: windows, what is under way between them, and pieces.
AHEAD_BYTES = 2 * FOLLOWER_WINDOW_BYTES + 2 * UNACKNOWLEDGED_BYTES + 16 * len(CHUNK)


def printed(events: list[tuple[int, RunEvent]]) -> int:
    return sum(len(event.text) for _, event in events if isinstance(event, Output))


async def test_nothing_is_lost_for_a_follower_that_keeps_up(client: Client, agents: Agents) -> None:
    agents.make = lambda: Printer(CHUNKS_OF_10_MIB)
    await client.open(opening(), {})
    began = time.perf_counter()
    await client.send("session", start("run"))
    events = await events_of(client, "run")
    print(f"10 MiB through Redis in {time.perf_counter() - began:.2f} s")
    assert [seq for seq, _ in events] == list(range(1, CHUNKS_OF_10_MIB + 3))
    assert printed(events) == 10 * MIB


async def test_without_a_follower_the_last_part_is_kept_and_the_gap_is_said(
    client: Client, agents: Agents, redis: Redis
) -> None:
    agents.make = lambda: Printer(CHUNKS_OF_10_MIB)
    await client.open(opening(), {})
    await client.send("session", start("run"))
    await outcome(client, "run")
    events = await events_of(client, "run")
    through, gap = events[0]
    assert isinstance(gap, OutputDropped)
    assert gap.through_seq == through
    assert [seq for seq, _ in events] == list(range(through, CHUNKS_OF_10_MIB + 3))
    assert isinstance(events[-1][1], Finished)
    assert gap.bytes + printed(events) == 10 * MIB
    assert redis.memory_usage("sandbox:run:run:events") < 1.5 * RUN_EVENTS_BYTES


async def test_a_gap_after_what_was_seen_is_said_once(client: Client, agents: Agents) -> None:
    agents.make = lambda: Printer(CHUNKS_OF_10_MIB)
    await client.open(opening(), {})
    await client.send("session", start("run"))
    await outcome(client, "run")
    events = await events_of(client, "run", after_seq=100)
    assert [type(event) for _, event in events].count(OutputDropped) == 1
    assert events[0][0] > 100


async def standstill(agents: Agents, seconds: float = 1.0) -> int:
    """How much the first agent's program had printed when it printed nothing for so long."""
    printed, since = 0, time.monotonic()
    async with asyncio.timeout(30):
        while not printed or time.monotonic() - since < seconds:
            await asyncio.sleep(0.02)
            now = agents.made[0].printed if agents.made else 0
            if now != printed:
                printed, since = now, time.monotonic()
    return printed


async def test_a_follower_that_acknowledges_nothing_stops_the_program(client: Client, agents: Agents) -> None:
    agents.make = Printer
    await client.open(opening(), {})
    await client.send("session", start("run"))
    got = 0

    async def read() -> None:
        nonlocal got
        async with client.follow("run") as follower:
            async for _, event in follower:
                got += len(event.text) if isinstance(event, Output) else 0

    reader = asyncio.create_task(read())
    stopped_at = await standstill(agents)
    assert stopped_at * len(CHUNK) <= AHEAD_BYTES
    assert FOLLOWER_WINDOW_BYTES - len(CHUNK) < got <= FOLLOWER_WINDOW_BYTES
    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)
    async with asyncio.timeout(30):  # it left: the program goes on
        while agents.made[0].printed <= stopped_at + 50:
            await asyncio.sleep(0.02)
    await client.send("session", Stop("run"))


async def test_a_slow_follower_gets_everything(client: Client, agents: Agents) -> None:
    agents.make = lambda: Printer(CHUNKS_OF_10_MIB)
    await client.open(opening(), {})
    await client.send("session", start("run"))
    events = []
    async with asyncio.timeout(30), client.follow("run") as follower:
        async for seq, event in follower:
            events.append((seq, event))
            if seq % 8 == 0:
                await asyncio.sleep(0.01)
                follower.acknowledge(seq)
    assert printed(events) == 10 * MIB
    assert len(events) == CHUNKS_OF_10_MIB + 2


async def test_much_that_was_acknowledged_is_told_at_once(
    client: Client, agents: Agents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program does not wait for the time that little may wait."""
    monkeypatch.setattr("sandbox.follower.TELL_SECONDS", 60)
    agents.make = lambda: Printer(CHUNKS_OF_10_MIB)
    await client.open(opening(), {})
    await client.send("session", start("run"))
    async with asyncio.timeout(30), client.follow("run") as follower:
        async for seq, _ in follower:
            follower.acknowledge(seq)
    assert seq == CHUNKS_OF_10_MIB + 2


async def test_the_slowest_of_two_followers_counts(client: Client, agents: Agents) -> None:
    agents.make = Printer
    await client.open(opening(), {})
    await client.send("session", start("run"))
    async with client.follow("run"):
        fast = asyncio.create_task(events_of(client, "run"))
        stopped_at = await standstill(agents)
        assert stopped_at * len(CHUNK) <= 2 * FOLLOWER_WINDOW_BYTES + 2 * UNACKNOWLEDGED_BYTES + 16 * len(
            CHUNK
        )
        fast.cancel()
        await asyncio.gather(fast, return_exceptions=True)
    await client.send("session", Stop("run"))


SHOWN_BYTES = 128 * KIB


async def read_as_the_page_does(follower: Follower, enough: float = math.inf) -> int:
    """Acknowledge after each 128 KiB of output that is shown, and nothing else; returns how much was."""
    shown = told = 0
    async for seq, event in follower:
        shown += len(event.text) if isinstance(event, Output) else 0
        if shown - told >= SHOWN_BYTES:
            told = shown
            follower.acknowledge(seq)
        if shown >= enough:
            break
    return shown


async def dropped(redis: Redis, least: int) -> None:
    """Wait until so many bytes of the run's output are gone."""
    async with asyncio.timeout(30):
        while int(redis.hget(keys.RUN % "run", "dropped") or 0) < least:
            await asyncio.sleep(0.02)


async def test_who_follows_an_ended_run_from_its_beginning_is_not_held_up_by_what_is_gone(
    client: Client, agents: Agents
) -> None:
    agents.make = lambda: Printer(CHUNKS_OF_10_MIB)
    await client.open(opening(), {})
    await client.send("session", start("run"))
    await outcome(client, "run")
    async with asyncio.timeout(30), client.follow("run") as follower:
        assert await read_as_the_page_does(follower) > RUN_EVENTS_BYTES // 2


async def test_who_follows_a_live_run_from_its_beginning_does_not_stop_it(
    client: Client, agents: Agents, redis: Redis
) -> None:
    agents.make = Printer
    await client.open(opening(), {})
    await client.send("session", start("run"))
    await dropped(redis, 2 * FOLLOWER_WINDOW_BYTES)
    async with asyncio.timeout(30), client.follow("run") as follower:
        assert await read_as_the_page_does(follower, 4 * RUN_EVENTS_BYTES) >= 4 * RUN_EVENTS_BYTES
    await client.send("session", Stop("run"))


async def test_what_was_sent_before_a_gap_is_acknowledged_after_it(
    client: Client, agents: Agents, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.follower.HEARTBEAT_SECONDS", 60)
    agents.make = lambda: Printer(CHUNKS_OF_10_MIB)
    await client.open(opening(), {})
    await client.send("session", start("run"))
    async with asyncio.timeout(30), client.follow("run") as follower:
        events = aiter(follower)
        before = [await anext(events) for _ in range(9)][-1][0]
        redis.delete(keys.FOLLOWERS % "run")  # it was silent for too long
        await outcome(client, "run")
        while not isinstance((await anext(events))[1], OutputDropped):
            pass
        await until(lambda: redis.exists(keys.FOLLOWERS % "run"))  # the relay hears at once that it may go on
        follower.acknowledge(before)
        after = [await anext(events) for _ in range(FOLLOWER_WINDOW_BYTES // len(CHUNK) - 4)]
        assert printed(after) == len(after) * len(CHUNK)
