"""Questions about the text: each gets its answer, out of order, whatever happens meanwhile."""

import asyncio
import json
from typing import Any

import pytest

from ide.models import Workspace
from sandbox.messages import (
    Answered,
    Ask,
    Cancel,
    Edit,
    Outline,
    Position,
    Range,
    Status,
    Symbol,
    Symbols,
)
from tests.ide.fake_client import FakeClient
from tests.ide.sockets import Message, Socket, connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_for_sockets")]

TEXT = "main = print 1\n"
HERE = Range(Position(0, 0), Position(0, 4))
OUTLINE = Outline(symbols=[Symbol(name="main", kind=12, range=HERE, selection=HERE)])


def symbols(path: str = "Main.hs") -> Message:
    return {"textDocument": {"uri": f"file:///work/{path}"}}


async def send(socket: Socket, number: int | str, method: str = "textDocument/documentSymbol") -> None:
    message = {"jsonrpc": "2.0", "id": number, "method": method, "params": symbols()}
    await socket.raw(json.dumps(message))


async def answer_to(socket: Socket, number: int | str) -> Message:
    return await socket.find(lambda message: message.get("id") == number and "method" not in message)


async def asked(client: FakeClient, workspace: Workspace, count: int = 1) -> list[Any]:
    await client.until(lambda: len(client.sent(workspace.session_id, Ask)) >= count)
    return client.sent(workspace.session_id, Ask)


async def opened(socket: Socket, **general: Any) -> None:
    await socket.initialize(**general)
    await socket.did_open("Main.hs", TEXT)


async def test_a_question_goes_to_the_session_and_its_answer_to_the_window(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await send(socket, 7)
        [ask] = await asked(client_of_sandbox, workspace)
        assert ask.question == Symbols(path="Main.hs")
        await client_of_sandbox.say(workspace.session_id, Answered(query=ask.query, answer=OUTLINE))
        [symbol] = (await answer_to(socket, 7))["result"]
        assert (symbol["name"], symbol["selectionRange"]["end"]["character"]) == ("main", 4)


async def test_a_question_comes_after_the_edits_before_it(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await socket.did_change("Main.hs", 2, {"text": "-- " + "long " * 20_000})  # sent on a little later
        await send(socket, 1)
        await asked(client_of_sandbox, workspace)
        kinds = [type(each) for each in client_of_sandbox.inbox[workspace.session_id]]
        assert [kind for kind in kinds if kind in (Edit, Ask)] == [Edit, Edit, Ask]


async def test_answers_come_in_any_order_and_hold_nothing_back(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await send(socket, 1)
        await send(socket, "two")
        first, second = await asked(client_of_sandbox, workspace, 2)
        assert (await socket.request("run/list", {}))["result"] == []
        for ask, number in ((second, "two"), (first, 1)):
            await client_of_sandbox.say(workspace.session_id, Answered(query=ask.query))
            assert (await answer_to(socket, number))["result"] is None


async def test_an_answer_to_an_older_text_is_dropped(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await send(socket, 1)
        [ask] = await asked(client_of_sandbox, workspace)
        await socket.did_change("Main.hs", 2, {"text": "main = print 2\n"})
        await client_of_sandbox.until(lambda: len(client_of_sandbox.sent(workspace.session_id, Edit)) == 2)
        await client_of_sandbox.say(workspace.session_id, Answered(query=ask.query, answer=OUTLINE))
        assert (await answer_to(socket, 1))["error"]["code"] == -32801


async def test_a_failure_is_told_in_its_own_words(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await send(socket, 1)
        [ask] = await asked(client_of_sandbox, workspace)
        await client_of_sandbox.say(workspace.session_id, Answered(query=ask.query, failure="There is none."))
        error = (await answer_to(socket, 1))["error"]
        assert (error["code"], error["message"]) == (-32803, "There is none.")


async def test_a_cancelled_question_is_answered_and_the_session_told(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await send(socket, 1)
        await send(socket, "1")
        first, second = await asked(client_of_sandbox, workspace, 2)
        await socket.notify("$/cancelRequest", {"id": 1})
        assert (await answer_to(socket, 1))["error"]["code"] == -32800
        await client_of_sandbox.until(lambda: client_of_sandbox.sent(workspace.session_id, Cancel))
        assert client_of_sandbox.sent(workspace.session_id, Cancel) == [Cancel(query=first.query)]
        await client_of_sandbox.say(workspace.session_id, Answered(query=second.query))
        assert "result" in await answer_to(socket, "1")


async def test_cancelling_what_does_not_wait_does_nothing(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await socket.notify("$/cancelRequest", {"id": "nothing"})
        assert (await socket.request("run/list", {}))["result"] == []


async def test_a_session_that_does_not_answer_is_an_error(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ide.questions.PATIENCE_SECONDS", 0.05)
    async with connected(workspace) as socket:
        await opened(socket)
        await send(socket, 1)
        assert (await answer_to(socket, 1))["error"]["code"] == -32803


async def test_a_lost_session_answers_everything_with_an_error(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await send(socket, 1)
        await send(socket, 2)
        await asked(client_of_sandbox, workspace, 2)
        await client_of_sandbox.say(workspace.session_id, Status(state="lost", reason="The host is gone."))
        for number in (1, 2):
            error = (await answer_to(socket, number))["error"]
            assert (error["code"], error["message"]) == (3, "The host is gone.")


async def test_too_many_questions_at_once_are_refused(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ide.questions.QUESTIONS", 2)
    async with connected(workspace) as socket:
        await opened(socket)
        for number in (1, 2, 3):
            await send(socket, number)
        error = (await answer_to(socket, 3))["error"]
        assert (error["code"], error["data"]["value"]) == (-32803, 2)
        for ask in await asked(client_of_sandbox, workspace, 2):
            await client_of_sandbox.say(workspace.session_id, Answered(query=ask.query))
        assert "result" in await answer_to(socket, 1)


async def test_answers_for_other_windows_are_none_of_ours(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await client_of_sandbox.say(workspace.session_id, Answered(query="somebody", answer=OUTLINE))
        assert (await socket.request("run/list", {}))["result"] == []
        assert not [message for message in socket.unread if "id" in message]


@pytest.mark.parametrize(
    "uri", ["http://x/Main.hs", "file:///etc/passwd", "file:///work/../x", "file:///work/"]
)
async def test_a_uri_that_is_no_file_of_the_workspace_is_refused(
    workspace: Workspace, client_of_sandbox: FakeClient, uri: str
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        answer = await socket.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        assert answer["error"]["code"] == -32602


async def test_questions_need_initialize_first(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    async with connected(workspace) as socket:
        answer = await socket.request("textDocument/documentSymbol", symbols())
        assert answer["error"]["code"] == -32002


async def test_answers_count_as_the_client_does(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    async with connected(workspace) as socket:
        await socket.initialize(positionEncodings=["utf-8"])
        await socket.did_open("Main.hs", "öä = 1\n")
        await send(socket, 1)
        [ask] = await asked(client_of_sandbox, workspace)
        place = Range(Position(0, 0), Position(0, 2))
        outline = Outline(symbols=[Symbol(name="öä", kind=12, range=place, selection=place)])
        await client_of_sandbox.say(workspace.session_id, Answered(query=ask.query, answer=outline))
        [symbol] = (await answer_to(socket, 1))["result"]
        assert symbol["selectionRange"]["end"] == {"line": 0, "character": 4}


async def test_a_window_that_closes_leaves_nothing_waiting(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await send(socket, 1)
        await asked(client_of_sandbox, workspace)
    before = {task.get_coro().__qualname__ for task in asyncio.all_tasks()}  # type: ignore[union-attr]
    assert not [name for name in before if "Dispatcher" in name]
