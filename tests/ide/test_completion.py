"""What a completion is beyond its word: the import that it needs, and the parts that follow a keyword."""

import json
from typing import Any

import pytest

from ide.models import Workspace
from sandbox.messages import (
    Answer,
    Answered,
    Ask,
    Candidate,
    Candidates,
    Complete,
    Description,
    Importable,
    Position,
    Range,
)
from tests.ide.fake_client import FakeClient
from tests.ide.sockets import Message, Socket, connected
from tests.wire import EDITOR

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_for_sockets")]

TEXT = "module Main where\n\nimport Data.Char (toUpper)\n\nmain = sortO\n"
OFFERED = Candidates(
    range=Range(Position(4, 7), Position(4, 12)),
    candidates=[
        Candidate(label="sortOn", kind=3, module="Data.List", missing=Importable(kind="function")),
        Candidate(label="case", kind=14),
    ],
)
SNIPPETS = {"textDocument": {"completion": {"completionItem": {"snippetSupport": True}}}}


async def completed(
    workspace: Workspace, client: FakeClient, socket: Socket, capabilities: Message
) -> list[Message]:
    await socket.request("initialize", {"processId": None, "capabilities": capabilities})
    await socket.did_open("Main.hs", TEXT)
    at = {"textDocument": {"uri": "file:///work/Main.hs"}, "position": {"line": 4, "character": 12}}
    answer = await answered(workspace, client, socket, ("textDocument/completion", at), OFFERED)
    return list(answer["items"])


async def answered(
    workspace: Workspace,
    client: FakeClient,
    socket: Socket,
    request: tuple[str, Message],
    answer: Answer | None,
) -> Any:
    """The result of a request for which the session is asked, and says this."""
    method, params = request
    before = len(client.sent(workspace.session_id, Ask))
    await socket.raw(json.dumps({"jsonrpc": "2.0", "id": method, "method": method, "params": params}))
    await client.until(lambda: len(client.sent(workspace.session_id, Ask)) > before)
    asked = client.sent(workspace.session_id, Ask)[-1]
    assert isinstance(asked, Ask)
    await client.say(workspace.session_id, Answered(query=asked.query, answer=answer))
    message = await socket.find(lambda found: found.get("id") == method)
    return message["result"]


async def test_a_name_that_is_not_in_scope_brings_its_import(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        [item, _] = await completed(workspace, client_of_sandbox, socket, EDITOR)
        assert item["labelDetails"]["detail"] == " from Data.List"
        assert "additionalTextEdits" not in item
        request = ("completionItem/resolve", item)
        resolved = await answered(workspace, client_of_sandbox, socket, request, None)
        [edit] = resolved["additionalTextEdits"]
        assert edit["newText"].strip() == "import Data.List (sortOn)"
        assert edit["range"]["start"]["line"] in (2, 3)


@pytest.mark.parametrize("kind", [1, 2])
async def test_a_qualified_name_brings_the_import_of_its_alias(
    workspace: Workspace, client_of_sandbox: FakeClient, kind: int
) -> None:
    text = "module Main where\n\nmain = T.pac\n"
    missing = Importable(kind="function", alias="T")
    name = Candidate(label="pack", kind=3, module="Data.Text", missing=missing)
    offered = Candidates(range=Range(Position(2, 9), Position(2, 12)), candidates=[name])
    async with connected(workspace) as socket:
        await socket.request("initialize", {"processId": None, "capabilities": {}})
        await socket.did_open("Main.hs", text)
        at = {
            "textDocument": {"uri": "file:///work/Main.hs"},
            "position": {"line": 2, "character": 12},
            "context": {"triggerKind": kind},
        }
        request = ("textDocument/completion", at)
        [item] = (await answered(workspace, client_of_sandbox, socket, request, offered))["items"]
        [edit] = item["additionalTextEdits"]
        assert edit["newText"].strip() == "import qualified Data.Text as T"
        assert item["textEdit"]["newText"] == "pack"
        asked = client_of_sandbox.sent(workspace.session_id, Ask)[-1]
        assert isinstance(asked, Ask)
        assert isinstance(asked.question, Complete)
        assert asked.question.triggered == (kind == 2)


async def test_who_resolves_no_imports_gets_them_at_once(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        [item, case] = await completed(workspace, client_of_sandbox, socket, {})
        [edit] = item["additionalTextEdits"]
        assert edit["newText"].strip() == "import Data.List (sortOn)"
        assert "additionalTextEdits" not in case
        assert "labelDetails" not in item
        assert item["detail"] == "from Data.List"
        said = Description(code="sortOn :: Ord b => (a -> b) -> [a] -> [a]", text="By a `key`.")
        resolved = await answered(
            workspace, client_of_sandbox, socket, ("completionItem/resolve", item), said
        )
        assert resolved["additionalTextEdits"] == [edit]
        assert resolved["documentation"] == f"{said.code}\n\nBy a key."


async def test_snippets_are_for_clients_that_know_them(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        plain = await completed(workspace, client_of_sandbox, socket, {})
        assert [item["label"] for item in plain] == ["sortOn", "case"]
    async with connected(workspace) as socket:
        [*_, case] = await completed(workspace, client_of_sandbox, socket, SNIPPETS)
        assert (case["label"], case["insertTextFormat"]) == ("case", 2)
        assert case["textEdit"]["newText"].startswith("case ${1:value} of\n")
        assert case["documentation"] == "case value of\n  pattern -> result"
