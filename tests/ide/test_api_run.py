import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from typing import Any, cast

import pytest
from asgiref.testing import ApplicationCommunicator
from django.db import OperationalError
from django.test import AsyncClient
from django.utils import timezone
from redis.exceptions import RedisError

from ide import oneshot
from ide.asgi import application
from ide.database import in_database
from ide.models import IdempotencyKey, PlanOverride, Run, Token, Toolchain, User
from ide.models import Usage as UsedToday
from ide.protocol.runs import STDIN_BYTES
from sandbox.exceptions import SessionLost
from sandbox.limits import MIB
from sandbox.messages import (
    Diagnostic,
    End,
    Finished,
    HostEntry,
    HostFigures,
    Output,
    OutputDropped,
    Phase,
    Pool,
    Position,
    Queued,
    Range,
    RunEvent,
    Start,
    Started,
    Timings,
    Usage,
)
from tests.ide.fake_client import FakeClient, FakeFollower

HELLO: dict[str, Any] = {"files": {"Main.hs": "main = print 1\n"}}
ENDED = Finished(
    outcome="exited", phase="run", exit_code=0, timings=Timings(0.1, 0.2, 0.3), usage=Usage(0.4, 5)
)
Call = Callable[..., Coroutine[Any, Any, Any]]


@pytest.fixture
def token(alice: User, toolchain_row: Toolchain) -> str:
    return Token.issue(alice, "test")[1]


@pytest.fixture
def call(client_of_sandbox: FakeClient, token: str) -> Call:
    """`POST /api/v1/run`; the answer with its status."""

    async def post(body: Any, **headers: str) -> tuple[int, dict[str, Any], Any]:
        named = {"Authorization": f"Bearer {token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        data = body if isinstance(body, bytes) else json.dumps(body)
        answer = await AsyncClient(raise_request_exception=False).post(
            "/api/v1/run", data, content_type="application/json", headers=named
        )
        return answer.status_code, json.loads(answer.content), answer

    return post


async def started(client: FakeClient, besides: int = 0) -> Start:
    """The message of the run that was sent last."""
    await client.until(lambda: len(starts(client)) > besides)
    return starts(client)[-1]


def starts(client: FakeClient) -> list[Start]:
    return [message for inbox in client.inbox.values() for message in inbox if isinstance(message, Start)]


async def plays(client: FakeClient, *events: RunEvent) -> Start:
    start = await started(client)
    await client.run_says(start.run_id, *events)
    return start


async def test_a_run_answers_with_all_that_the_program_said(
    call: Call, client_of_sandbox: FakeClient
) -> None:
    pending = asyncio.create_task(
        call({**HELLO, "stdin": "7\n", "args": ["-v"], "mode": "compile", "optimization": 2})
    )
    start = await plays(
        client_of_sandbox,
        Queued(position=0),
        Started(phase="compile"),
        Started(phase="run"),
        Output(stream="stdout", text="Hello "),
        Output(stream="stderr", text="oh"),
        Output(stream="stdout", text="world\n"),
        ENDED,
    )
    status, answer, _ = await pending
    assert status == 200
    assert (answer["stdout"], answer["stderr"], answer["outcome"], answer["exitCode"]) == (
        "Hello world\n",
        "oh",
        "exited",
        0,
    )
    assert answer["truncated"] == {"stdout": False, "stderr": False}
    assert answer["timings"] == {"queuedSeconds": 0.1, "compileSeconds": 0.2, "runSeconds": 0.3}
    assert answer["usage"] == {"cpuSeconds": 0.4, "peakMemoryBytes": 5}
    assert answer["toolchain"]["name"] == "ghc-9.6"
    assert answer["id"] == start.run_id
    assert (start.stdin, start.args, start.mode, start.optimization) == ("7\n", ["-v"], "compile", 2)
    opening = client_of_sandbox.openings[start.run_id]
    assert (opening.once, opening.weight) == (True, 100)
    assert client_of_sandbox.acknowledged[start.run_id] == 7


async def test_a_program_that_failed_is_an_answer_too(call: Call, client_of_sandbox: FakeClient) -> None:
    at = Range(start=Position(0, 7), end=Position(0, 8))
    error = Diagnostic("file:///work/Main.hs", at, 1, "GHC-83865", "ghc", "Couldn't match")
    pending = asyncio.create_task(call(HELLO))
    await plays(
        client_of_sandbox,
        Started(phase="compile"),
        Finished(outcome="compile_failed", phase="compile", diagnostics=[error]),
    )
    status, answer, _ = await pending
    assert status == 200
    assert answer["outcome"] == "compile_failed"
    assert answer["diagnostics"][0]["range"]["start"] == {"line": 0, "character": 7}


async def test_without_stdin_the_program_reads_the_end_of_file(
    call: Call, client_of_sandbox: FakeClient
) -> None:
    pending = asyncio.create_task(call(HELLO))
    assert (await plays(client_of_sandbox, ENDED)).stdin == ""
    await pending


async def test_output_beyond_the_limit_is_cut_and_says_so(
    call: Call, client_of_sandbox: FakeClient, alice: User
) -> None:
    await PlanOverride.objects.acreate(user=alice, output_bytes=1024)
    pending = asyncio.create_task(call(HELLO))
    long = Output(stream="stdout", text="\N{SNOWMAN}" * 400)
    await plays(client_of_sandbox, long, Output(stream="stderr", text="x"), Finished(outcome="output_limit"))
    _, answer, _ = await pending
    assert answer["stdout"] == "\N{SNOWMAN}" * 341
    assert answer["truncated"] == {"stdout": True, "stderr": False}


async def test_dropped_output_counts_as_truncated(call: Call, client_of_sandbox: FakeClient) -> None:
    pending = asyncio.create_task(call(HELLO))
    await plays(client_of_sandbox, OutputDropped(bytes=10, through_seq=1), ENDED)
    assert (await pending)[1]["truncated"] == {"stdout": True, "stderr": True}


async def test_limits_can_only_be_lowered(call: Call, client_of_sandbox: FakeClient) -> None:
    pending = asyncio.create_task(call({**HELLO, "limits": {"wallSeconds": 5, "memoryBytes": 300 * MIB}}))
    start = await plays(client_of_sandbox, ENDED)
    await pending
    assert (start.limits.run_seconds, start.limits.compile_seconds) == (5, 5)
    assert client_of_sandbox.openings[start.run_id].limits.memory_bytes == 300 * MIB
    pending = asyncio.create_task(call({**HELLO, "limits": {"wallSeconds": 3600, "memoryBytes": 8192 * MIB}}))
    second = await started(client_of_sandbox, besides=1)
    await client_of_sandbox.run_says(second.run_id, ENDED)
    await pending
    assert (second.limits.run_seconds, second.limits.compile_seconds) == (60, 60)
    assert client_of_sandbox.openings[second.run_id].limits.memory_bytes == 1024 * MIB


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"files": None}, "files"),
        ({"files": {}}, "files"),
        ({"files": {"../x.hs": ""}}, "files"),
        ({"files": {"Main.hs": "a\u0000"}}, "files"),
        ({"files": "main = 1"}, "files"),
        ({"entry": "Other.hs"}, "entry"),
        ({"entry": 1}, "entry"),
        ({"mode": "repl"}, "mode"),
        ({"mode": None}, "mode"),
        ({"optimization": 3}, "optimization"),
        ({"optimization": -1}, "optimization"),
        ({"optimization": 1.5}, "optimization"),
        ({"optimization": None}, "optimization"),
        ({"args": "x"}, "args"),
        ({"args": [1]}, "args.0"),
        ({"args": ["a\u0000b"]}, "args.0"),
        ({"args": ["x"] * 65}, "args"),
        ({"stdin": 1}, "stdin"),
        ({"stdin": "x" * (MIB // 4 + 1)}, "stdin"),
        ({"toolchain": "evil"}, "toolchain"),
        ({"toolchain": "a\u0000b"}, "toolchain"),
        ({"limits": {"wallSeconds": 0}}, "limits.wallSeconds"),
        ({"limits": {"wallSeconds": -1}}, "limits.wallSeconds"),
        ({"limits": {"wallSeconds": 1e9}}, "limits.wallSeconds"),
        ({"limits": {"wallSeconds": [1]}}, "limits.wallSeconds"),
        ({"limits": {"wallSeconds": True}}, "limits.wallSeconds"),
        ({"limits": {"memoryBytes": 0}}, "limits.memoryBytes"),
        ({"limits": {"memoryBytes": 2**70}}, "limits.memoryBytes"),
        ({"limits": {"memoryBytes": "1"}}, "limits.memoryBytes"),
        ({"limits": {"cpus": 4}}, "limits.cpus"),
        ({"image": "evil"}, "image"),
        ({"network": True}, "network"),
        ({"privileged": True}, "privileged"),
        ({"memory": 1}, "memory"),
        ({"runId": "x"}, "runId"),
        ({"ghcOptions": ["-fplugin=x"]}, "ghcOptions"),
    ],
)
async def test_a_bad_field_is_named_and_nothing_starts(
    call: Call, client_of_sandbox: FakeClient, change: dict[str, Any], field: str
) -> None:
    status, refused, _ = await call({**HELLO, **change})
    assert status == 400, refused
    assert refused["field"] == field
    assert refused["detail"].endswith(".")
    assert not client_of_sandbox.openings
    assert not await Run.objects.aexists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"stdin": "\0" * STDIN_BYTES}, "stdin"),
        ({"args": ["\1" * 4096] * 64}, "args"),
        ({"args": ["λ" * 4096] * 60, "stdin": "\1" * 100_000}, "stdin"),
    ],
)
async def test_input_that_json_makes_too_large_is_named_and_nothing_starts(
    call: Call, client_of_sandbox: FakeClient, change: dict[str, Any], field: str
) -> None:
    status, refused, _ = await call({**HELLO, **change})
    assert (status, refused["field"]) == (413, field), refused
    assert not client_of_sandbox.openings
    assert not await Run.objects.aexists()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"files": {"M.hs": "\\udc00"}}', b'{"limits": {"wallSeconds": NaN}}']
)
async def test_a_body_that_is_no_request_is_refused(call: Call, body: bytes) -> None:
    assert (await call(body))[0] == 400


@pytest.mark.parametrize(
    ("more", "entry"),
    [
        ({"alive": False}, {}),
        ({"at": 0.0}, {}),
        ({"refused": "These limits do not bite here: memory."}, {}),
        ({}, {"cordoned": True}),
        ({}, {"cordoned": True, "draining": True}),
    ],
    ids=["down", "not watched", "refused", "cordoned", "draining"],
)
async def test_no_usable_host_is_said_with_a_time_to_retry(
    call: Call, client_of_sandbox: FakeClient, more: dict[str, Any], entry: dict[str, Any]
) -> None:
    client_of_sandbox.figures = [HostFigures(**{"name": "here", "alive": True, "at": time.time(), **more})]
    client_of_sandbox.published = Pool([HostEntry("here", "unix:///x", **entry)], [])
    status, refused, answer = await call(HELLO)
    assert (status, answer["Retry-After"]) == (503, "10")
    assert "No machine is usable" in refused["detail"]
    assert not await Run.objects.aexists()


async def test_a_full_pool_is_said_and_the_run_is_not_left_behind(
    call: Call, client_of_sandbox: FakeClient
) -> None:
    client_of_sandbox.full = True
    status, _, answer = await call(HELLO)
    assert status == 429
    assert int(answer["Retry-After"]) > 0
    run = await Run.objects.aget()
    assert client_of_sandbox.finished[run.run_id].outcome == "stopped"
    assert (run.counted, (await UsedToday.objects.aget()).runs) == (False, 0), (
        "what found no room is not charged"
    )


async def test_a_run_that_finds_no_room_in_time_is_given_up(
    call: Call, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oneshot, "ONE_SHOT_WAIT_SECONDS", 0.3)
    pending = asyncio.create_task(call(HELLO))
    start = await plays(client_of_sandbox, Queued(position=3))
    status, refused, answer = await pending
    assert status == 429
    assert answer["Retry-After"]
    assert "No machine had room" in refused["detail"]
    assert client_of_sandbox.finished[start.run_id].outcome == "stopped"
    assert End() in client_of_sandbox.inbox[start.run_id]
    assert not (await Run.objects.aget()).counted
    assert (await UsedToday.objects.aget()).runs == 0


async def test_a_run_that_does_not_end_in_time_is_our_fault(
    call: Call, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oneshot, "_longest", lambda _: 0.1)
    pending = asyncio.create_task(call(HELLO))
    start = await plays(client_of_sandbox, Started(phase="run"))
    assert (await pending)[0] == 500
    assert client_of_sandbox.finished[start.run_id].outcome == "internal_error"


async def test_a_session_that_was_given_up_at_once_is_said(
    call: Call, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_: object) -> None:
        raise SessionLost

    monkeypatch.setattr(client_of_sandbox, "send", lost)
    status, refused, _ = await call(HELLO)
    assert status == 503
    assert "send the request again" in refused["detail"]
    run = await Run.objects.aget()
    assert client_of_sandbox.finished[run.run_id].outcome == "internal_error"
    assert not run.counted


@pytest.mark.parametrize("phase", ["compile", "run"])
async def test_a_run_that_began_may_take_its_time(
    call: Call, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch, phase: Phase
) -> None:
    monkeypatch.setattr(oneshot, "ONE_SHOT_WAIT_SECONDS", 0.3)
    pending = asyncio.create_task(call(HELLO))
    start = await plays(client_of_sandbox, Started(phase=phase))
    await asyncio.sleep(0.5)
    await client_of_sandbox.run_says(start.run_id, Finished(outcome="timed_out", phase=phase))
    status, answer, _ = await pending
    assert (status, answer["outcome"], answer["phase"]) == (200, "timed_out", phase)
    assert (await Run.objects.aget()).counted


async def test_over_the_quota_nothing_starts(call: Call, client_of_sandbox: FakeClient, alice: User) -> None:
    await PlanOverride.objects.acreate(user=alice, runs_per_minute=0)
    status, refused, answer = await call(HELLO)
    assert (status, refused["limit"], refused["value"]) == (429, "runs_per_minute", 0)
    assert int(answer["Retry-After"]) > 0
    assert not client_of_sandbox.openings


async def test_compile_outside_the_plan_is_not_allowed(call: Call, alice: User) -> None:
    await PlanOverride.objects.acreate(user=alice, compile_allowed=False)
    assert (await call({**HELLO, "mode": "compile"}))[0] == 403


async def test_a_repeated_key_returns_the_first_answer(call: Call, client_of_sandbox: FakeClient) -> None:
    pending = asyncio.create_task(call(HELLO, Idempotency_Key="k1"))
    await plays(client_of_sandbox, Output(stream="stdout", text="1\n"), ENDED)
    _, first, _ = await pending
    client_of_sandbox.run_events.clear()
    status, again, _ = await call(HELLO, Idempotency_Key="k1")
    assert (status, again) == (200, first)
    assert len(starts(client_of_sandbox)) == 1
    status, refused, _ = await call({"files": {"Main.hs": "main = print 2\n"}}, Idempotency_Key="k1")
    assert (status, refused["field"]) == (400, "Idempotency-Key")


async def test_a_repeated_key_waits_beside_the_first_call(call: Call, client_of_sandbox: FakeClient) -> None:
    both = [asyncio.create_task(call(HELLO, Idempotency_Key="k1")) for _ in range(2)]
    start = await started(client_of_sandbox)
    await client_of_sandbox.run_says(start.run_id, Output(stream="stdout", text="1\n"), ENDED)
    (_, one, _), (_, other, _) = await asyncio.gather(*both)
    assert one == other
    assert len(starts(client_of_sandbox)) == 1


async def test_a_repeated_key_returns_what_a_program_printed_with_its_nuls(
    call: Call, client_of_sandbox: FakeClient
) -> None:
    asked = {**HELLO, "stdin": "in\0put"}
    pending = asyncio.create_task(call(asked, Idempotency_Key="k1"))
    start = await plays(client_of_sandbox, Output(stream="stdout", text="a\0b \ufdd00"), ENDED)
    status, first, _ = await pending
    assert (status, first["stdout"], start.stdin) == (200, "a\0b \ufdd00", "in\0put")
    assert (await call(asked, Idempotency_Key="k1"))[:2] == (200, first)


@pytest.fixture
def quick_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oneshot, "RETRY_SECONDS", 0.02)


async def lost_caller(call: Call, client: FakeClient, *events: RunEvent) -> Start:
    """The first call's process died while its run went on: nobody kept an answer."""
    pending = asyncio.create_task(call(HELLO, Idempotency_Key="k1"))
    start = await plays(client, *events)
    await pending
    await IdempotencyKey.objects.aupdate(answer=None)
    return start


async def write_row(run_id: str, **output: Any) -> None:
    """As the recorder does."""
    await in_database(partial(Run.finish, run_id, ENDED, timezone.now(), **output))


async def test_a_repeated_key_is_answered_from_the_row_when_redis_has_forgotten_the_run(
    call: Call, client_of_sandbox: FakeClient
) -> None:
    start = await lost_caller(call, client_of_sandbox, ENDED)
    await write_row(start.run_id, stdout="last words", stdout_bytes=100_000, stderr="oh", stderr_bytes=2)
    await client_of_sandbox.forget_run(start.run_id)
    status, answer, _ = await call(HELLO, Idempotency_Key="k1")
    assert (status, answer["outcome"], answer["exitCode"]) == (200, "exited", 0)
    assert (answer["stdout"], answer["stderr"]) == ("last words", "oh")
    assert answer["truncated"] == {"stdout": True, "stderr": False}
    assert (answer["timings"]["runSeconds"], answer["id"]) == (0.3, start.run_id)


async def test_a_repeated_key_keeps_the_answer_that_the_first_call_could_not(
    call: Call, client_of_sandbox: FakeClient
) -> None:
    start = await lost_caller(call, client_of_sandbox, Output(stream="stdout", text="1\n"), ENDED)
    first = await call(HELLO, Idempotency_Key="k1")
    await client_of_sandbox.forget_run(start.run_id)
    assert (await call(HELLO, Idempotency_Key="k1"))[:2] == first[:2]
    assert first[1]["stdout"] == "1\n"


async def test_a_repeated_key_waits_for_a_run_that_is_not_sent_yet(
    call: Call, client_of_sandbox: FakeClient, quick_retry: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, may_send = client_of_sandbox.send, asyncio.Event()

    async def held_back(*arguments: Any, **named: Any) -> None:
        await may_send.wait()
        await send(*arguments, **named)

    monkeypatch.setattr(client_of_sandbox, "send", held_back)
    both = [asyncio.create_task(call(HELLO, Idempotency_Key="k1")) for _ in range(2)]
    await asyncio.sleep(0.3)
    assert not any(each.done() for each in both)
    may_send.set()
    await plays(client_of_sandbox, Output(stream="stdout", text="1\n"), ENDED)
    (status, one, _), (_, other, _) = await asyncio.gather(*both)
    assert (status, one) == (200, other)
    assert len(starts(client_of_sandbox)) == 1


async def heard_hello(client: FakeClient) -> Start:
    """The run's one word was heard; then Redis loses all that it holds."""
    start = await plays(client, Started("run"), Output(stream="stdout", text="Hello"))
    async with asyncio.timeout(5):
        while client.acknowledged.get(start.run_id) != 2:
            await asyncio.sleep(0.01)
    await client.forget_run(start.run_id)
    return start


async def test_a_run_that_redis_lost_is_answered_with_what_was_heard_and_the_end_that_its_row_has(
    call: Call, client_of_sandbox: FakeClient, quick_retry: None
) -> None:
    pending = asyncio.create_task(call(HELLO))
    start = await heard_hello(client_of_sandbox)
    await asyncio.sleep(0.2)
    assert not pending.done()
    await write_row(start.run_id, stdout="Hello", stdout_bytes=5)
    status, answer, _ = await pending
    assert (status, answer["outcome"], answer["stdout"]) == (200, "exited", "Hello")
    assert answer["truncated"] == {"stdout": False, "stderr": False}


async def test_a_run_that_redis_lost_is_answered_with_the_end_that_it_is_given(
    call: Call, client_of_sandbox: FakeClient, quick_retry: None
) -> None:
    pending = asyncio.create_task(call(HELLO))
    start = await heard_hello(client_of_sandbox)
    await asyncio.sleep(0.2)
    await client_of_sandbox.run_says(start.run_id, Finished("host_lost"))
    status, answer, _ = await pending
    assert (status, answer["outcome"], answer["stdout"]) == (200, "host_lost", "Hello")


async def test_a_run_that_redis_lost_has_the_time_of_its_limits_and_no_more(
    call: Call, client_of_sandbox: FakeClient, quick_retry: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oneshot, "_longest", lambda _: 0.5)
    pending = asyncio.create_task(call(HELLO))
    start = await heard_hello(client_of_sandbox)
    await in_database(Run.objects.filter(pk=start.run_id).update, started_at=timezone.now())
    assert (await pending)[0] == 500
    assert client_of_sandbox.finished[start.run_id].outcome == "internal_error"


@pytest.mark.parametrize("error", [RedisError("away"), OperationalError("away")])
async def test_a_run_is_followed_on_when_redis_or_the_database_was_away(
    call: Call,
    client_of_sandbox: FakeClient,
    quick_retry: None,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    follow, errors = client_of_sandbox.follow, [error]

    def once_away(run_id: str, after_seq: int = 0) -> FakeFollower:
        if errors:
            raise errors.pop()
        return follow(run_id, after_seq)

    monkeypatch.setattr(client_of_sandbox, "follow", once_away)
    pending = asyncio.create_task(call(HELLO))
    await plays(client_of_sandbox, Output(stream="stdout", text="1\n"), ENDED)
    status, answer, _ = await pending
    assert (status, answer["stdout"], errors) == (200, "1\n", [])


async def test_a_run_that_was_deleted_meanwhile_is_no_fault_of_ours(
    call: Call, client_of_sandbox: FakeClient, quick_retry: None
) -> None:
    pending = asyncio.create_task(call(HELLO))
    start = await heard_hello(client_of_sandbox)
    await Run.objects.all().adelete()
    status, refused, _ = await pending
    assert (status, refused["detail"]) == (404, "The run was deleted before it ended.")
    assert start.run_id not in client_of_sandbox.finished


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb"])
async def test_a_key_that_is_none_is_refused(call: Call, key: str) -> None:
    status, refused, _ = await call(HELLO, Idempotency_Key=key)
    assert (status, refused["field"]) == (400, "Idempotency-Key")


@pytest.fixture
async def connection(client_of_sandbox: FakeClient, token: str) -> AsyncIterator[Any]:
    """A connection that a test can hang up."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/run",
        "query_string": b"",
        "headers": [
            (b"host", b"localhost"),
            (b"authorization", f"Bearer {token}".encode()),
            (b"content-type", b"application/json"),
            (b"idempotency-key", b"k1"),
        ],
    }
    communicator: Any = cast("Any", ApplicationCommunicator)(application, scope)
    await communicator.send_input({"type": "http.request", "body": json.dumps(HELLO).encode()})
    yield communicator
    await communicator.wait()


async def test_a_caller_who_hangs_up_stops_the_run(connection: Any, client_of_sandbox: FakeClient) -> None:
    start = await plays(client_of_sandbox, Started(phase="run"))
    await connection.send_input({"type": "http.disconnect"})
    await client_of_sandbox.until(lambda: End() in client_of_sandbox.inbox[start.run_id])
    assert client_of_sandbox.finished[start.run_id].outcome == "stopped"
    assert not await IdempotencyKey.objects.aexists()


async def test_the_row_is_there_before_anything_is_sent(
    connection: Any, client_of_sandbox: FakeClient
) -> None:
    start = await started(client_of_sandbox)
    run = await Run.objects.aget(pk=start.run_id)
    assert run.workspace_id is None
    assert run.start["runId"] == start.run_id
    await client_of_sandbox.run_says(start.run_id, ENDED)
