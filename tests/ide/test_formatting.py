"""Formatting and linting over the socket."""

import json
from typing import Any

import pytest

from ide.models import Workspace
from sandbox.messages import (
    Answered,
    Ask,
    Diagnostic,
    Edits,
    Format,
    Ideas,
    Lint,
    Position,
    Range,
    Replacement,
)
from tests.ide.fake_client import FakeClient
from tests.ide.sockets import connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_for_sockets")]

MAIN = "file:///work/Main.hs"
TEXT = 'main = putStrLn   "𝔘"\n'
WHOLE = Replacement(range=Range(Position(0, 15), Position(0, 22)), text=' "𝔘"')


@pytest.mark.parametrize(("encoding", "end"), [("utf-16", 22), ("utf-8", 24), ("utf-32", 21)])
async def test_the_session_s_edits_are_the_answer(
    workspace: Workspace, client_of_sandbox: FakeClient, encoding: str, end: int
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize(positionEncodings=[encoding])
        await socket.did_open("Main.hs", TEXT)
        document = {"uri": "file:///work/Main.hs"}
        params = {"textDocument": document, "options": {"tabSize": 2, "insertSpaces": True}}
        message = {"jsonrpc": "2.0", "id": 9, "method": "textDocument/formatting", "params": params}
        await socket.raw(json.dumps(message))
        await client_of_sandbox.until(lambda: bool(client_of_sandbox.sent(workspace.session_id, Ask)))
        asked: list[Any] = client_of_sandbox.sent(workspace.session_id, Ask)
        [ask] = asked
        assert ask.question == Format(path="Main.hs")
        answered = Answered(query=ask.query, answer=Edits(edits=[WHOLE]))
        await client_of_sandbox.say(workspace.session_id, answered)
        [edit] = (await socket.find(lambda each: each.get("id") == 9))["result"]
        assert edit["newText"] == ' "𝔘"'
        assert edit["range"]["end"] == {"line": 0, "character": end}


async def test_hlint_is_asked_when_somebody_wants_it(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize(positionEncodings=["utf-8"])
        await socket.did_open("Main.hs", TEXT)
        message = {"jsonrpc": "2.0", "id": 9, "method": "haskell/lint", "params": {"uri": MAIN}}
        await socket.raw(json.dumps(message))
        await client_of_sandbox.until(lambda: bool(client_of_sandbox.sent(workspace.session_id, Ask)))
        asked: list[Any] = client_of_sandbox.sent(workspace.session_id, Ask)
        [ask] = asked
        assert ask.question == Lint(path="Main.hs")
        idea = Diagnostic(MAIN, WHOLE.range, 3, "Use print", "hlint", "Use print")
        answered = Answered(query=ask.query, answer=Ideas(diagnostics=[idea]))
        await client_of_sandbox.say(workspace.session_id, answered)
        [found] = (await socket.find(lambda each: each.get("id") == 9))["result"]
        assert (found["source"], found["range"]["end"]["character"]) == ("hlint", 24)
        odd = await socket.request("haskell/lint", {"uri": MAIN, "more": 1})
        assert odd["error"]["code"] == -32602
