"""The door: what it promises besides sessions and runs, which have their own tests."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator

import pytest

from sandbox import keys, scripts
from sandbox.client import Client
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.exceptions import InboxFull, SessionLost, UnknownRun
from sandbox.limits import FRAME_BYTES, INBOX_BYTES
from sandbox.messages import (
    Edit,
    End,
    FileChanged,
    HostFigures,
    Restart,
    RunStarted,
    Stop,
    Sync,
    decode_inbox,
    encode,
)
from sandbox.relay.inbox import MessageTooLarge, fields_of
from tests.sandbox.conftest import POOL, Agents, Relays, opening
from tests.sandbox.test_relay import events_of, start


@pytest.fixture
async def lonely(config: Config) -> AsyncIterator[Client]:
    """A door behind which nobody is."""
    door = Client(config, wake=lambda _: None)
    yield door
    await door.close()


async def test_a_slow_broker_does_not_hold_up_the_event_loop(config: Config, redis: Redis) -> None:
    door = Client(config, wake=lambda _: time.sleep(1))
    await door.open(opening(), {})
    began = time.perf_counter()
    await door.send("session", start("run"))
    assert time.perf_counter() - began < 0.5
    await door.close()


async def test_a_broker_that_fails_is_no_fault_of_the_caller(config: Config, redis: Redis) -> None:
    def fail(_: str) -> None:
        raise ConnectionError

    door = Client(config, wake=fail)
    await door.open(opening(), {})
    await door.send("session", start("run"))
    assert redis.xlen(keys.INBOX % "session") == 1
    await door.close()


async def test_a_session_that_is_served_is_not_woken_again(client: Client, relays: Relays) -> None:
    await client.open(opening(), {})
    for number in range(20):
        await client.send("session", start(f"run{number}"))
    await events_of(client, "run19")
    assert relays.woken == ["session"]


async def test_messages_that_are_sent_again_arrive_once(lonely: Client, redis: Redis) -> None:
    await lonely.open(opening(), {})
    fields = fields_of([Edit("Main.hs", 1, "main = print 1")])
    for _ in range(3):
        scripts.run(redis, "send", "session", *fields)
    assert redis.xlen(keys.INBOX % "session") == 1


async def test_blobs_come_back_by_their_hash(lonely: Client) -> None:
    contents = [b"one", b"", bytes(range(256))]
    hashes = await lonely.put_blobs(contents)
    assert [await lonely.blob(sha256) for sha256 in hashes] == contents
    assert await lonely.blob("0" * 64) is None
    assert await lonely.put_blobs([]) == []


async def test_listeners_hear_what_is_published_from_where_they_ask(lonely: Client) -> None:
    await lonely.publish("session", RunStarted("one", "interpret", None))
    after = await lonely.last_entry("session")
    await lonely.publish("session", FileChanged("Main.hs", "etag"))
    heard = lonely.events("session", after)
    assert (await anext(heard))[1] == FileChanged("Main.hs", "etag")
    waiting = asyncio.ensure_future(anext(lonely.events("session")))
    await asyncio.sleep(0.2)
    await lonely.publish("session", RunStarted("two", "repl", "Main.hs"))
    assert (await asyncio.wait_for(waiting, 5))[1] == RunStarted("two", "repl", "Main.hs")


async def test_a_message_that_no_line_can_hold_is_refused(lonely: Client) -> None:
    await lonely.open(opening(), {})
    with pytest.raises(MessageTooLarge):
        await lonely.send("session", Edit("Main.hs", 1, "\x00" * (FRAME_BYTES // 4)))


async def test_an_inbox_that_nobody_reads_is_bounded(lonely: Client, redis: Redis) -> None:
    await lonely.open(opening(), {})
    text = "x" * (FRAME_BYTES // 2)
    edits = [Edit("Main.hs", version, text) for version in range(64)]
    for edit in edits:
        await lonely.send("session", edit)
    with pytest.raises(InboxFull, match="Too many messages"):
        await lonely.send("session", edits[0])
    assert redis.memory_usage(keys.INBOX % "session") < 3 * INBOX_BYTES
    for ending in (Stop("run"), Restart(), Restart(), End()):
        await lonely.send("session", ending)
    last = [decode_inbox(fields[b"m"]) for _, fields in redis.xrange(keys.INBOX % "session")][-3:]
    assert last == [Stop("run"), Restart(), End()]


async def test_of_manifests_in_a_row_an_inbox_keeps_the_last(lonely: Client, redis: Redis) -> None:
    await lonely.open(opening(), {})
    for saves in (range(1, 50), range(50, 100)):
        for number in saves:
            await lonely.send("session", Sync({"Main.hs": f"{number:064x}"}))
        await lonely.send("session", start(f"run{number}"))
    inbox = [fields for _, fields in redis.xrange(keys.INBOX % "session")]
    kept = [decode_inbox(fields[b"m"]) for fields in inbox]
    manifests = [message.manifest["Main.hs"] for message in kept if isinstance(message, Sync)]
    assert ([int(sha256, 16) for sha256 in manifests], len(kept)) == ([49, 99], 4)
    assert int(inbox[-1][b"c"]) == sum(len(fields[b"m"]) for fields in inbox)


async def test_the_pool_and_its_hosts_are_told(lonely: Client, redis: Redis) -> None:
    assert await lonely.pool() is None
    await lonely.set_pool(POOL)
    assert await lonely.pool() == POOL
    figures = HostFigures(name="fake", alive=True, at=1.0)
    redis.hset(keys.FIGURES, "fake", encode(figures))
    assert await lonely.hosts() == [figures]


async def test_a_run_that_redis_forgot_ends_its_followers(
    client: Client, agents: Agents, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.follower.HEARTBEAT_SECONDS", 0.2)
    monkeypatch.setattr("sandbox.follower.WAIT_MS", 500)
    await client.open(opening(), {})
    await client.send("session", start("run", "echo"))
    async with asyncio.timeout(30):
        follower = client.follow("run")
        async with follower:
            events = aiter(follower)
            await anext(events)
            redis.flushall()
            with pytest.raises(UnknownRun):
                await anext(events)


async def test_a_run_that_was_lost_and_is_sent_again_is_not_taken_for_the_same(
    lonely: Client, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.follower.HEARTBEAT_SECONDS", 0.2)
    monkeypatch.setattr("sandbox.follower.WAIT_MS", 500)
    await lonely.open(opening(), {})
    await lonely.send("session", start("run"))
    async with asyncio.timeout(30), lonely.follow("run") as follower:
        redis.flushall()
        await lonely.open(opening(), {})
        await asyncio.sleep(0.01)
        await lonely.send("session", start("run"))
        with pytest.raises(UnknownRun):
            await anext(aiter(follower))


@pytest.mark.parametrize("scripts_known", [True, False])
async def test_contents_and_events_go_with_messages(
    lonely: Client, redis: Redis, scripts_known: bool
) -> None:
    await lonely.open(opening(), {})
    if not scripts_known:
        redis.script_flush()
    told = FileChanged(path="Main.hs", etag=None)
    await lonely.send("session", Edit("Main.hs", 1, "text"), contents=[b"text"], events=[told])
    assert await lonely.blob(hashlib.sha256(b"text").hexdigest()) == b"text"
    assert redis.xlen(keys.INBOX % "session") == 1
    async with asyncio.timeout(5):
        assert (await anext(aiter(lonely.events("session", "0-0"))))[1] == told


async def test_events_that_go_with_messages_to_a_lost_session_are_not_told(
    lonely: Client, redis: Redis
) -> None:
    with pytest.raises(SessionLost):
        await lonely.send("session", start("run"), events=[FileChanged(path="Main.hs", etag=None)])
    assert not redis.exists(keys.SESSION_EVENTS % "session")
