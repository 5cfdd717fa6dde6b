"""A program's day, over the real socket and through every real part."""

import asyncio
import contextlib
import signal
import time
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed

from sandbox.limits import FILE_BYTES, FOLLOWER_WINDOW_BYTES, INPUT_BYTES, MIB, OUTPUT_CHUNK_BYTES
from tests.stack import Stack
from tests.wire import Refused, Window

pytestmark = pytest.mark.engine

MAIN = 'main :: IO ()\nmain = putStrLn "Hello"\n'
WRONG = "main :: IO ()\nmain = putStrLn 1\n"
ASKS = 'main :: IO ()\nmain = putStrLn "name?" >> getLine >>= putStrLn . ("hi " ++)\n'
ENDLESS = """import Control.Concurrent
main :: IO ()
main = mapM_ (\\n -> print (n :: Int) >> threadDelay 100000) [1 ..]
"""
WRITES = """main :: IO ()
main = appendFile "kept" "x" >> readFile "kept" >>= print . length
"""
WRITES_MUCH = """import qualified Data.ByteString as B
import System.IO
main :: IO ()
main = do
  noise <- withBinaryFile "/dev/urandom" ReadMode (`B.hGet` (40 * 1024 * 1024))
  B.writeFile "big.bin" noise
  writeFile "small.txt" "still here"
"""
READS = 'main :: IO ()\nmain = readFile "small.txt" >>= putStrLn\n'
FLOOD = "main :: IO ()\nmain = mapM_ (\\n -> putStrLn (show (n :: Int) ++ replicate 1000 'x')) [1 .. 7000]\n"


async def opened(window: Window, text: str = MAIN) -> None:
    await window.ready()
    await window.initialize()
    await window.did_open("Main.hs", text)


async def test_edit_see_the_error_mend_it_run_and_answer(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        version = await window.did_change("Main.hs", WRONG)
        (error,) = await window.diagnostics("Main.hs", version)
        assert error["code"] == "GHC-39999"
        assert error["range"]["start"] == {"line": 1, "character": 16}
        version = await window.did_change("Main.hs", ASKS)
        assert await window.diagnostics("Main.hs", version) == []
        run = await window.start()
        await window.printed(run, "name?")
        await window.request("run/input", {"runId": run.id, "text": "Ada\n"})
        finished = await window.ended(run)
        assert (finished["outcome"], finished["exitCode"]) == ("exited", 0)
        assert run.text["stdout"] == "name?\nhi Ada\n"
        assert [event["seq"] for event in run.events] == list(range(1, len(run.events) + 1))


async def test_a_program_that_does_not_read_is_given_no_more_input_and_who_sends_it_is_told(
    stack: Stack, token: str
) -> None:
    workspace = stack.workspace(token, {"Main.hs": ENDLESS})
    async with Window.open(stack.url, workspace, token) as window:
        run = await window.start()
        await window.printed(run, "1\n")
        for _ in range(INPUT_BYTES // FILE_BYTES + 1):
            assert await window.request("run/input", {"runId": run.id, "text": "x" * FILE_BYTES}) == {}
        await window.until(lambda: any(event["type"] == "input_refused" for event in run.events), 30)
        async with Window.open(stack.url, workspace, token) as other:
            for each in (window, other):
                refused = await each.refused("run/input", {"runId": run.id, "text": "late\n"})
                assert (refused.code, refused.data) == (-32803, {"limitBytes": INPUT_BYTES})
        await window.request("run/stop", {"runId": run.id})
        assert (await window.ended(run))["outcome"] == "stopped"
        assert await window.request("run/input", {"runId": run.id, "text": "late\n"}) == {}


async def test_a_program_with_an_error_is_refused_with_its_diagnostics(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": WRONG})
    async with Window.open(stack.url, workspace, token) as window:
        run = await window.start()
        finished = await window.ended(run)
        assert finished["outcome"] == "compile_failed"
        assert finished["diagnostics"][0]["uri"] == "file:///work/Main.hs"


async def test_an_endless_program_stops_when_told(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": ENDLESS})
    async with Window.open(stack.url, workspace, token) as window:
        run = await window.start()
        await window.printed(run, "3\n")
        await window.request("run/stop", {"runId": run.id})
        assert (await window.ended(run, 5))["outcome"] == "stopped"
        assert await window.request("run/stop", {"runId": run.id}) == {}


async def test_a_reload_in_mid_run_misses_nothing_and_sees_nothing_twice(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": ENDLESS})
    async with Window.open(stack.url, workspace, token) as window:
        before = await window.start()
        await window.printed(before, "3\n")
    async with Window.open(stack.url, workspace, token) as window:
        (listed,) = await window.request("run/list", {})
        assert (listed["runId"], listed["state"]) == (before.id, "running")
        seen = before.events[-1]["seq"]
        await window.request("run/follow", {"runId": before.id, "afterSeq": seen})
        after = window.run(before.id)
        await window.until(lambda: len(after.events) > 5)
        await window.request("run/stop", {"runId": before.id})
        await window.ended(after)
    printed = (before.text["stdout"] + after.text["stdout"]).split()
    assert [int(line) for line in printed] == list(range(1, len(printed) + 1))
    assert after.events[0]["seq"] == seen + 1


async def test_the_same_request_from_two_windows_runs_once(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN})
    async with (
        Window.open(stack.url, workspace, token) as one,
        Window.open(stack.url, workspace, token) as other,
    ):
        request = {"requestId": uuid4().hex, "mode": "interpret"}
        answers = await asyncio.gather(*(each.request("run/start", request) for each in (one, other, one)))
        assert len({answer["runId"] for answer in answers}) == 1
        run = one.run(answers[0]["runId"])
        await one.ended(run)
        assert run.text["stdout"] == "Hello\n"
        assert len(stack.call(token, "GET", "/runs").json()) >= 1


async def test_a_newer_run_of_a_mode_stops_the_older_across_windows(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": ENDLESS})
    async with (
        Window.open(stack.url, workspace, token) as one,
        Window.open(stack.url, workspace, token) as other,
    ):
        older = await one.start()
        await one.printed(older, "2\n")
        newer = await other.start()
        assert (await one.ended(older, 10))["outcome"] == "stopped"
        await other.printed(newer, "2\n")
        await other.request("run/stop", {"runId": newer.id})
        await other.ended(newer)


async def test_what_was_typed_is_there_after_a_reload(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        await window.did_change("Main.hs", ASKS)
        await asyncio.sleep(1)
        window.socket.transport.abort()
    assert stack.call(token, "GET", f"/workspaces/{workspace}/files/Main.hs").text == ASKS


async def test_a_run_leaves_a_row_with_what_it_printed_and_cost(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN})
    async with Window.open(stack.url, workspace, token) as window:
        run = await window.start()
        await window.ended(run)
    await asyncio.to_thread(
        stack.processes.wait,
        "The row",
        lambda: bool(stack.call(token, "GET", f"/runs/{run.id}").json()["outcome"]),
    )
    row = stack.call(token, "GET", f"/runs/{run.id}").json()
    assert (row["outcome"], row["stdout"]) == ("exited", "Hello\n")
    assert row["usage"]["cpuSeconds"] > 0


async def test_seven_megabytes_arrive_whole_and_in_order(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": FLOOD})
    async with Window.open(stack.url, workspace, token) as window:
        run = await window.start()
        assert (await window.ended(run))["outcome"] == "exited"
        lines = run.text["stdout"].splitlines()
        assert [line.rstrip("x") for line in lines] == [str(n) for n in range(1, 7001)]


async def test_at_most_a_mebibyte_is_sent_beyond_what_was_acknowledged(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": FLOOD})
    least = FOLLOWER_WINDOW_BYTES - OUTPUT_CHUNK_BYTES  # the next event may not fit any more
    async with Window.open(stack.url, workspace, token, acknowledge=False) as window:
        run = await window.start()
        await asyncio.sleep(4)
        printed = len(run.text["stdout"])
        assert least < printed <= FOLLOWER_WINDOW_BYTES
        assert run.finished is None
        await window.notify("run/ack", {"runId": run.id, "seq": run.events[-1]["seq"]})
        await window.until(lambda: len(run.text["stdout"]) > printed + least)
        await window.request("run/stop", {"runId": run.id})


async def test_a_worker_killed_in_mid_run_loses_nothing(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": ENDLESS})
    async with Window.open(stack.url, workspace, token) as window:
        run = await window.start()
        await window.printed(run, "3\n")
        await asyncio.to_thread(stack.stop, "worker", signal.SIGKILL)
        await asyncio.to_thread(stack.start, "worker")
        seen = len(run.events)
        await window.until(lambda: len(run.events) > seen + 20, 60)
        await window.request("run/stop", {"runId": run.id})
        assert (await window.ended(run))["outcome"] == "stopped"
        printed = run.text["stdout"].split()
        assert [int(line) for line in printed] == list(range(1, len(printed) + 1))
        assert [event["seq"] for event in run.events] == list(range(1, len(run.events) + 1))


async def test_a_web_process_killed_in_mid_run_loses_nothing(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": ENDLESS})
    with contextlib.suppress(ConnectionClosed):
        async with Window.open(stack.url, workspace, token) as window:
            before = await window.start()
            await window.printed(before, "3\n")
            await asyncio.to_thread(stack.stop, "web", signal.SIGKILL)
    await asyncio.to_thread(stack.start, "web")
    await asyncio.to_thread(stack.processes.wait, "Web", lambda: stack.answers("/healthz"))
    async with Window.open(stack.url, workspace, token) as window:
        await window.request("run/follow", {"runId": before.id, "afterSeq": 0})
        run = window.run(before.id)
        await window.printed(run, "10\n")
        await window.request("run/stop", {"runId": run.id})
        await window.ended(run)
        printed = run.text["stdout"].split()
        assert [int(line) for line in printed] == list(range(1, len(printed) + 1))


async def test_restart_gives_a_fresh_container_with_the_same_files(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        before = {container.id for container in stack.containers(workspace)}
        window.messages.clear()
        assert await window.request("session/restart", {}) == {}
        await window.ready()
        run = await window.start()
        await window.ended(run)
        assert run.text["stdout"] == "Hello\n"
        after = {container.id for container in stack.containers(workspace)}
        assert after
        assert not before & after


async def test_a_plan_that_was_lowered_refuses_the_next_run(stack: Stack) -> None:
    bob = stack.user("bob")
    workspace = stack.workspace(bob, {"Main.hs": MAIN})
    async with Window.open(stack.url, workspace, bob) as window:
        await window.ended(await window.start())
        stack.user("bob", runs_per_minute=0)
        with pytest.raises(Refused, match="minute") as refused:
            await window.start()
        assert refused.value.code == 1


async def test_an_unused_session_makes_room_for_another_and_keeps_what_it_had(stack: Stack) -> None:
    token = stack.user("dora", sessions=1)
    first, second = [stack.workspace(token, {"Main.hs": WRITES}) for _ in range(2)]
    async with Window.open(stack.url, first, token) as window:
        assert (await window.ended(await window.start()))["outcome"] == "exited"
        async with Window.open(stack.url, second, token) as other:
            with pytest.raises(Refused, match="with a window or a run"):
                await other.start()
    async with Window.open(stack.url, second, token) as window:
        await window.ready()
    async with Window.open(stack.url, first, token) as window:
        await window.ready()
        run = await window.start()
        await window.ended(run)
        assert run.text["stdout"] == "2\n"


async def test_a_file_that_a_sleeping_session_had_no_room_for_is_named_when_it_comes_back(
    stack: Stack,
) -> None:
    token = stack.user("erik", sessions=1)
    first = stack.workspace(token, {"Main.hs": WRITES_MUCH, "Reads.hs": READS})
    second = stack.workspace(token, {"Main.hs": MAIN})
    async with Window.open(stack.url, first, token) as window:
        await window.ready()
        run = await window.start(entry="Main.hs")
        assert (await window.ended(run))["exitCode"] == 0
        assert "leftOut" not in window.status
    async with Window.open(stack.url, second, token) as window:
        await window.ready()
    async with Window.open(stack.url, first, token) as window:
        await window.ready()
        told = window.status["leftOut"]
        size = 40 * MIB
        assert {**told, "at": 0} == {
            "count": 1,
            "bytes": size,
            "files": [{"path": "big.bin", "bytes": size}],
            "at": 0,
            "reason": None,
        }
        assert abs(told["at"] - time.time()) < 300
        run = await window.start(entry="Reads.hs")
        await window.ended(run)
        assert run.text["stdout"] == "still here\n"
