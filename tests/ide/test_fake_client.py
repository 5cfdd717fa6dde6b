"""The fake door keeps the promises of the real one."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis import Redis

from sandbox.client import Client
from sandbox.config import Config
from sandbox.exceptions import SessionLost, UnknownRun
from sandbox.limits import ContainerLimits, RunLimits
from sandbox.messages import FileChanged, Finished, Opening, Pool, Start, encode
from tests.ide.fake_client import FakeClient

Door = Client | FakeClient

OPENING = Opening(session_id="s1", owner="u1", toolchain="t", limits=ContainerLimits())
START = Start(run_id="r1", mode="interpret", limits=RunLimits())
CHANGED = FileChanged(path="Main.hs", etag=None)
LOST = Finished("host_lost")


@pytest.fixture(params=["real", "fake"])
async def client(request: pytest.FixtureRequest, redis_url: str) -> AsyncIterator[Door]:
    made: Door = FakeClient()
    if request.param == "real":
        made = Client(Config(redis_url=redis_url), wake=lambda session: None)
    yield made
    await made.close()


async def test_a_session_that_was_never_opened_is_lost(client: Door) -> None:
    assert await client.status("s1") is None
    with pytest.raises(SessionLost):
        await client.send("s1", START)


async def test_only_who_has_a_container_can_sleep(client: Door) -> None:
    await client.open(OPENING, {})
    assert await client.idle(["s1", "s2"]) == {}
    assert await client.idle([]) == {}
    assert not await client.hibernate("s1", 0.0)


async def test_blobs_are_kept_by_hash(client: Door) -> None:
    (sha256,) = await client.put_blobs([b"text"])
    assert await client.blob(sha256) == b"text"
    assert await client.blob("0" * 64) is None


async def test_events_are_heard_from_the_last_entry_on(client: Door) -> None:
    await client.publish("s1", FileChanged(path="earlier", etag=None))
    after = await client.last_entry("s1")
    await client.publish("s1", CHANGED)
    async with asyncio.timeout(5):
        async for entry, event in client.events("s1", after):
            assert (event, entry != after) == (CHANGED, True)
            break


async def test_a_run_can_be_followed_as_soon_as_it_is_sent_and_ends_once(client: Door) -> None:
    await client.open(OPENING, {})
    await client.send("s1", START)
    assert await client.outcome("r1") is None
    async with client.follow("r1") as follower:
        await client.finish("r1", "s1", LOST)
        await client.finish("r1", "s1", Finished("exited"))
        async with asyncio.timeout(5):
            assert [(seq, event) async for seq, event in follower] == [(1, LOST)]
    async with asyncio.timeout(5), client.follow("r1") as follower:
        assert [(seq, event) async for seq, event in follower.encoded()] == [(1, encode(LOST))]
    assert await client.outcome("r1") == LOST
    assert await client.last_seq("r1") == 1


async def test_a_run_that_was_sent_again_counts_on_from_what_was_seen(client: Door) -> None:
    await client.open(OPENING, {})
    await client.send("s1", START)
    with pytest.raises(UnknownRun):
        async with client.follow("r1", 5):
            pass
    async with asyncio.timeout(5), client.follow("r1", 5, base=5) as follower:
        await client.finish("r1", "s1", LOST)
        assert [(seq, event) async for seq, event in follower] == [(6, LOST)]
        assert follower.acknowledge(6)


async def test_a_run_that_said_nothing_takes_input(client: Door) -> None:
    await client.open(OPENING, {})
    await client.send("s1", START)
    assert await client.refused_input("r1") is None
    assert await client.refused_input("nobody") is None


async def test_an_unknown_run_cannot_be_followed(client: Door) -> None:
    with pytest.raises(UnknownRun):
        async with client.follow("nobody"):
            pass
    assert await client.last_seq("nobody") == 0


async def test_who_follows_a_run_hears_that_it_is_forgotten(client: Door, redis_url: str) -> None:
    await client.open(OPENING, {})
    await client.send("s1", START)
    async with asyncio.timeout(10), client.follow("r1") as follower:
        if isinstance(client, FakeClient):
            await client.forget_run("r1")
        with Redis.from_url(redis_url) as redis:
            redis.flushall()
        with pytest.raises(UnknownRun):
            await anext(aiter(follower))


async def test_the_pool_is_what_was_published(client: Door) -> None:
    await client.set_pool(Pool(hosts=[], toolchains=[]))
    assert await client.pool() == Pool(hosts=[], toolchains=[])
