"""Calls that mean harm: too many, too fast, too slow, about what is somebody else's."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.asyncio.client import connect

from ide.protocol import ErrorCode
from tests.attacks.case import HONEST, Ground
from tests.stack import Stack
from tests.wire import ROOT, Refused, Window

pytestmark = pytest.mark.engine

STARTS, CLOSERS, AT_ONCE = 1000, 2, 4  # in all, of so many users, each with so many windows
SPAM, ALLOWED = 60, 5
WAITS = """import Control.Concurrent
import System.IO

main :: IO ()
main = putStrLn "up" >> hFlush stdout >> threadDelay 3000000 >> putStrLn "fine"
"""
# Examples without end, each given up only after a while: one request that takes long.
SLOW = "module Slow where\n\n" + "-- >>> length [1 ..]\n\n" * 6 + "slow :: Int\nslow = 1\n"


@contextlib.asynccontextmanager
async def workspace_of(stack: Stack, token: str, files: dict[str, str]) -> AsyncIterator[str]:
    """Its container must not count as one that was left over."""
    workspace = await asyncio.to_thread(stack.workspace, token, files)
    try:
        yield workspace
    finally:
        await asyncio.to_thread(stack.delete_workspace, token, workspace)


async def start_and_close(stack: Stack, token: str, workspace: str, times: int) -> None:
    """Each time another connection, which nobody reads."""
    url = f"{stack.url.replace('http', 'ws', 1)}/ws/workspaces/{workspace}"
    headers = {"Authorization": f"Bearer {token}"}
    for _ in range(times):
        params = {"requestId": uuid4().hex, "mode": "interpret", "entry": "Main.hs"}
        message = {"jsonrpc": "2.0", "id": 1, "method": "run/start", "params": params}
        async with connect(url, additional_headers=headers, proxy=None) as socket:
            await socket.send(json.dumps(message))


async def one_session_is_left(stack: Stack, token: str, workspace: str) -> None:
    def outcomes() -> Counter[str | None]:
        rows = stack.call(token, "GET", "/runs?limit=500").json()
        return Counter(row["outcome"] for row in rows)

    await asyncio.to_thread(stack.processes.wait, "The end of all", lambda: None not in outcomes(), 60)
    assert outcomes()
    assert outcomes().keys() <= {"stopped", "exited"}, outcomes()
    async with Window.open(stack.url, workspace, token) as window:
        run = await window.start(entry="Main.hs")
        assert (await window.ended(run))["outcome"] == "exited"
    assert len(await asyncio.to_thread(stack.containers, workspace)) == 1


async def test_start_then_close_a_thousand_times_leaves_one_session_of_each(ground: Ground) -> None:
    stack = ground.stack
    many: dict[str, Any] = {"sockets": 100, "runs_per_minute": 100_000}  # refusing is cheap
    tokens = [await asyncio.to_thread(stack.user, f"closer{n}", **many) for n in range(CLOSERS)]
    await ground.afterwards()  # so that it is known how large everybody is
    async with contextlib.AsyncExitStack() as entered:
        workspaces = [
            await entered.enter_async_context(workspace_of(stack, token, {"Main.hs": HONEST}))
            for token in tokens
        ]
        closers = list(zip(tokens, workspaces, strict=True))
        each = STARTS // (CLOSERS * AT_ONCE)
        await asyncio.gather(*(start_and_close(stack, *closer, each) for closer in closers * AT_ONCE))
        await ground.honest()
        for closer in closers:
            await one_session_is_left(stack, *closer)
    await ground.afterwards()


async def test_resume_forgery_shows_and_stops_nothing(ground: Ground) -> None:
    stack = ground.stack
    async with (
        workspace_of(stack, ground.bob, {"Main.hs": WAITS}) as theirs,
        workspace_of(stack, ground.mallory, {"Main.hs": HONEST}) as own,
        Window.open(stack.url, theirs, ground.bob) as honest,
        Window.open(stack.url, own, ground.mallory) as forger,
    ):
        run = await honest.start(entry="Main.hs")
        await honest.printed(run, "up")
        about: dict[str, Any] = {"runId": run.id}
        for method, more in (("run/follow", {"afterSeq": 0}), ("run/input", {"text": "x"}), ("run/stop", {})):
            refused = await forger.refused(method, about | more)
            assert refused.code == ErrorCode.UNKNOWN_RUN
        await forger.notify("run/ack", about | {"seq": 10**9})
        assert (await honest.ended(run))["outcome"] == "exited"
        assert run.text["stdout"] == "up\nfine\n"
        assert run.id not in forger.runs


async def test_head_blocking_holds_up_nothing_of_the_same_socket(ground: Ground) -> None:
    stack = ground.stack
    async with (
        workspace_of(stack, ground.bob, {"Main.hs": HONEST, "Slow.hs": SLOW}) as workspace,
        Window.open(stack.url, workspace, ground.bob) as window,
    ):
        await window.ready()
        await window.initialize()
        await window.did_open("Slow.hs", SLOW)
        await window.diagnostics("Slow.hs", 1, timeout=90)
        evaluation = {"command": "haskell.evaluate", "arguments": [f"{ROOT}Slow.hs"]}
        number, slow = await window.ask("workspace/executeCommand", evaluation)
        document = {"textDocument": {"uri": f"{ROOT}Slow.hs"}}
        for _ in range(10):
            symbols = await window.request("textDocument/documentSymbol", document)
            assert [each["name"] for each in symbols] == ["slow"]
        run = await window.start(entry="Main.hs")
        assert (await window.ended(run))["outcome"] == "exited"
        assert not slow.done()
        await window.notify("$/cancelRequest", {"id": number})
        with pytest.raises(Refused) as refused:
            await asyncio.wait_for(slow, 30)
        assert refused.value.code == ErrorCode.REQUEST_CANCELLED


async def test_job_spam_is_refused_and_others_are_unaffected(ground: Ground) -> None:
    token = await asyncio.to_thread(ground.stack.user, "spammer", runs_per_minute=ALLOWED)
    headers = {"Authorization": f"Bearer {token}"}
    limits = httpx.Limits(max_connections=SPAM)
    async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=200, limits=limits) as client:
        url, body = f"{ground.stack.url}/api/v1/run", {"files": {"Main.hs": HONEST}}
        spam = asyncio.gather(*(client.post(url, json=body) for _ in range(SPAM)))
        await ground.honest()
        answers = await spam
    codes = Counter(answer.status_code for answer in answers)
    assert codes == {200: codes[200], 429: SPAM - codes[200]}
    assert 1 <= codes[200] <= ALLOWED
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers if answer.status_code == 429)
    await ground.afterwards()
