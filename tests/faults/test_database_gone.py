"""PostgreSQL is away for a while: runs go on, and what ran and was typed meanwhile is written afterwards."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from bootstrap.postgres import Postgres, postgres
from bootstrap.system import program

from tests.faults.service import counted, outcome, until
from tests.faults.test_workers import count
from tests.stack import Stack
from tests.wire import Refused, Window

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(not program("initdb"), reason="PostgreSQL is not installed"),
]

AWAY_SECONDS = 20  # longer than who needs the database waits for it
NUMBERS = 200  # 10 s of printing
TYPED = 'main :: IO ()\nmain = putStrLn "typed meanwhile"\n'


@pytest.fixture
def database() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture
def stack(tmp_path: Path, database: Postgres) -> Iterator[Stack]:
    with Stack(tmp_path, DATABASE_URL=database.url) as running:
        running.wait_for_warm()
        yield running


async def test_nothing_that_ran_or_was_typed_meanwhile_is_lost(stack: Stack, database: Postgres) -> None:
    token = stack.user("alice")
    workspace = stack.workspace(token, {"Main.hs": count(NUMBERS)})
    async with Window.open(stack.url, workspace, token) as window:
        await window.initialize()
        await window.did_open("Main.hs", count(NUMBERS))
        await window.ready()
        run = await window.start(entry="Main.hs")
        await window.printed(run, "20\n")
        await asyncio.to_thread(database.stop)
        back = time.monotonic() + AWAY_SECONDS
        await window.did_change("Main.hs", TYPED)
        with pytest.raises(Refused, match="A part of the service is away"):
            await window.request("run/start", {"requestId": "meanwhile", "mode": "interpret"}, 60)
        assert (await window.ended(run))["outcome"] == "exited"
        counted(run, NUMBERS)
        await asyncio.sleep(back - time.monotonic())
        await asyncio.to_thread(database.start)
        await until(stack, "A service that is ready", lambda: stack.answers("/readyz"))

        def saved() -> str:
            return stack.call(token, "GET", f"/workspaces/{workspace}/files/Main.hs").text

        await until(stack, "The text in the database", lambda: saved() == TYPED)
        await until(stack, "The row's end", lambda: outcome(stack, token, run.id) is not None)
        row = stack.call(token, "GET", f"/runs/{run.id}").json()
        assert (row["outcome"], row["stdout"]) == ("exited", run.text["stdout"])
        again = await window.start(entry="Main.hs")
        assert (await window.ended(again))["outcome"] == "exited"
        assert again.text["stdout"] == "typed meanwhile\n"
