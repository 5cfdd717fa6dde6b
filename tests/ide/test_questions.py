"""Questions about the text: each gets its answer, out of order, whatever happens meanwhile."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from ide.editor.asking import Asker as OwnAsker
from ide.models import Workspace
from ide.protocol import TextEdit
from sandbox.messages import (
    Answered,
    Ask,
    Cancel,
    Edit,
    FileEdits,
    Outline,
    Position,
    Range,
    Rename,
    Renamed,
    Replacement,
    SessionEvent,
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


class Asker:
    """A window with Main.hs open, and the session that it asks."""

    def __init__(self, socket: Socket, client: FakeClient, session_id: str) -> None:
        self.socket, self.client, self.session_id = socket, client, session_id

    async def send(self, number: int | str) -> None:
        message = {
            "jsonrpc": "2.0",
            "id": number,
            "method": "textDocument/documentSymbol",
            "params": symbols(),
        }
        await self.socket.raw(json.dumps(message))

    async def asked(self, count: int = 1) -> list[Any]:
        """What has reached the session, at least so many."""
        await self.client.until(lambda: len(self.client.sent(self.session_id, Ask)) >= count)
        return self.client.sent(self.session_id, Ask)

    async def say(self, event: SessionEvent) -> None:
        await self.client.say(self.session_id, event)

    async def answer_to(self, number: int | str) -> Message:
        return await self.socket.find(lambda message: message.get("id") == number and "method" not in message)


@asynccontextmanager
async def asking(
    workspace: Workspace, client: FakeClient, text: str = TEXT, **general: Any
) -> AsyncIterator[Asker]:
    async with connected(workspace) as socket:
        await socket.initialize(**general)
        await socket.did_open("Main.hs", text)
        yield Asker(socket, client, workspace.session_id)


@pytest.fixture
async def asker(workspace: Workspace, client_of_sandbox: FakeClient) -> AsyncIterator[Asker]:
    async with asking(workspace, client_of_sandbox) as opened:
        yield opened


async def test_a_question_goes_to_the_session_and_its_answer_to_the_window(asker: Asker) -> None:
    await asker.send(7)
    [ask] = await asker.asked()
    assert ask.question == Symbols(path="Main.hs")
    await asker.say(Answered(query=ask.query, answer=OUTLINE))
    [symbol] = (await asker.answer_to(7))["result"]
    assert (symbol["name"], symbol["selectionRange"]["end"]["character"]) == ("main", 4)


async def test_a_question_comes_after_the_edits_before_it(asker: Asker) -> None:
    await asker.socket.did_change("Main.hs", 2, {"text": "-- " + "long " * 20_000})  # sent on a little later
    await asker.send(1)
    await asker.asked()
    kinds = [type(each) for each in asker.client.inbox[asker.session_id]]
    assert [kind for kind in kinds if kind in (Edit, Ask)] == [Edit, Edit, Ask]


async def test_a_question_to_a_session_that_waits_for_room_is_asked_when_it_is_ready(asker: Asker) -> None:
    await asker.say(Status(state="waiting", position=1))
    while (await asker.socket.told("session/status"))["state"] != "waiting":
        pass
    await asker.send(1)
    await asker.send(2)
    await asker.socket.notify("$/cancelRequest", {"id": 2})
    assert (await asker.answer_to(2))["error"]["code"] == -32800
    assert asker.client.sent(asker.session_id, Ask) == []
    await asker.say(Status(state="ready"))
    [ask] = await asker.asked()
    await asker.say(Answered(query=ask.query))
    assert (await asker.answer_to(1))["result"] is None
    kinds = [type(each) for each in asker.client.inbox[asker.session_id]]
    assert kinds[-2:] == [Edit, Ask]
    assert Cancel not in kinds


async def test_answers_come_in_any_order_and_hold_nothing_back(asker: Asker) -> None:
    await asker.send(1)
    await asker.send("two")
    first, second = await asker.asked(2)
    assert (await asker.socket.request("run/list", {}))["result"] == []
    for ask, number in ((second, "two"), (first, 1)):
        await asker.say(Answered(query=ask.query))
        assert (await asker.answer_to(number))["result"] is None


async def rename(asker: Asker) -> Ask:
    params = symbols() | {"position": {"line": 0, "character": 1}, "newName": "start"}
    message = {"jsonrpc": "2.0", "id": 1, "method": "textDocument/rename", "params": params}
    await asker.socket.raw(json.dumps(message))
    [ask] = await asker.asked()
    assert isinstance(ask, Ask)
    assert ask.question == Rename(path="Main.hs", position=Position(0, 1), name="start")
    return ask


RENAMED = Renamed(files=[FileEdits(path="Main.hs", edits=[Replacement(range=HERE, text="start")])])


@pytest.mark.parametrize("versioned", [True, False])
async def test_a_rename_tells_the_versions_that_it_is_about_to_whom_it_concerns(
    workspace: Workspace, client_of_sandbox: FakeClient, versioned: bool
) -> None:
    capabilities = {"workspace": {"workspaceEdit": {"documentChanges": versioned}}}
    async with connected(workspace) as socket:
        await socket.request("initialize", {"capabilities": capabilities})
        await socket.did_open("Main.hs", TEXT, 5)
        asker = Asker(socket, client_of_sandbox, workspace.session_id)
        ask = await rename(asker)
        await asker.say(Answered(query=ask.query, answer=RENAMED))
        result = (await asker.answer_to(1))["result"]
    uri = "file:///work/Main.hs"
    edits = [{"range": msgspec.to_builtins(HERE), "newText": "start"}]
    if versioned:
        assert result == {"documentChanges": [{"textDocument": {"uri": uri, "version": 5}, "edits": edits}]}
    else:
        assert result == {"changes": {uri: edits}}


async def test_a_rename_tells_the_versions_that_it_saw_although_typing_went_on(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, typed = asyncio.Event(), asyncio.Event()

    async def slow(_: OwnAsker, path: str, edits: list[TextEdit]) -> list[TextEdit]:
        reached.set()
        await typed.wait()
        return edits

    monkeypatch.setattr(OwnAsker, "in_encoding", slow)
    async with connected(workspace) as socket:
        capabilities = {"workspace": {"workspaceEdit": {"documentChanges": True}}}
        await socket.request("initialize", {"capabilities": capabilities})
        await socket.did_open("Main.hs", TEXT, 5)
        asker = Asker(socket, client_of_sandbox, workspace.session_id)
        ask = await rename(asker)
        await asker.say(Answered(query=ask.query, answer=RENAMED))
        await reached.wait()
        await socket.did_change("Main.hs", 6, {"text": TEXT + "\n"})
        await asker.client.until(lambda: len(asker.client.sent(asker.session_id, Edit)) == 2)
        typed.set()
        [change] = (await asker.answer_to(1))["result"]["documentChanges"]
    assert change["textDocument"]["version"] == 5


async def test_a_rename_of_a_file_that_changed_meanwhile_is_dropped(asker: Asker) -> None:
    await asker.socket.did_open("Other.hs", "module Other where\n")
    ask = await rename(asker)
    await asker.socket.did_change("Other.hs", 2, {"text": "module Other where\n\n"})
    await asker.client.until(lambda: len(asker.client.sent(asker.session_id, Edit)) == 3)
    others = [FileEdits(path="Other.hs", edits=[]), *RENAMED.files]
    await asker.say(Answered(query=ask.query, answer=Renamed(files=others)))
    assert (await asker.answer_to(1))["error"]["code"] == -32801


async def test_an_answer_to_an_older_text_is_dropped(asker: Asker) -> None:
    await asker.send(1)
    [ask] = await asker.asked()
    await asker.socket.did_change("Main.hs", 2, {"text": "main = print 2\n"})
    await asker.client.until(lambda: len(asker.client.sent(asker.session_id, Edit)) == 2)
    await asker.say(Answered(query=ask.query, answer=OUTLINE))
    assert (await asker.answer_to(1))["error"]["code"] == -32801


async def test_a_failure_is_told_in_its_own_words(asker: Asker) -> None:
    await asker.send(1)
    [ask] = await asker.asked()
    await asker.say(Answered(query=ask.query, failure="There is none."))
    error = (await asker.answer_to(1))["error"]
    assert (error["code"], error["message"]) == (-32803, "There is none.")


async def test_a_cancelled_question_is_answered_and_the_session_told(asker: Asker) -> None:
    await asker.send(1)
    await asker.send("1")
    first, second = await asker.asked(2)
    await asker.socket.notify("$/cancelRequest", {"id": 1})
    assert (await asker.answer_to(1))["error"]["code"] == -32800
    await asker.client.until(lambda: asker.client.sent(asker.session_id, Cancel))
    assert asker.client.sent(asker.session_id, Cancel) == [Cancel(query=first.query)]
    await asker.say(Answered(query=second.query))
    assert "result" in await asker.answer_to("1")


async def test_cancelling_what_does_not_wait_does_nothing(asker: Asker) -> None:
    await asker.socket.notify("$/cancelRequest", {"id": "nothing"})
    assert (await asker.socket.request("run/list", {}))["result"] == []


async def test_a_session_that_does_not_answer_is_an_error(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ide.editor.questions.patience_seconds", lambda question: -0.95)
    await asker.send(1)
    assert (await asker.answer_to(1))["error"]["code"] == -32803


async def test_a_lost_session_answers_everything_with_an_error(asker: Asker) -> None:
    await asker.send(1)
    await asker.send(2)
    await asker.asked(2)
    await asker.say(Status(state="lost", reason="The host is gone."))
    for number in (1, 2):
        error = (await asker.answer_to(number))["error"]
        assert (error["code"], error["message"]) == (3, "The host is gone.")


async def test_too_many_questions_at_once_are_refused(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ide.editor.questions.QUESTIONS", 2)
    for number in (1, 2, 3):
        await asker.send(number)
    error = (await asker.answer_to(3))["error"]
    assert (error["code"], error["data"]["value"]) == (-32803, 2)
    for ask in await asker.asked(2):
        await asker.say(Answered(query=ask.query))
    assert "result" in await asker.answer_to(1)


async def test_answers_for_other_windows_are_none_of_ours(asker: Asker) -> None:
    await asker.say(Answered(query="somebody", answer=OUTLINE))
    assert (await asker.socket.request("run/list", {}))["result"] == []
    assert not [message for message in asker.socket.unread if "id" in message]


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("http://x/Main.hs", "must begin with file:///work/"),
        ("file:///etc/passwd", "must begin with file:///work/"),
        ("file:///work/Main.hs#1", "have neither ? nor #"),
        ("file:///work/../x", "must not have empty parts"),
        ("file:///work/", "must not be empty"),
        ("", "expected text of length >= 1"),
    ],
)
async def test_a_uri_that_is_no_file_of_the_workspace_is_refused_by_its_field(
    workspace: Workspace, client_of_sandbox: FakeClient, uri: str, reason: str
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        for method, params, field in (
            ("textDocument/documentSymbol", {"textDocument": {"uri": uri}}, "textDocument.uri"),
            ("haskell/lint", {"uri": uri}, "uri"),
        ):
            error = (await socket.request(method, params))["error"]
            assert (error["code"], error["data"]["field"]) == (-32602, field)
            assert reason in error["message"]


async def test_questions_need_initialize_first(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    async with connected(workspace) as socket:
        answer = await socket.request("textDocument/documentSymbol", symbols())
        assert answer["error"]["code"] == -32002


async def test_answers_count_as_the_client_does(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    async with asking(workspace, client_of_sandbox, "öä = 1\n", positionEncodings=["utf-8"]) as asker:
        await asker.send(1)
        [ask] = await asker.asked()
        place = Range(Position(0, 0), Position(0, 2))
        outline = Outline(symbols=[Symbol(name="öä", kind=12, range=place, selection=place)])
        await asker.say(Answered(query=ask.query, answer=outline))
        [symbol] = (await asker.answer_to(1))["result"]
        assert symbol["selectionRange"]["end"] == {"line": 0, "character": 4}


def waiting() -> list[str]:
    """The tasks in which a dispatcher waits for an answer."""
    names = [task.get_coro().__qualname__ for task in asyncio.all_tasks()]  # type: ignore[union-attr]
    return [name for name in names if name.startswith("Dispatcher.")]


async def test_a_window_that_closes_leaves_nothing_waiting(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with asking(workspace, client_of_sandbox) as asker:
        await asker.send(1)
        await asker.asked()
        assert waiting()
    assert not waiting()
