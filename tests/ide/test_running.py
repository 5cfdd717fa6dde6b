"""Runs are written down before they are sent, start once, and are passed on in order."""

from datetime import UTC, datetime
from typing import Any, NoReturn

import pytest
from django.db import OperationalError
from msgspec import inspect

from ide.database import in_database
from ide.models import Plan, Run, User, Workspace
from ide.protocol import REQUESTS
from ide.runs import start_of
from ide.socket import following
from sandbox.limits import INPUT_BYTES
from sandbox.messages import (
    Debug,
    Finished,
    Input,
    InputRefused,
    Output,
    OutputDropped,
    Queued,
    Resize,
    RunUsage,
    Start,
    Started,
    Stop,
    Terminal,
)
from tests.bad_values import valid
from tests.ide.fake_client import FakeClient
from tests.ide.sockets import Socket, connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_for_sockets")]

ABOUT_A_RUN = sorted(method for method, call in REQUESTS.items() if "run_id" in call.params.__struct_fields__)
EXITED = Finished(outcome="exited", phase="run", exit_code=0)


async def start(socket: Socket, request_id: str = "r1", mode: str = "interpret", **more: Any) -> str:
    answer = await socket.request("run/start", {"requestId": request_id, "mode": mode, **more})
    assert "result" in answer, answer
    run_id: str = answer["result"]["runId"]
    return run_id


async def test_a_run_is_written_then_sent_with_the_manifest(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        terminal = {"columns": 100, "rows": 30}
        run_id = await start(socket, args=["a b", "ü"], stdin="in", terminal=terminal, optimization=2)
    row = await in_database(Run.objects.get, pk=run_id)
    assert (row.mode, row.outcome, row.session_id) == ("interpret", None, workspace.session_id)
    (sent,) = client_of_sandbox.sent(workspace.session_id, Start)
    assert isinstance(sent, Start)
    assert (sent.run_id, sent.args, sent.stdin, sent.optimization) == (run_id, ["a b", "ü"], "in", 2)
    assert sent.terminal == Terminal(columns=100, rows=30)
    assert list(sent.manifest or {}) == ["Main.hs"]
    assert sent.limits.run_seconds == 60


async def test_input_may_have_a_nul(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    async with connected(workspace) as socket:
        target = {"kind": "property", "name": "a\0b"}
        run_id = await start(socket, mode="test", entry="Main.hs", stdin="a\0b", target=target)
    (sent,) = client_of_sandbox.sent(workspace.session_id, Start)
    assert isinstance(sent, Start)
    assert sent.stdin == "a\0b"
    assert start_of(await in_database(Run.objects.get, pk=run_id)) == sent


async def test_a_run_has_the_text_that_was_just_typed(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        await socket.did_open("Main.hs", "main = print 1\n")
        await socket.did_change("Main.hs", 2, {"text": "main = print 2\n"})
        await start(socket)
    (sent,) = client_of_sandbox.sent(workspace.session_id, Start)
    assert isinstance(sent, Start)
    sha256 = (sent.manifest or {})["Main.hs"]
    assert client_of_sandbox.blobs[sha256] == b"main = print 2\n"


async def test_the_same_request_gives_the_same_run_started_once(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        answers = [
            await start(socket, "double"),
            await start(socket, "double"),
        ]
    async with connected(workspace) as again:
        answers.append(await start(again, "double"))
    assert len(set(answers)) == 1
    assert len(client_of_sandbox.sent(workspace.session_id, Start)) == 1


async def test_every_window_hears_of_a_run_and_the_one_that_started_it_follows(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as one, connected(workspace) as other:
        await other.request("run/list", {})
        run_id = await start(one, entry="Main.hs")
        for socket in (one, other):
            assert await socket.told("run/started") == {
                "runId": run_id,
                "mode": "interpret",
                "entry": "Main.hs",
            }
        events = (Queued(position=1), Started("run"), Output("stdout", "1\n"), OutputDropped(5, 4), EXITED)
        await client_of_sandbox.run_says(run_id, *events)
        told = [await one.told("run/event") for _ in events]
        assert [each["seq"] for each in told] == [1, 2, 3, 4, 5]
        assert [each["type"] for each in told] == [
            "queued",
            "started",
            "output",
            "output_dropped",
            "finished",
        ]
        assert told[2] == {"runId": run_id, "seq": 3, "type": "output", "stream": "stdout", "text": "1\n"}
        assert told[4]["exitCode"] == 0
        await other.request("run/list", {})
        assert all(message.get("method") != "run/event" for message in other.unread)


async def test_a_window_that_lost_its_connection_misses_nothing(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        run_id = await start(socket)
        await client_of_sandbox.run_says(run_id, Started("run"), Output("stdout", "a"))
        assert (await socket.told("run/event"))["seq"] == 1
    await client_of_sandbox.run_says(run_id, Output("stdout", "b"))
    async with connected(workspace) as again:
        answer = await again.request("run/follow", {"runId": run_id, "afterSeq": 1})
        assert answer["result"] == {}
        await client_of_sandbox.run_says(run_id, EXITED)
        assert [(await again.told("run/event"))["seq"] for _ in range(3)] == [2, 3, 4]


async def test_when_redis_has_forgotten_the_run_its_row_tells_the_end(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        run_id = await start(socket)
        await socket.told("run/started")
    output = {"stdout": "the tail", "stderr": "", "stdout_bytes": 100, "stderr_bytes": 0}
    await in_database(Run.finish, run_id, EXITED, datetime.now(UTC), **output)
    await client_of_sandbox.forget_run(run_id)
    async with connected(workspace) as again:
        await again.request("run/follow", {"runId": run_id, "afterSeq": 7})
        first, last = [await again.told("run/event") for _ in range(2)]
    assert (first["seq"], first["type"], first["stream"], first["text"]) == (
        8,
        "output",
        "stdout",
        "the tail",
    )
    assert (last["seq"], last["type"], last["outcome"], last["exitCode"]) == (9, "finished", "exited", 0)


async def test_a_run_that_is_sent_again_after_redis_lost_it_is_told_on_without_gap_or_repeat(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "RETRY_SECONDS", 0.01)
    async with connected(workspace) as socket:
        run_id = await start(socket)
        await client_of_sandbox.run_says(run_id, *(Queued(position) for position in range(5, 0, -1)))
        assert [(await socket.told("run/event"))["seq"] for _ in range(5)] == [1, 2, 3, 4, 5]
        await client_of_sandbox.forget_run(run_id)
        await client_of_sandbox.run_says(run_id, Started("run"), Output("stdout", "a"))
        told = [await socket.told("run/event") for _ in range(2)]
        assert [(each["seq"], each["type"]) for each in told] == [(6, "started"), (7, "output")]
        await socket.notify("run/ack", {"runId": run_id, "seq": 7})
        await client_of_sandbox.run_says(run_id, EXITED)
        assert (await socket.told("run/event"))["seq"] == 8
    assert client_of_sandbox.acknowledged[run_id] == 2


async def test_who_saw_much_of_a_run_that_redis_lost_hears_of_its_end(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "RETRY_SECONDS", 0.01)
    async with connected(workspace) as socket:
        run_id = await start(socket)
    await client_of_sandbox.forget_run(run_id)
    await client_of_sandbox.finish(run_id, workspace.session_id, Finished("host_lost"))
    async with connected(workspace) as again:
        await again.request("run/follow", {"runId": run_id, "afterSeq": 7})
        told = await again.told("run/event")
    assert (told["seq"], told["outcome"]) == (8, "host_lost")


async def test_a_run_for_which_too_much_waits_is_refused_and_over(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        first = await start(socket)
        client_of_sandbox.inbox_full = True
        answer = await socket.request("run/start", {"requestId": "r2", "mode": "interpret"})
        assert (answer["error"]["code"], "restart" in answer["error"]["message"]) == (-32803, True)
        assert (await socket.request("run/stop", {"runId": first}))["result"] == {}
    refused = await in_database(Run.objects.get, request_id="r2")
    assert client_of_sandbox.finished[refused.run_id].outcome == "stopped"
    assert not refused.counted
    assert client_of_sandbox.inbox[workspace.session_id][-1] == Stop(run_id=first)


async def test_the_row_of_a_forgotten_run_is_read_when_the_database_is_back(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(workspace) as socket:
        run_id = await start(socket)
        await socket.told("run/started")
    output = {"stdout": "the tail", "stderr": "", "stdout_bytes": 8, "stderr_bytes": 0}
    await in_database(Run.finish, run_id, EXITED, datetime.now(UTC), **output)
    await client_of_sandbox.forget_run(run_id)
    tries = []

    def away(run: Run) -> NoReturn:
        tries.append(run)
        monkeypatch.undo()
        raise OperationalError("away")

    async with connected(workspace) as again:
        monkeypatch.setattr(following, "RETRY_SECONDS", 0.01)
        monkeypatch.setattr(following, "ending_of", away)
        await again.request("run/follow", {"runId": run_id, "afterSeq": 7})
        assert [(await again.told("run/event"))["type"] for _ in range(2)] == ["output", "finished"]
    assert len(tries) == 1


async def test_input_resize_stop_and_acknowledgement_reach_the_run(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        run_id = await start(socket)
        await client_of_sandbox.run_says(run_id, Started("run"))
        await socket.told("run/event")
        assert (await socket.request("run/input", {"runId": run_id, "text": "Ada\n"}))["result"] == {}
        await socket.request("run/input", {"runId": run_id, "eof": True})
        await socket.request("run/resize", {"runId": run_id, "columns": 10, "rows": 5})
        await socket.request("run/stop", {"runId": run_id})
        await socket.notify("run/ack", {"runId": run_id, "seq": 1})
        await socket.request("run/list", {})
    sent = client_of_sandbox.inbox[workspace.session_id]
    assert [each for each in sent if not isinstance(each, Start)] == [
        Input(run_id=run_id, text="Ada\n"),
        Input(run_id=run_id, eof=True),
        Resize(run_id=run_id, columns=10, rows=5),
        Stop(run_id=run_id),
    ]
    assert client_of_sandbox.acknowledged[run_id] == 1


async def test_input_for_a_run_that_is_given_no_more_is_refused_in_every_window_until_it_ends(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket, connected(workspace) as other:
        run_id = await start(socket)
        await client_of_sandbox.run_says(run_id, Started("run"), InputRefused(INPUT_BYTES))
        for window, wish in ((socket, {"text": "x"}), (socket, {"eof": True}), (other, {"text": "x"})):
            error = (await window.request("run/input", {"runId": run_id, **wish}))["error"]
            assert (error["code"], error["data"]) == (-32803, {"limitBytes": INPUT_BYTES})
            assert "is given no more" in error["message"]
        await client_of_sandbox.run_says(run_id, EXITED)
        assert (await other.request("run/input", {"runId": run_id, "text": "x"}))["result"] == {}
    assert not client_of_sandbox.sent(workspace.session_id, Input)


async def test_stopping_twice_or_after_the_end_is_fine_and_wakes_nobody(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        run_id = await start(socket)
        await client_of_sandbox.run_says(run_id, EXITED)
        assert (await socket.told("run/event"))["type"] == "finished"
        for _ in range(2):
            assert (await socket.request("run/stop", {"runId": run_id}))["result"] == {}
    assert not client_of_sandbox.sent(workspace.session_id, Stop)


@pytest.mark.parametrize("method", ABOUT_A_RUN)
async def test_a_strangers_run_is_unknown(
    workspace: Workspace, client_of_sandbox: FakeClient, method: str
) -> None:
    more = valid(inspect.type_info(REQUESTS[method].params))
    async with connected(workspace) as socket:
        run_id = await start(socket)
    charlie = await in_database(User.objects.create_user, "charlie")
    theirs = await in_database(
        Workspace.objects.create, user=charlie, name="theirs", toolchain=workspace.toolchain
    )
    async with connected(theirs) as stranger:
        error = (await stranger.request(method, {**more, "runId": run_id}))["error"]
        assert error["code"] == 5
        dashed = f"{run_id[:8]}-{run_id[8:]}"
        assert (await stranger.request(method, {**more, "runId": dashed}))["error"]["code"] == 5
    assert not client_of_sandbox.inbox[theirs.session_id]
    assert not any(
        client_of_sandbox.sent(workspace.session_id, kind) for kind in (Stop, Input, Resize, Debug)
    )


async def test_list_shows_live_and_recent_runs_of_this_workspace(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        run_id = await start(socket)
        await client_of_sandbox.run_says(run_id, Started("run"))
        (listed,) = (await socket.request("run/list", {}))["result"]
        assert (listed["runId"], listed["mode"], listed["lastSeq"]) == (run_id, "interpret", 1)
        assert listed["state"] == "accepted"
        await client_of_sandbox.run_says(run_id, EXITED)
        (listed,) = (await socket.request("run/list", {}))["result"]
        assert listed["state"] == "finished"


async def test_usage_is_told_to_those_who_follow(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    async with connected(workspace) as socket:
        run_id = await start(socket)
        await client_of_sandbox.say(workspace.session_id, RunUsage(run_id, 0.5, 1000, waits_for_input=True))
        usage = await socket.told("run/usage")
        assert usage == {"runId": run_id, "cpuSeconds": 0.5, "memoryBytes": 1000, "waitsForInput": True}


async def test_a_plan_that_allows_no_more_runs_refuses_with_a_sentence(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    await in_database(Plan.objects.update, runs_per_minute=1)
    async with connected(workspace) as socket:
        await start(socket, "one")
        error = (await socket.request("run/start", {"requestId": "two", "mode": "compile"}))["error"]
    assert error["code"] == 1
    assert "minute" in error["message"]
    assert error["data"] == {"limit": "runs_per_minute", "value": 1}
    assert await in_database(Run.objects.count) == 1


async def test_a_plan_without_compiling_says_so(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    await in_database(Plan.objects.update, compile_allowed=False)
    async with connected(workspace) as socket:
        error = (await socket.request("run/start", {"requestId": "a", "mode": "compile"}))["error"]
    assert error["code"] == 4


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"entry": "Gone.hs"}, "entry"),
        ({"entry": "../x"}, "entry"),
        ({"mode": "native"}, "mode"),
        ({"args": ["\1" * 4096] * 43}, "args"),
        ({"optimization": 3}, "optimization"),
        ({"optimization": True}, "optimization"),
        ({"args": ["a\0b"]}, "args[0]"),
        ({"args": "a"}, "args"),
        ({"args": ["x"] * 65}, "args"),
        ({"args": ["x" * 5000]}, "args[0]"),
        ({"stdin": 1}, "stdin"),
        ({"terminal": {"columns": 0}}, "terminal.columns"),
        ({"terminal": {"columns": 10**9}}, "terminal.columns"),
        ({"requestId": "no spaces"}, "requestId"),
        ({"requestId": ""}, "requestId"),
        ({"requestId": None}, "requestId"),
        ({"limits": {"memoryBytes": 1}}, "limits"),
        ({"network": True}, "network"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_starts(
    workspace: Workspace, client_of_sandbox: FakeClient, more: dict[str, Any], field: str
) -> None:
    async with connected(workspace) as socket:
        params = {"requestId": "a", "mode": "interpret", **more}
        error = (await socket.request("run/start", params))["error"]
        assert (error["code"], error["data"]["field"]) == (-32602, field)
        assert not client_of_sandbox.sent(workspace.session_id, Start)


async def test_a_run_is_in_the_database_when_it_is_sent(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    seen: list[bool] = []
    original = client_of_sandbox.send

    async def send(session_id: str, *messages: Any, **more: Any) -> None:
        for message in messages:
            if isinstance(message, Start):
                seen.append(await in_database(Run.objects.filter(pk=message.run_id).exists))
        await original(session_id, *messages, **more)

    client_of_sandbox.send = send  # type: ignore[method-assign]
    async with connected(workspace) as socket:
        await start(socket)
    assert seen == [True]


async def test_a_socket_closed_right_after_the_start_leaves_the_run(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.notify("run/ack", {"runId": "x", "seq": 1})
        params = {"requestId": "gone", "mode": "interpret"}
        await socket.raw(
            '{"jsonrpc":"2.0","id":1,"method":"run/start","params":' + str(params).replace("'", '"') + "}"
        )
    await client_of_sandbox.until(lambda: client_of_sandbox.sent(workspace.session_id, Start))


async def test_an_insight_is_asked_for_by_a_word_and_of_native_programs_only(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await start(socket, mode="compile", insight="benchmark", repeats=7)
        await start(socket, "r2", mode="test", insight="coverage")
        for more, field in (
            ({"mode": "interpret", "insight": "coverage"}, "insight"),
            ({"mode": "test", "insight": "benchmark"}, "insight"),
            ({"mode": "compile", "insight": "+RTS -hy"}, "insight"),
            ({"mode": "compile", "insight": "benchmark", "repeats": 201}, "repeats"),
            ({"mode": "compile", "insight": "benchmark", "repeats": 0}, "repeats"),
        ):
            answer = await socket.request("run/start", {"requestId": "r3", **more})
            assert answer["error"]["data"]["field"] == field
    sent = client_of_sandbox.sent(workspace.session_id, Start)
    assert [(each.insight, each.repeats) for each in sent if isinstance(each, Start)] == [
        ("benchmark", 7),
        ("coverage", 20),
    ]


async def test_a_plan_without_native_programs_has_no_coverage_of_tests(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    await in_database(
        Plan.objects.update_or_create, audience="everybody", defaults={"compile_allowed": False}
    )
    async with connected(workspace) as socket:
        params = {"requestId": "r1", "mode": "test", "insight": "coverage"}
        answer = await socket.request("run/start", params)
        assert "native" in answer["error"]["message"]
        await start(socket, "r2", mode="test")
