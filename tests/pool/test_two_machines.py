"""Worker and keeper on a machine of their own reach Redis over TLS alone, and serve what the web is asked."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.pool.apart import TLS_PORT, Apart
from tests.pool.machine import obstacle
from tests.pool.slots import held_slot
from tests.wire import Window

pytestmark = [pytest.mark.pool, pytest.mark.engine]

COUNTS = """import Control.Concurrent
main :: IO ()
main = mapM_ (\\n -> print (n :: Int) >> threadDelay 50000) [1 .. 200]
"""
NUMBERS = [str(number) for number in range(1, 201)]


@pytest.fixture(scope="module")
def apart(slot_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    if why := obstacle():
        pytest.skip(f"no machines of their own: {why}")
    with held_slot(slot_root) as slot, Apart(tmp_path_factory.mktemp("apart"), slot) as stack:
        stack.wait_for_warm()
        yield stack


async def test_a_run_goes_through_both_machines_and_none_of_it_in_plain_words(apart: Apart) -> None:
    token = apart.user("alice")
    program = {"files": {"Main.hs": "main = getLine >>= putStrLn . reverse"}, "stdin": "over there\n"}
    answer = apart.call(token, "POST", "/run", json=program).json()
    assert (answer["outcome"], answer["stdout"]) == ("exited", "ereht revo\n")
    assert apart.peers(TLS_PORT) >= {apart.address, apart.pool_address}, "web and recorder, worker and keeper"
    assert apart.peers(6379) == set()


async def test_a_cable_that_is_out_for_some_seconds_costs_no_output(apart: Apart) -> None:
    token = apart.user("bob")
    workspace = apart.workspace(token, {"Main.hs": COUNTS})
    async with Window.open(apart.url, workspace, token) as window:
        run = await window.start(entry="Main.hs")
        await window.printed(run, "20\n")
        apart.cut()
        await asyncio.sleep(4)
        apart.heal()
        assert (await window.ended(run, 90))["outcome"] == "exited"
        assert run.text["stdout"].split() == NUMBERS


def test_who_shows_no_certificate_is_not_spoken_to(apart: Apart) -> None:
    with redis.Redis.from_url(apart.redis_url) as known:
        assert known.ping()
    with (
        redis.Redis.from_url(apart.redis_url_with(certificate=False)) as stranger,
        pytest.raises(redis.ConnectionError),
    ):
        stranger.ping()
