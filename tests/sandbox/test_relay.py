"""The main path: from the door to an agent and back."""

import asyncio
import time

import pytest

from sandbox import keys
from sandbox.client import Client
from sandbox.connections import Redis
from sandbox.engine.fakes import FakeHost
from sandbox.exceptions import SessionLost, UnknownRun
from sandbox.limits import MIB, RunLimits
from sandbox.messages import Finished, Input, Output, RunEvent, Start, Started, Status, Stop
from tests.sandbox.conftest import Relays, opening


def start(run_id: str, *args: str) -> Start:
    return Start(run_id=run_id, mode="interpret", limits=RunLimits(output_bytes=64 * MIB), args=list(args))


async def events_of(client: Client, run_id: str, after_seq: int = 0) -> list[tuple[int, RunEvent]]:
    events = []
    async with asyncio.timeout(30), client.follow(run_id, after_seq) as follower:
        async for seq, event in follower:
            follower.acknowledge(seq)
            events.append((seq, event))
    return events


async def until_state(client: Client, session_id: str, state: str) -> Status:
    async with asyncio.timeout(30):
        while True:
            status = await client.status(session_id)
            if status and status.state == state:
                return status
            await asyncio.sleep(0.02)


async def test_a_run_prints_and_ends(client: Client) -> None:
    await client.open(opening(), {})
    await client.send("session", start("run"))
    events = await events_of(client, "run")
    assert [seq for seq, _ in events] == [1, 2, 3]
    assert [type(event) for _, event in events] == [Started, Output, Finished]
    outcome = await client.outcome("run")
    assert outcome
    assert outcome.outcome == "exited"
    assert await client.last_seq("run") == 3


async def test_ready_names_the_host(client: Client) -> None:
    await client.open(opening(), {})
    status = await until_state(client, "session", "ready")
    assert (status.host, status.toolchain) == ("fake", "ghc-fake")


async def test_input_reaches_the_program_in_order(client: Client) -> None:
    await client.open(opening(), {})
    await client.send("session", start("run", "echo"))
    for number in range(200):
        await client.send("session", Input("run", f"{number}\n"))
    await client.send("session", Input("run", eof=True))
    events = await events_of(client, "run")
    printed = "".join(event.text for _, event in events if isinstance(event, Output))
    assert printed.split() == [str(number) for number in range(200)]


async def test_starting_the_same_run_twice_runs_it_once(client: Client, host: FakeHost) -> None:
    await client.open(opening(), {})
    await client.send("session", start("run"), start("run"))
    await client.send("session", start("run"))
    await client.send("session", start("other"))
    await events_of(client, "other")
    assert len(await events_of(client, "run")) == 3


async def test_a_session_for_one_run_waits_until_that_is_sent(client: Client, relays: Relays) -> None:
    await client.open(opening(once=True), {})
    await asyncio.sleep(0.5)
    assert relays.woken == []
    await client.send("session", start("run"))
    assert len(await events_of(client, "run")) == 3


async def test_a_relay_lets_go_and_another_goes_on(client: Client, relays: Relays, redis: Redis) -> None:
    await client.open(opening(), {})
    await client.send("session", start("one"))
    await events_of(client, "one")
    async with asyncio.timeout(30):
        while redis.exists(keys.LEASE % "session"):
            await asyncio.sleep(0.05)
    await client.send("session", start("two"))
    assert len(await events_of(client, "two")) == 3
    assert len(relays.woken) == 2


async def test_a_follower_that_comes_later_gets_what_it_lacks(client: Client) -> None:
    await client.open(opening(), {})
    await client.send("session", start("run"))
    whole = await events_of(client, "run")
    assert await events_of(client, "run", after_seq=1) == whole[1:]


async def test_an_unknown_run_cannot_be_followed(client: Client) -> None:
    with pytest.raises(UnknownRun):
        await events_of(client, "nobody")


async def test_a_session_that_was_never_opened_takes_no_message(client: Client) -> None:
    with pytest.raises(SessionLost):
        await client.send("session", Stop("run"))


async def test_the_way_through_redis_takes_little(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    await client.open(opening(), {})
    await client.send("session", start("run", "echo"))
    times = []
    async with client.follow("run") as follower:
        iterator = aiter(follower)
        await anext(iterator)
        for number in range(300):
            begin = time.perf_counter()
            await client.send("session", Input("run", f"{number}\n"))
            seq, _ = await anext(iterator)
            times.append(time.perf_counter() - begin)
            follower.acknowledge(seq)
    times.sort()
    with capsys.disabled():
        print(f"\ndoor → agent → door: median {times[150] * 1000:.2f} ms, p95 {times[285] * 1000:.2f} ms")
    await client.send("session", Stop("run"))
