"""Faults under the whole service: what a user sees of them, and what its rows say in the end."""

import asyncio
import signal
import sys
from typing import Any

import httpx
import psutil
import pytest
import redis
from websockets.exceptions import ConnectionClosed

from ide.protocol import CloseCode
from sandbox import keys
from sandbox.config import Config
from sandbox.limits import FOLLOWER_WINDOW_BYTES, MIB
from sandbox.messages import HostEntry
from tests.conftest import accept
from tests.faults.service import counted, outcome, until
from tests.faults.test_output import ENDLESS
from tests.faults.test_workers import count
from tests.stack import Stack
from tests.wire import Window

pytestmark = pytest.mark.engine

HELLO = 'main :: IO ()\nmain = putStrLn "Hello"\n'
WRITES = 'main :: IO ()\nmain = writeFile "kept.txt" "still here" >> putStrLn "written"\n'
READS = 'main :: IO ()\nmain = readFile "kept.txt" >>= putStrLn\n'
LEFT = """
from ide.models import Run, User, Workspace
print(Run.objects.filter(session_id=%r).count(), User.objects.filter(username="bob").count())
print(Workspace.objects.filter(user__username="bob").count())
"""
PARTS = ("web", "worker", "redis")


@pytest.fixture(scope="module")
def token(stack: Stack) -> str:
    counts: dict[str, Any] = {"sessions": 20, "runs": 20, "runs_per_minute": 1000}
    return stack.user("alice", **counts, hibernate_seconds=30, output_bytes=64 * MIB)


async def test_a_client_that_reads_nothing_costs_nobody_memory(stack: Stack, token: str) -> None:
    def resident() -> dict[str, int]:
        return {name: psutil.Process(stack.pids[name]).memory_info().rss for name in PARTS}

    workspace = stack.workspace(token, {"Main.hs": ENDLESS})
    async with Window.open(stack.url, workspace, token, acknowledge=False) as window:
        run = await window.start(entry="Main.hs")
        await window.until(lambda: run.text["stdout"], 60)
        window.socket.transport.pause_reading()
        with redis.Redis.from_url(stack.redis_url) as client:

            def printed() -> int:
                return int(client.hget(keys.RUN % run.id, "total") or 0)

            await until(stack, "A full window", lambda: printed() > FOLLOWER_WINDOW_BYTES)
            await asyncio.sleep(3)
            held, before = printed(), resident()
            await asyncio.sleep(10)
            assert printed() == held < 3 * FOLLOWER_WINDOW_BYTES, "the program went on printing"
        grown = {name: size - before[name] for name, size in resident().items()}
        assert max(grown.values()) < 4 * MIB, grown
        window.socket.transport.resume_reading()
        await window.request("run/stop", {"runId": run.id})
    await until(stack, "The end", lambda: outcome(stack, token, run.id) == "stopped")


async def test_a_workspace_deleted_in_mid_run_takes_its_container_along(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": count(2000)})
    async with Window.open(stack.url, workspace, token) as window:
        run = await window.start(entry="Main.hs")
        await window.printed(run, "10\n")
        await asyncio.to_thread(stack.delete_workspace, token, workspace)
        await until(stack, "The container's end", lambda: not stack.containers(workspace))
    await until(stack, "The row's end", lambda: outcome(stack, token, run.id) == "stopped")


def delete_account(stack: Stack, name: str) -> None:
    """As its user does it in a browser."""
    with httpx.Client(base_url=stack.url, follow_redirects=True) as browser:

        def submit(path: str, **fields: str) -> str:
            browser.get(path).raise_for_status()
            form = {**fields, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
            return browser.post(path, data=form).raise_for_status().text

        submit("/accounts/login/", username=name, password=name)
        assert "Everything that was yours is removed" in submit("/account/delete", password=name)


async def deleted_in_mid_run(stack: Stack, token: str, workspace: str) -> None:
    """Until the service closes the window."""
    async with Window.open(stack.url, workspace, token) as window:
        run = await window.start(entry="Main.hs")
        await window.printed(run, "10\n")
        await asyncio.to_thread(delete_account, stack, "bob")
        await until(stack, "The container's end", lambda: not stack.containers(workspace))
        await asyncio.wait_for(window.socket.wait_closed(), 60)


async def test_an_account_deleted_in_mid_run_takes_all_of_it_along(stack: Stack) -> None:
    token = stack.user("bob")
    workspace = stack.workspace(token, {"Main.hs": count(2000)})
    with pytest.raises(ConnectionClosed) as closed:
        await deleted_in_mid_run(stack, token, workspace)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == CloseCode.LOGIN_EXPIRED
    assert stack.call(token, "GET", "/runs").status_code == 401
    with redis.Redis.from_url(stack.redis_url) as client:
        await until(stack, "All records written", lambda: not client.xlen(keys.RECORDS))
    left = stack.manage("shell", "--no-imports", "-c", LEFT % workspace.replace("-", ""))
    assert left.split() == ["0", "0", "0"]


async def test_keepers_come_and_go_in_mid_run(stack: Stack, token: str) -> None:
    """One is killed, two stand in for it, and one of these is killed, too: runs and their starts go on."""
    workspace = stack.workspace(token, {"Main.hs": count(300)})
    async with Window.open(stack.url, workspace, token) as window:
        run = await window.start(entry="Main.hs")
        await window.printed(run, "10\n")
        await asyncio.to_thread(stack.stop, "keeper", signal.SIGKILL)
        for name in ("another", "third"):
            stack.processes.start(name, sys.executable, "-m", "sandbox.keeper")
        other = stack.workspace(token, {"Main.hs": HELLO})
        async with Window.open(stack.url, other, token) as beside:
            said = await beside.start(entry="Main.hs")
            assert (await beside.ended(said))["outcome"] == "exited"
            await asyncio.to_thread(stack.stop, "another", signal.SIGKILL)
            said = await beside.start(entry="Main.hs")
            assert (await beside.ended(said))["outcome"] == "exited"
        assert (await window.ended(run, 90))["outcome"] == "exited"
        counted(run, 300)
    await asyncio.to_thread(stack.start, "keeper")
    await asyncio.to_thread(stack.stop, "third")
    assert len(stack.containers(workspace)) == 1


async def test_web_and_workers_restarted_in_turn_lose_nothing_of_a_run(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": count(400)})
    async with Window.open(stack.url, workspace, token) as window:
        before = await window.start(entry="Main.hs")
        await window.printed(before, "10\n")
        stack.processes.start(
            "worker2", sys.executable, "-m", "celery", "-A", "sandbox.tasks", "worker", "--pool", "threads"
        )
        await asyncio.to_thread(stack.stop, "worker")
        await asyncio.to_thread(stack.start, "worker")
    await asyncio.to_thread(stack.stop, "web")
    await asyncio.to_thread(stack.start, "web")
    await until(stack, "Web", lambda: stack.answers("/healthz"))
    await asyncio.to_thread(stack.stop, "worker2")
    async with Window.open(stack.url, workspace, token) as window:
        await window.request("run/follow", {"runId": before.id, "afterSeq": 0})
        run = window.run(before.id)
        assert (await window.ended(run, 90))["outcome"] == "exited"
        counted(run, 400)


async def test_what_a_program_wrote_survives_sleep_and_a_redis_that_lost_it(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": WRITES, "Reads.hs": READS})
    async with Window.open(stack.url, workspace, token) as window:
        assert (await window.ended(await window.start(entry="Main.hs")))["outcome"] == "exited"
    await until(stack, "Sleep", lambda: not stack.containers(workspace), 120)
    with redis.Redis.from_url(stack.redis_url) as client:
        session = keys.SESSION % workspace.replace("-", "")
        await until(stack, "Its archive", lambda: bool(client.hget(session, "overlay")))
        await until(stack, "All records written", lambda: not client.xlen(keys.RECORDS))
        assert client.delete(keys.BLOB % client.hget(session, "overlay").decode()) == 1
    async with Window.open(stack.url, workspace, token) as window:
        run = await window.start(entry="Reads.hs")
        assert (await window.ended(run, 90))["outcome"] == "exited", run.text
        assert run.text["stdout"] == "still here\n"


async def test_a_run_under_way_when_redis_lost_everything_ends_as_host_lost(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": count(2000), "Hello.hs": HELLO})
    async with Window.open(stack.url, workspace, token) as window:
        run = await window.start(entry="Main.hs")
        await window.printed(run, "10\n")
    [before] = stack.containers(workspace)
    await asyncio.to_thread(stack.stop, "redis", signal.SIGKILL)
    await asyncio.to_thread(stack.start_redis)
    with redis.Redis.from_url(stack.redis_url) as client:
        accept(client, HostEntry("local", "unix:///var/run/docker.sock"), Config())
    await until(stack, "The row's end", lambda: outcome(stack, token, run.id) is not None, 150)
    assert outcome(stack, token, run.id) == "host_lost"
    await until(stack, "A usable host", lambda: stack.answers("/readyz"), 120)
    async with Window.open(stack.url, workspace, token) as window:
        again = await window.start(entry="Hello.hs")
        assert (await window.ended(again, 120))["outcome"] == "exited"
        assert again.text["stdout"] == "Hello\n"
        assert "What programs wrote" in window.status["leftOut"]["reason"]
    assert before.id not in [each.id for each in stack.containers()]
