"""The socket lets its user in, answers everything that comes, and closes with a reason."""

import json
from contextlib import AsyncExitStack

import pytest
from redis.exceptions import RedisError

from ide.database import in_database
from ide.models import Plan, Token, User, Workspace
from sandbox.messages import Edit, Output, Status
from tests.ide.fake_client import FakeClient
from tests.ide.sockets import HOST, ORIGIN, Socket, communicator, connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_for_sockets")]


async def test_opening_the_socket_opens_the_session_with_manifest_and_limits(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        status = await socket.told("session/status")
        assert status == {"state": "starting"}
    opening = client_of_sandbox.openings[workspace.session_id]
    assert opening.owner == workspace.user.owner_id
    assert opening.toolchain == workspace.toolchain.digest
    assert list(client_of_sandbox.manifests[workspace.session_id]) == ["Main.hs"]
    assert b"main = print 1\n" in client_of_sandbox.blobs.values()


async def test_a_token_needs_no_origin(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    async with connected(workspace) as socket:
        assert (await socket.request("run/list", {}))["result"] == []


@pytest.mark.parametrize(
    "origin",
    [
        [],
        [(b"origin", b"null")],
        [(b"origin", b"https://evil.example")],
        [(b"origin", b"http://127.0.0.1:8000.evil.example")],
        [(b"origin", b"http://127.0.0.1:8001")],
        [(b"origin", b"http://127.0.0.1")],
        [(b"origin", b"https://127.0.0.1:8000")],
        [ORIGIN, (b"origin", b"https://evil.example")],
    ],
)
async def test_a_cookie_from_another_origin_is_refused_in_the_handshake(
    workspace: Workspace, client_of_sandbox: FakeClient, origin: list[tuple[bytes, bytes]]
) -> None:
    accepted, _ = await communicator(workspace, [HOST, *origin]).connect(timeout=5)
    assert not accepted


async def test_a_foreign_host_is_refused_even_with_its_own_origin(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    headers = [(b"host", b"evil.example"), (b"origin", b"http://evil.example")]
    accepted, _ = await communicator(workspace, headers).connect(timeout=5)
    assert not accepted


async def test_without_a_login_it_closes_with_4001(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    channel = communicator(workspace, [HOST, ORIGIN])
    await channel.connect(timeout=5)
    assert await Socket(channel).close_code() == 4001


async def test_a_wrong_token_closes_with_4001_whatever_the_cookie(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    channel = communicator(workspace, [HOST, ORIGIN, (b"authorization", b"Bearer wrong")])
    await channel.connect(timeout=5)
    assert await Socket(channel).close_code() == 4001


@pytest.mark.parametrize("other", ["", "0" * 32, "nonsense", "%00", "é"])
async def test_a_workspace_that_is_not_the_users_closes_with_4004(
    workspace: Workspace, alice: User, client_of_sandbox: FakeClient, other: str
) -> None:
    bob = await in_database(User.objects.create_user, "bob")
    _, secret = await in_database(Token.issue, bob, "test")
    headers = [HOST, (b"authorization", f"Bearer {secret}".encode())]
    channel = communicator(other or workspace, headers)
    await channel.connect(timeout=5)
    assert await Socket(channel).close_code() == 4004
    assert not client_of_sandbox.openings


async def test_a_suspended_user_is_shown_out_with_4001(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ide.socket.consumers.CHECK_SECONDS", 0.05)
    async with connected(workspace) as socket:
        await in_database(User.objects.filter(pk=workspace.user_id).update, is_active=False)
        assert await socket.close_code() == 4001


async def test_a_deleted_workspace_closes_with_4004(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ide.socket.consumers.CHECK_SECONDS", 0.05)
    async with connected(workspace) as socket:
        await in_database(workspace.delete)
        assert await socket.close_code() == 4004


async def test_a_flood_closes_with_4008(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    async with connected(workspace) as socket:
        for _ in range(300):
            await socket.notify("run/ack", {"runId": "x", "seq": 1})
        assert await socket.close_code() == 4008


async def test_answering_a_great_output_is_no_flood(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        answer = await socket.request("run/start", {"requestId": "r", "mode": "interpret"})
        run_id = answer["result"]["runId"]
        for seq in range(1, 500):
            await client_of_sandbox.run_says(run_id, Output("stdout", "1\n"))
            assert (await socket.told("run/event"))["seq"] == seq
            await socket.notify("run/ack", {"runId": run_id, "seq": seq})
        assert "result" in await socket.request("run/list", {})


async def test_a_ninth_socket_of_a_user_closes_with_4009(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(8):
            socket = await stack.enter_async_context(connected(workspace))
            await socket.request("run/list", {})
        ninth = await stack.enter_async_context(connected(workspace))
        assert await ninth.close_code() == 4009
    async with connected(workspace) as again:
        assert "result" in await again.request("run/list", {})


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", None, ""),
        ("nonsense", -32700, "JSON"),
        ("[" * 100_000, -32600, "Batches"),
        (
            '{"jsonrpc":"2.0","method":"run/list","id":1,"params":' + "[" * 100_000 + "]" * 100_000 + "}",
            -32700,
            "",
        ),
        ('{"jsonrpc":"2.0","id":1,"method":"run/ack","params":{"runId":"a","seq":NaN}}', -32700, "JSON"),
        ('{"jsonrpc":"2.0","id":1,"method":"run/list","params":{"x":"\\ud800"}}', -32700, "x"),
        (
            '{"jsonrpc":"2.0","id":1,"method":"run/start","params":{"args":["a","\\ud83d\\ude00","\\uDE00"]}}',
            -32700,
            "args[2] has half a surrogate pair",
        ),
        ('{"jsonrpc":"2.0","id":1,"method":"run/list","params":"\\ud800"}', -32700, "params has half"),
        (
            '{"jsonrpc":"2.0","id":1,"method":"run/ack","params":{"runId":"a","seq":9223372036854775808}}',
            -32602,
            "seq",
        ),
        (
            '{"jsonrpc":"2.0","id":1,"method":"run/ack","params":{"runId":"a","seq":' + "9" * 6000 + "}}",
            -32602,
            "seq",
        ),
        ('{"jsonrpc":"2.0","id":1.5,"method":"run/list"}', -32600, "id"),
        ('{"jsonrpc":"1.0","id":1,"method":"run/list"}', -32600, "jsonrpc"),
        ('{"jsonrpc":"2.0","id":1}', -32600, "method"),
        ('{"jsonrpc":"2.0","id":1,"method":7}', -32600, "method"),
        ('[{"jsonrpc":"2.0","id":1,"method":"run/list"}]', -32600, "Batches"),
        ('{"jsonrpc":"2.0","id":1,"method":"run/unknown"}', -32601, "run/unknown"),
        ('{"jsonrpc":"2.0","id":1,"method":"__class__"}', -32601, "__class__"),
        ('{"jsonrpc":"2.0","id":1,"method":"run/stop"}', -32602, "runId"),
        ('{"jsonrpc":"2.0","id":1,"method":"run/stop","params":[]}', -32602, "params"),
        ('{"jsonrpc":"2.0","id":1,"method":"run/stop","params":{"runId":{}}}', -32602, "runId"),
        (
            '{"jsonrpc":"2.0","id":1,"method":"run/stop","params":{"runId":"x","image":"evil"}}',
            -32602,
            "image",
        ),
        ('{"jsonrpc":"2.0","id":1,"method":"run/stop","params":{"runId":"x"}}', 5, "run"),
        ('{"jsonrpc":"2.0","id":1,"method":"textDocument/moniker","params":{}}', -32601, "moniker"),
    ],
)
async def test_a_message_that_makes_no_sense_is_answered_and_the_connection_lives(
    workspace: Workspace, client_of_sandbox: FakeClient, text: str, code: int | None, said: str
) -> None:
    async with connected(workspace) as socket:
        if code is not None:
            await socket.raw(text)
            error = (await socket.answer())["error"]
            assert error["code"] == code
            assert said in error["message"] or said == error["data"]["field"]
        assert "result" in await socket.request("run/list", {})


async def test_a_binary_frame_is_answered_and_the_connection_lives(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.communicator.send_to(bytes_data=b"\x00\xff")
        assert (await socket.answer())["error"]["code"] == -32600
        assert "result" in await socket.request("run/list", {})


async def test_an_error_keeps_the_id_of_the_message_that_caused_it(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.raw('{"jsonrpc":"1.0","id":"seven","method":"run/list"}')
        assert (await socket.answer())["id"] == "seven"
        await socket.raw('{"jsonrpc":"2.0","id":"eight","method":"run/list","params":{"x":"\\ud800"}}')
        assert (await socket.answer())["id"] == "eight"


async def test_a_bad_notification_is_answered_by_a_shown_message(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.notify("run/ack", {"runId": "x", "seq": "one"})
        shown = await socket.told("window/showMessage")
        assert shown["type"] == 1
        assert "seq" in shown["message"]


async def test_an_unknown_optional_notification_is_ignored(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.notify("$/setTrace", {"value": "off"})
        await socket.notify("workspace/didChangeConfiguration", {"settings": {}})
        await socket.raw(json.dumps({"jsonrpc": "2.0", "id": 99, "result": None}))
        await socket.request("run/list", {})
        assert all(message.get("method") != "window/showMessage" for message in socket.unread)


async def test_a_user_with_too_many_sessions_is_told_once_and_can_still_type(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    await in_database(Plan.objects.update, sessions=0)
    async with connected(workspace) as socket:
        assert "session" in (await socket.told("session/status"))["reason"]
        await socket.initialize()
        await socket.did_open("Main.hs", "main = print 2\n")
        await socket.did_change("Main.hs", 2, {"text": "main = print 3\n"})
        assert "session" in (await socket.told("window/showMessage"))["message"]
        assert (await socket.told("file/changed"))["version"] == 2
        assert not [message for message in socket.unread if message.get("method") == "window/showMessage"]
        await in_database(Plan.objects.update, sessions=1)
        answer = await socket.request("run/start", {"requestId": "a", "mode": "interpret"})
        assert "result" in answer
    assert not client_of_sandbox.sent(workspace.session_id, Edit)


async def test_our_own_fault_is_answered_with_its_number_and_nothing_else(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(run_id: str) -> None:
        raise KeyError("secret")

    async with connected(workspace) as socket:
        await socket.request("run/start", {"requestId": "a", "mode": "interpret"})
        monkeypatch.setattr(client_of_sandbox, "last_seq", broken)
        error = (await socket.request("run/list", {}))["error"]
        assert error["code"] == -32603
        assert error["data"]["id"] in error["message"]
        assert "secret" not in str(error)


async def test_a_part_that_is_away_is_said_and_the_connection_lives(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **more: object) -> None:
        raise RedisError("gone")

    async with connected(workspace) as socket:
        await socket.initialize()
        with monkeypatch.context() as patch:
            patch.setattr(client_of_sandbox, "send", away)
            await socket.did_open("Main.hs", "main = print 2\n")
            assert "away" in (await socket.told("window/showMessage"))["message"]
            answer = await socket.request("run/start", {"requestId": "a", "mode": "interpret"})
            assert answer["error"]["code"] == -32603
        assert "result" in await socket.request("run/list", {})


async def test_exit_closes_the_socket(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    async with connected(workspace) as socket:
        await socket.notify("exit", {})
        assert await socket.close_code() == 1000


async def test_a_full_pool_is_said_and_the_window_stays(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    client_of_sandbox.full = True
    async with connected(workspace) as socket:
        status = await socket.told("session/status")
        assert status["state"] == "lost"
        assert "full" in status["reason"]
        answer = await socket.request("run/start", {"requestId": "a", "mode": "interpret"})
        assert answer["error"]["code"] == 2


async def test_a_window_says_that_it_waits_until_it_is_closed_and_may_give_up(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    client_of_sandbox.statuses[workspace.session_id] = Status(state="waiting", position=3)
    async with connected(workspace) as socket:
        assert (await socket.told("session/status"))["position"] == 3
    assert [at_most for _, _, at_most in client_of_sandbox.attended] == [False, True]
    async with connected(workspace) as socket:
        await socket.told("session/status")
        assert (await socket.request("session/leave", {}))["result"] == {}
        assert (await socket.told("session/status"))["state"] == "hibernated"
    assert [at_most for _, _, at_most in client_of_sandbox.attended] == [False, True, False]
