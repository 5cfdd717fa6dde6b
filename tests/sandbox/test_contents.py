"""Files and local changes on their way to a container and back."""

import asyncio
import hashlib
import time
from collections.abc import Iterable

import msgspec
import pytest

from sandbox import keys
from sandbox.client import Client
from sandbox.connections import Redis
from sandbox.engine.fakes import FakeHost
from sandbox.exceptions import SessionAsleep
from sandbox.messages import (
    Close,
    Deliver,
    Edit,
    Frame,
    Hibernate,
    LeftFile,
    LeftOut,
    Missing,
    Refused,
    SessionChanged,
    Status,
    Sync,
)
from sandbox.relay import contents
from sandbox.relay.session import NOT_FOUND, NOT_PUT_BACK
from tests.sandbox.agents import Asking, Keeping
from tests.sandbox.conftest import Agents, opening
from tests.sandbox.test_losses import outcome, until
from tests.sandbox.test_relay import start, until_state

LEFT_OUT = LeftOut(3, 50_000_000, [LeftFile("big.bin", 40_000_000)])


async def sleep(client: Client) -> Status:
    await client.send("session", Hibernate())
    return await until_state(client, "session", "hibernated")


async def wake(client: Client) -> Status:
    await client.open(opening(), {})
    return await until_state(client, "session", "ready")


async def asked_for(client: Client, sha256: str) -> None:
    """Until the recorder is asked for this."""
    async with asyncio.timeout(30):
        while entries := await client.records("test", wait_seconds=9):
            await client.settle([entry for entry, _ in entries])
            if Missing("session", [sha256]) in [record for _, record in entries]:
                return


async def test_an_agent_gets_the_contents_that_it_needs(client: Client, agents: Agents) -> None:
    agents.make = Asking
    files = [f"module M{number} where\n".encode() * 1000 for number in range(60)]
    hashes = await client.put_blobs(files)
    await client.open(opening(), {f"M{number}.hs": sha256 for number, sha256 in enumerate(hashes)})
    await until(lambda: agents.made and agents.made[0].supplied.is_set())
    assert agents.made[0].contents == dict(zip(hashes, files, strict=True))


async def test_a_container_gets_no_contents_but_its_sessions_own(client: Client, agents: Agents) -> None:
    [foreign] = await client.put_blobs([b"charlie's"])
    [own] = await client.put_blobs([b"alice's"])
    agents.make = lambda: Asking(besides={foreign})
    await client.open(opening(), {"Main.hs": own})
    await until(lambda: agents.made and agents.made[0].supplied.is_set())
    assert agents.made[0].contents == {own: b"alice's", foreign: None}


async def test_what_redis_lost_the_recorder_brings(client: Client, agents: Agents) -> None:
    agents.make = Asking
    content = b"main = print 1\n"
    sha256 = hashlib.sha256(content).hexdigest()
    await client.open(opening(), {"Main.hs": sha256})
    await asked_for(client, sha256)
    await client.put_blobs([content])
    await until(lambda: agents.made[0].supplied.is_set())
    assert agents.made[0].contents == {sha256: content}


async def test_that_an_archive_which_nobody_has_is_gone_is_said(
    client: Client, agents: Agents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "WAIT_SECONDS", 0.3)
    await client.open(opening(overlay="0" * 64), {})
    told = (await until_state(client, "session", "ready")).left_out
    assert told
    assert (told.count, told.reason) == (0, NOT_FOUND)


async def test_that_an_archive_could_not_be_put_back_is_said_once(client: Client, agents: Agents) -> None:
    class Full(Keeping):
        def _act(self, command: Deliver) -> Iterable[Frame]:
            yield Refused("0-0", "No space left on device")
            yield from super()._act(command)

    agents.make = Full
    await client.open(opening(), {})
    async with asyncio.timeout(30):
        while not (told := (await until_state(client, "session", "ready")).left_out):
            await asyncio.sleep(0.02)
    assert told.reason == NOT_PUT_BACK
    await client.send("session", Sync({}), start("run"))
    assert (await outcome(client, "run")).outcome == "exited"
    assert (await until_state(client, "session", "ready")).left_out == told


async def test_a_session_hibernates_although_a_message_just_before_was_refused(
    client: Client, agents: Agents
) -> None:
    class Choosy(Keeping):
        def _act(self, command: Deliver) -> Iterable[Frame]:
            if isinstance(command.message, Edit):
                yield Refused(command.entry, "Not like this.")
            yield from super()._act(command)

    agents.make = Choosy
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    await client.send("session", Edit("Main.hs", 1, ""), Hibernate())
    await until_state(client, "session", "hibernated")


async def test_what_nobody_has_is_said(client: Client, agents: Agents) -> None:
    contents.WAIT_SECONDS, before = 0.3, contents.WAIT_SECONDS
    try:
        agents.make = Asking
        await client.open(opening(), {"Main.hs": "0" * 64})
        await until(lambda: agents.made and agents.made[0].supplied.is_set())
        assert agents.made[0].contents == {"0" * 64: None}
    finally:
        contents.WAIT_SECONDS = before


async def test_local_changes_survive_hibernation(
    client: Client, agents: Agents, host: FakeHost, redis: Redis
) -> None:
    changes = bytes(range(256)) * 5000
    agents.make = lambda: Keeping(changes)
    await client.open(opening(), {"Main.hs": "0" * 64})
    await until_state(client, "session", "ready")
    await client.send("session", Hibernate())
    await until_state(client, "session", "hibernated")
    await until(lambda: not host.containers())
    agents.make = lambda: Keeping(b"")
    await client.open(opening(), {"Main.hs": "0" * 64})
    await client.send("session", start("run"))
    assert (await outcome(client, "run")).outcome == "exited"
    assert agents.made[1].restored == changes
    assert agents.made[1].manifests == [{"Main.hs": "0" * 64}]


async def test_what_is_sent_to_a_session_that_sleeps_makes_no_container(
    client: Client, agents: Agents, host: FakeHost, redis: Redis
) -> None:
    agents.make = Keeping
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    await client.send("session", Hibernate())
    await until_state(client, "session", "hibernated")
    with pytest.raises(SessionAsleep):
        await client.send("session", start("run"))
    await until(lambda: not redis.exists(keys.LEASE % "session"))
    assert (len(agents.made), redis.xlen(keys.INBOX % "session")) == (1, 0)
    await client.open(opening(), {})
    await client.send("session", start("run"))
    assert (await outcome(client, "run")).outcome == "exited"


async def test_the_recorder_learns_of_the_overlay_and_can_read_it(client: Client, agents: Agents) -> None:
    agents.make = lambda: Keeping(b"changes")
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    await client.send("session", Hibernate())
    await until_state(client, "session", "hibernated")
    records = [record for _, record in await client.records("test") if isinstance(record, SessionChanged)]
    assert [record.state for record in records] == ["ready", "hibernated"]
    assert records[1].overlay
    assert await client.blob(records[1].overlay) == b"changes"


async def test_what_had_no_room_is_told_when_the_session_comes_back_until_it_sleeps_after_a_run(
    client: Client, agents: Agents
) -> None:
    agents.make = lambda: Keeping(b"changes", LEFT_OUT)
    await wake(client)
    told = (await sleep(client)).left_out
    assert told
    assert abs(told.at - time.time()) < 60
    assert msgspec.structs.replace(told, at=0.0) == LEFT_OUT
    agents.make = lambda: Keeping(b"changes")
    assert (await wake(client)).left_out == told
    assert (await sleep(client)).left_out == told, "nobody may have been there"
    assert (await wake(client)).left_out == told
    await client.send("session", start("run"))
    await outcome(client, "run")
    assert (await sleep(client)).left_out is None
    assert (await wake(client)).left_out is None


async def test_what_had_no_room_is_recorded_and_told_again_out_of_the_record(
    client: Client, agents: Agents, redis: Redis
) -> None:
    agents.make = lambda: Keeping(b"changes", LEFT_OUT)
    await wake(client)
    told = (await sleep(client)).left_out
    records = [record for _, record in await client.records("test") if isinstance(record, SessionChanged)]
    assert [record.left_out for record in records] == [None, told]
    await until(lambda: not redis.exists(keys.LEASE % "session"))
    redis.delete(keys.SESSION % "session")  # it slept for long
    await client.open(opening(overlay=records[1].overlay, left_out=told), {})
    assert (await until_state(client, "session", "ready")).left_out == told


async def test_an_overlay_that_redis_lost_is_asked_for(client: Client, agents: Agents, redis: Redis) -> None:
    agents.make = lambda: Keeping(b"")
    overlay = hashlib.sha256(b"old changes").hexdigest()
    await client.open(opening(overlay=overlay), {})
    await asked_for(client, overlay)
    await client.put_blobs([b"old changes"])
    await until_state(client, "session", "ready")
    await until(lambda: agents.made[0].restored == b"old changes")


async def test_a_session_with_a_live_run_does_not_hibernate(
    client: Client, agents: Agents, host: FakeHost, redis: Redis
) -> None:
    agents.make = Keeping
    await client.open(opening(), {})
    await client.send("session", start("run", "echo"))
    await until(lambda: redis.hexists(keys.RUN % "run", "began"))
    await client.send("session", Hibernate())
    await client.send("session", start("second"))
    assert (await outcome(client, "second")).outcome == "exited"
    assert len(host.containers()) == 1
    assert not redis.xlen(keys.INBOX % "session")
    assert not any(isinstance(delivery.message, Hibernate) for delivery in agents.made[0].received)


async def test_an_idle_session_is_told_to_hibernate_once_and_only_if_nobody_used_it(
    client: Client, agents: Agents
) -> None:
    agents.make = Keeping
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    used = (await client.idle(["session", "unknown"]))["session"]
    assert abs(time.time() - used) < 60
    await client.send("session", Close(path="Main.hs"))
    if (later := (await client.idle(["session"]))["session"]) != used:
        assert not await client.hibernate("session", used)
    assert await client.hibernate("session", later)
    assert not await client.hibernate("session", later)
    await until_state(client, "session", "hibernated")
    assert await client.idle(["session"]) == {}
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    again = (await client.idle(["session"]))["session"]
    assert await client.hibernate("session", again), "it may be told again"


async def test_a_session_with_a_run_is_not_idle(client: Client, agents: Agents, redis: Redis) -> None:
    agents.make = Keeping
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    used = (await client.idle(["session"]))["session"]
    await client.send("session", start("run", "echo"))
    assert await client.idle(["session"]) == {}
    assert not await client.hibernate("session", used)


async def test_what_comes_while_it_hibernates_waits_for_the_next_container(
    client: Client, agents: Agents
) -> None:
    agents.make = Keeping
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    await client.send("session", Hibernate())
    await client.send("session", start("run"))
    assert (await outcome(client, "run")).outcome == "exited"
    assert len(agents.made[0].received) + len(agents.made[-1].received) >= 3
