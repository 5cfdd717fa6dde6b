"""What must reach the database reaches it, at least once."""

from sandbox import keys, records
from sandbox.client import Client
from sandbox.connections import Redis
from sandbox.limits import KIB, OUTPUT_TAIL_BYTES
from sandbox.messages import Finished, Output, RunBegan, RunEnded, SessionChanged, Started
from tests.sandbox.agents import Saying, say
from tests.sandbox.conftest import Agents, opening
from tests.sandbox.test_losses import outcome
from tests.sandbox.test_relay import start


async def test_a_run_leaves_its_beginning_and_its_end(client: Client) -> None:
    await client.open(opening(), {})
    await client.send("session", start("run"))
    await outcome(client, "run")
    found = [record for _, record in await client.records("test")]
    assert [type(record) for record in found] == [SessionChanged, RunBegan, RunEnded]
    ended = found[-1]
    assert isinstance(ended, RunEnded)
    assert (ended.run_id, ended.session_id, ended.host) == ("run", "session", "fake")
    assert (ended.stdout, ended.stdout_bytes, ended.stderr_bytes) == ("hello\n", 6, 0)
    assert ended.finished == await client.outcome("run")


async def test_the_last_part_of_each_stream_is_kept_whole(client: Client, agents: Agents) -> None:
    euros = "€" * 8 * KIB  # three bytes each: a cut falls inside one
    events: list[Started | Output | Finished] = [
        Started("run"),
        Output("stderr", "oops\n"),
        *[Output("stdout", euros)] * 12,
        Output("stdout", "end"),
        Finished("exited"),
    ]
    agents.make = lambda: Saying(lambda run: [say(run, n, event) for n, event in enumerate(events, start=1)])
    await client.open(opening(), {})
    await client.send("session", start("run"))
    await outcome(client, "run")
    [ended] = [record for _, record in await client.records("test") if isinstance(record, RunEnded)]
    assert ended.stderr == "oops\n"
    assert ended.stdout.endswith("€€end")
    assert set(ended.stdout) == set("€end")
    assert OUTPUT_TAIL_BYTES - 3 < len(ended.stdout.encode()) <= OUTPUT_TAIL_BYTES
    assert ended.stdout_bytes == 12 * len(euros.encode()) + 3


async def test_a_run_that_nobody_took_leaves_its_end(client: Client) -> None:
    await client.finish("run", "session", Finished("host_lost"))
    await client.finish("run", "session", Finished("internal_error"))
    [(_, ended)] = await client.records("test")
    assert isinstance(ended, RunEnded)
    assert ended.finished.outcome == "host_lost"


async def test_unsettled_records_come_again_settled_ones_do_not(client: Client, redis: Redis) -> None:
    await client.finish("one", "session", Finished("host_lost"))
    await client.finish("two", "session", Finished("host_lost"))
    first = await client.records("test")
    assert await client.records("test") == first
    await client.settle([first[0][0]])
    assert await client.records("test") == first[1:]
    await client.settle([first[1][0]])
    assert await client.records("test", wait_seconds=0.01) == []
    assert redis.xlen(keys.RECORDS) == 0


async def test_another_recorder_takes_over_what_a_dead_one_left(client: Client) -> None:
    await client.finish("one", "session", Finished("host_lost"))
    left = await client.records("dead")
    assert await client.records("next", wait_seconds=0.01) == []
    records.DEAD_MS, before = 0, records.DEAD_MS
    try:
        assert await client.records("next") == left
    finally:
        records.DEAD_MS = before


async def test_records_are_read_again_after_redis_was_emptied(client: Client, redis: Redis) -> None:
    assert await client.records("test", wait_seconds=0.01) == []
    redis.flushall()
    await client.finish("one", "session", Finished("host_lost"))
    assert len(await client.records("test")) == 1


async def test_what_is_no_record_holds_up_none(client: Client, redis: Redis) -> None:
    redis.xadd(keys.RECORDS, {"r": b"nonsense"})
    redis.xadd(keys.RECORDS, {"other": b"{}"})
    await client.finish("run", "session", Finished("host_lost"))
    for _ in range(2):
        [(entry, record)] = await client.records("test")
        assert isinstance(record, RunEnded)
    await client.settle([entry])
    assert redis.xlen(keys.RECORDS) == 0
