"""Workers that live and do not listen are noticed, by the sessions that wait in vain."""

import time

import pytest

from sandbox import keys
from sandbox.client import Client
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.messages import WorkerFigures, encode
from sandbox.pool import attendance
from sandbox.pool.attendance import Beats
from tests.sandbox.conftest import Relays, opening
from tests.sandbox.test_keeper import kept
from tests.sandbox.test_losses import until
from tests.sandbox.test_relay import start, until_state


async def test_a_worker_says_that_it_lives_until_it_stops(client: Client, redis: Redis) -> None:
    beats = Beats(redis, 64, lambda: 3)
    beats.start()
    await until(lambda: redis.hlen(keys.WORKERS))
    [worker] = (await client.attendance()).workers
    assert (worker.slots, worker.busy) == (64, 3)
    assert (await client.attendance()).fault(time.time()) == ""
    beats.stop()
    assert (await client.attendance()).fault(time.time()) == "none runs"


async def test_a_session_that_no_worker_takes_is_noticed(
    client: Client, config: Config, relays: Relays, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    figures = WorkerFigures(name="deaf", at=time.time() + 60, slots=64, busy=0)
    redis.hset(keys.WORKERS, "deaf", encode(figures))
    relays.asleep = True  # as a worker whose consumer hangs
    with kept(relays, config) as keeper:
        await client.open(opening(), {})
        await client.send("session", start("run"))
        await until(lambda: redis.exists(keys.UNSERVED))
        assert keeper._lead
        unserved, since = keeper._lead._unserved, time.time() - 20

        def waits_for_long() -> bool:
            unserved._since["session"] = since  # again, where the keeper's round had just begun
            return float(redis.get(keys.UNSERVED)) == pytest.approx(since, abs=0.01)

        await until(waits_for_long)
        fault = (await client.attendance()).fault(time.time())
        assert fault.startswith("a session has waited for 2")
        await until(lambda: "while workers have nothing to do" in caplog.text)
        relays.asleep = False
        await until_state(client, "session", "ready")
        await until(lambda: not redis.exists(keys.UNSERVED))
        assert (await client.attendance()).fault(time.time()) == ""


async def test_a_worker_that_was_killed_is_forgotten(
    client: Client, config: Config, relays: Relays, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance, "FORGOTTEN_SECONDS", 1.0)
    redis.hset(keys.WORKERS, mapping={"other": b"{}", "dead": encode(WorkerFigures("dead", 1.0, 64, 0))})
    with kept(relays, config):
        await until(lambda: not redis.hexists(keys.WORKERS, "dead"))
    assert (await client.attendance()).workers == []
