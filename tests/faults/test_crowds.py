"""Much at once under the whole service: doubled wake-ups, crowds of runs and of windows."""

import asyncio
import contextlib
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from sandbox import wakeups
from sandbox.config import Config
from tests.faults.service import counted, outcome, until
from tests.faults.test_workers import count
from tests.stack import Stack
from tests.wire import Run, Window

pytestmark = pytest.mark.engine

MARKS = """
import System.Environment (getArgs)

main :: IO ()
main = getArgs >>= appendFile "ran.txt" . unlines
"""
RAN = 'main :: IO ()\nmain = readFile "ran.txt" >>= putStr\n'
DELIVERIES = 10
SESSIONS, WINDOWS_OF_EACH, RUNS_OF_EACH = 4, 2, 25
WINDOWS, RECONNECTS = 20, 15


@pytest.fixture(scope="module")
def token(stack: Stack) -> str:
    at_once: dict[str, Any] = {"sessions": 20, "runs": 1000, "sockets": 100, "message_burst": 10_000}
    return stack.user("alice", **at_once, runs_per_minute=10_000, run_seconds=600)


def deliver(stack: Stack, workspace: str) -> None:
    """The same wake-up, so many times."""
    app = wakeups.app(Config(redis_url=stack.redis_url))
    for _ in range(DELIVERIES):
        app.send_task(wakeups.SERVE, args=[workspace.replace("-", "")], ignore_result=True)
    app.close()


async def test_a_wake_up_delivered_ten_times_makes_one_life_and_one_run(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": count(100)})
    await asyncio.to_thread(stack.stop, "worker")
    async with Window.open(stack.url, workspace, token) as window:
        run = await window.start(entry="Main.hs")
        await asyncio.to_thread(deliver, stack, workspace)
        await asyncio.to_thread(stack.start, "worker")
        await window.printed(run, "10\n", 60)
        await asyncio.to_thread(deliver, stack, workspace)
        assert (await window.ended(run))["outcome"] == "exited"
        counted(run, 100)
        served = f"session {workspace.replace('-', '')}: serving"
        assert stack.logs("worker").count(served) == 1
        assert len(stack.containers(workspace)) == 1
    await until(stack, "The row's end", lambda: outcome(stack, token, run.id) == "exited")


async def start_many(window: Window) -> list[Run]:
    """Each with its own name as its argument."""
    names = [uuid4().hex for _ in range(RUNS_OF_EACH)]
    return list(await asyncio.gather(*(window.start(entry="Main.hs", args=[name]) for name in names)))


async def test_two_hundred_runs_at_once_have_one_end_each_and_none_runs_twice(
    stack: Stack, token: str
) -> None:
    """A newer run stops the older one of its session, and the last one prints."""
    workspaces = [stack.workspace(token, {"Main.hs": MARKS, "Ran.hs": RAN}) for _ in range(SESSIONS)]
    async with contextlib.AsyncExitStack() as entered:
        windows = [
            await entered.enter_async_context(Window.open(stack.url, workspace, token))
            for workspace in workspaces * WINDOWS_OF_EACH
        ]
        for window in windows:
            await window.ready()
        started = await asyncio.gather(*map(start_many, windows))
        runs = {run.id for of_window in started for run in of_window}
        assert len(runs) == len(windows) * RUNS_OF_EACH

        def outcomes() -> dict[str, str | None]:
            rows = stack.call(token, "GET", "/runs?limit=500").json()
            return {row["id"]: row["outcome"] for row in rows if row["id"] in runs}

        await until(stack, "The end of all", lambda: None not in outcomes().values())
        ends = await asyncio.to_thread(outcomes)
        assert ends.keys() == runs
        assert set(ends.values()) <= {"exited", "stopped"}
        for window, of_window in zip(windows, started, strict=True):
            for run in of_window:
                assert (await window.ended(run))["outcome"] == ends[run.id]
                assert [event["type"] for event in run.events].count("finished") == 1
        for window in windows[:SESSIONS]:
            last = await window.start(entry="Ran.hs")
            assert (await window.ended(last))["outcome"] == "exited"
            assert set(Counter(last.text["stdout"].split()).values()) == {1}


async def follow_on(stack: Stack, workspace: str, token: str, run: Run, seconds: float = 0.2) -> None:
    """One more connection of a window: it goes on after the last event that it has."""
    async with Window.open(stack.url, workspace, token) as window:
        window.runs[run.id] = run
        await window.request("run/follow", {"runId": run.id, "afterSeq": len(run.events)})
        with contextlib.suppress(TimeoutError):
            await window.ended(run, seconds)


async def test_windows_that_connect_again_and_again_miss_nothing(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": count(100_000)})

    async def come_and_go(run: Run) -> None:
        for _ in range(RECONNECTS):
            await follow_on(stack, workspace, token, run)

    async with Window.open(stack.url, workspace, token) as window:
        whole = await window.start(entry="Main.hs")
        copies = [Run(whole.id) for _ in range(WINDOWS)]
        await asyncio.gather(*map(come_and_go, copies))
        await window.request("run/stop", {"runId": whole.id})
        assert (await window.ended(whole))["outcome"] == "stopped"
    await asyncio.gather(*(follow_on(stack, workspace, token, copy, 30) for copy in copies))
    counted(whole, len(whole.text["stdout"].split()))
    for copy in copies:
        assert copy.events == whole.events
    assert "Disconnected" not in stack.logs("web")
