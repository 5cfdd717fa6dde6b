"""Code actions over the socket: for what was published last, as the client counts, and for descriptions."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from ide.editor import codeactions
from ide.editor.document import Document
from ide.models import Workspace
from ide.workspaces import files
from sandbox.messages import (
    Ask,
    Cancel,
    Diagnostic,
    Exported,
    FindExports,
    FoundExports,
    InferredSignature,
    InferSignature,
    LocalSignature,
    Position,
    Published,
    Range,
    Sought,
)
from tests.ide.fake_client import FakeClient
from tests.ide.sockets import Message, Socket, connected
from tests.ide.test_completion import answered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_for_sockets")]

MAIN = "file:///work/Main.hs"
TEXT = 'main = putStrLn ("𝔘" ++ shwo 1)\n'
SAID = (
    "Variable not in scope: shwo :: t0 -> String\nSuggested fix: Perhaps use ‘show’ (imported from Prelude)"
)


def typo(start: int = 25, end: int = 29) -> Diagnostic:
    return Diagnostic(MAIN, Range(Position(0, start), Position(0, end)), 1, "GHC-88464", "ghc", SAID)


def span_of(line: int, start: int, end: int) -> Range:
    return Range(Position(line, start), Position(line, end))


async def opened(
    client: FakeClient, workspace: Workspace, socket: Socket, text: str, *told: Diagnostic, **general: Any
) -> None:
    """A document whose diagnostics were published."""
    await socket.initialize(**general)
    await published(client, workspace, socket, text, *told)


async def published(
    client: FakeClient, workspace: Workspace, socket: Socket, text: str, *told: Diagnostic
) -> None:
    await socket.did_open("Main.hs", text)
    document = Document("Main.hs")
    document.put(1, text)
    await client.until(lambda: bool(client.inbox.get(workspace.session_id)))
    await client.say(workspace.session_id, Published(MAIN, document.number, list(told)))
    await socket.told("textDocument/publishDiagnostics")


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The session says nothing but where a test does."""
    monkeypatch.setattr(codeactions, "PATIENCE_SECONDS", 0.1)


def asking(start: int, end: int, line: int = 0, uri: str = MAIN, **context: Any) -> tuple[str, Message]:
    span = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
    params = {"textDocument": {"uri": uri}, "range": span, "context": {"diagnostics": [], **context}}
    return "textDocument/codeAction", params


async def actions(
    socket: Socket, start: int, end: int, line: int = 0, uri: str = MAIN, **context: Any
) -> Any:
    answer = await socket.request(*asking(start, end, line, uri, **context))
    return answer.get("result", answer.get("error"))


def questions(client: FakeClient, workspace: Workspace) -> list[Ask]:
    return [each for each in client.inbox[workspace.session_id] if isinstance(each, Ask)]


def titles(found: list[Message]) -> list[str]:
    return [each["title"] for each in found]


async def test_an_action_has_its_edit_and_what_it_is_about(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(client_of_sandbox, workspace, socket, TEXT, typo())
        replace, define, explain = await actions(socket, 26, 26)
        assert titles([replace, define]) == ["Replace with show", "Define shwo :: t -> String"]
        [edit] = replace["edit"]["changes"][MAIN]
        assert edit == {"range": {"start": {"line": 0, "character": 25}, "end": {"line": 0, "character": 29}},
                        "newText": "show"}  # fmt: skip
        [about] = replace["diagnostics"]
        assert about["codeDescription"]["href"] == "https://errors.haskell.org/messages/GHC-88464/"
        assert explain["command"] == {
            "title": "Explain GHC-88464", "command": "haskell.explain", "arguments": ["GHC-88464"]
        }  # fmt: skip
        assert explain["diagnostics"] == [about]
        assert await actions(socket, 0, 4) == []


async def test_what_mends_all_at_once_tells_which_messages_here_it_is_about(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    text = f"import Data.Char\nimport Data.List\n{TEXT}"
    unused = [
        Diagnostic(MAIN, span_of(line, 7, 16), 2, "GHC-66111", "ghc", f"The import of ‘{name}’ is redundant")
        for line, name in enumerate(("Data.Char", "Data.List"))
    ]
    wrong = Diagnostic(MAIN, span_of(2, 25, 29), 1, "GHC-88464", "ghc", SAID)
    async with connected(workspace) as socket:
        await opened(client_of_sandbox, workspace, socket, text, *unused, wrong)
        for line, about in ((0, ["The import of ‘Data.Char’ is redundant"]), (2, [])):
            found = await actions(socket, 8, 26, line)
            [all_at_once] = [each for each in found if each["title"] == "Remove all unused imports"]
            assert [each["message"] for each in all_at_once.get("diagnostics", [])] == about


async def test_places_are_counted_as_was_negotiated(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(client_of_sandbox, workspace, socket, TEXT, typo(), positionEncodings=["utf-8"])
        replace, *_ = await actions(socket, 28, 28)
        [edit] = replace["edit"]["changes"][MAIN]
        assert edit["range"]["start"]["character"] == 27
        assert replace["diagnostics"][0]["range"]["start"]["character"] == 27


async def test_of_a_newer_text_the_client_knows_the_diagnostics(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(client_of_sandbox, workspace, socket, TEXT, typo())
        start = {"line": 0, "character": 0}
        await socket.did_change("Main.hs", 2, {"range": {"start": start, "end": start}, "text": "\n"})
        moved = {"start": {"line": 1, "character": 25}, "end": {"line": 1, "character": 29}}
        sent = {"range": moved, "message": SAID, "code": "GHC-88464", "source": "ghc", "severity": 1}
        assert await actions(socket, 25, 25) == []
        replace, *_ = await actions(socket, 25, 25, 1, diagnostics=[sent])
        assert replace["edit"]["changes"][MAIN][0]["range"] == moved


async def test_only_the_kinds_that_are_asked_for(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    text = "import Data.List\nimport Data.Char\nmain = print 1\n"
    unused = [
        Diagnostic(
            MAIN,
            Range(Position(line, 0), Position(line, 16)),
            4,
            "GHC-66111",
            "ghc",
            f"The import of ‘{module}’ is redundant",
        )
        for line, module in enumerate(["Data.List", "Data.Char"])
    ]
    async with connected(workspace) as socket:
        await opened(client_of_sandbox, workspace, socket, text, *unused)
        [everything] = await actions(socket, 0, 0, 2, only=["source"])
        assert (everything["title"], everything["kind"]) == (
            "Remove all unused imports",
            "source.organizeImports",
        )
        assert len(everything["edit"]["changes"][MAIN]) == 2
        assert "Remove all unused imports" not in titles(await actions(socket, 0, 0, only=["quickfix"]))


async def test_a_description_gets_the_package_of_an_import(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    cabal = "name: x\n\nexecutable x\n  main-is: Main.hs\n  build-depends: base, text\n"
    await sync_to_async(files.write)(workspace, "x.cabal", cabal)
    text = "import Data.Aeson\nimport Data.Text\nmain = print 1\n"
    monkeypatch.setattr(codeactions, "PATIENCE_SECONDS", 30)
    async with connected(workspace) as socket:
        said = "aeson is not among the build-depends of executable x in x.cabal: cabal would not build it."
        hint = Diagnostic(
            MAIN, Range(Position(0, 0), Position(0, 17)), 4, "undeclared-package", "cabal", said
        )
        await opened(client_of_sandbox, workspace, socket, text, hint)
        told = FoundExports(exports=[], packages=["aeson"])
        [fix] = await answered(workspace, client_of_sandbox, socket, asking(7, 7), told)
        assert fix["title"] == "Add aeson to x.cabal (executable x)"
        assert [each["message"] for each in fix["diagnostics"]] == [said]
        [edit] = fix["edit"]["changes"]["file:///work/x.cabal"]
        assert (edit["range"]["start"], edit["newText"]) == ({"line": 4, "character": 27}, ", aeson")
        for package in ("text", "base", ""):  # described, never missing, of the workspace itself
            told = FoundExports(exports=[], packages=[package])
            assert await answered(workspace, client_of_sandbox, socket, asking(7, 7, 1), told) == []
        asked = questions(client_of_sandbox, workspace)[-1]
        assert asked.question == FindExports(path="Main.hs", modules=["Data.Text"])


async def test_who_exports_a_name_is_asked_of_the_session(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codeactions, "PATIENCE_SECONDS", 30)
    own = Exported(name="shwo", kind="function", module="Shows")
    async with connected(workspace) as socket:
        await opened(client_of_sandbox, workspace, socket, TEXT, typo())
        told = FoundExports(exports=[[own]], packages=[])
        found = await answered(workspace, client_of_sandbox, socket, asking(26, 26), told)
        assert "Add import Shows (shwo)" in titles(found)
        asked = questions(client_of_sandbox, workspace)[-1]
        assert asked.question == FindExports(path="Main.hs", sought=[Sought(name="shwo")])


async def test_a_wrong_signature_gets_the_type_that_the_session_infers(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codeactions, "INFERRING_SECONDS", 30)
    text = "f :: Int -> Int\nf xs = length xs\nmain = print (f [])\n"
    wrong = Diagnostic(MAIN, Range(Position(1, 14), Position(1, 16)), 1, "GHC-83865", "ghc", "Couldn't match")
    async with connected(workspace) as socket:
        await opened(client_of_sandbox, workspace, socket, text, wrong)
        told = InferredSignature(name="f", range=Range(Position(0, 5), Position(0, 15)), text="[a] -> Int")
        found = await answered(workspace, client_of_sandbox, socket, asking(14, 14, 1), told)
        fix = next(each for each in found if each["title"].startswith("Replace the signature"))
        assert fix["title"] == "Replace the signature of f by its inferred type [a] -> Int"
        assert fix["edit"]["changes"][MAIN][0]["newText"] == "[a] -> Int"
        assert fix["diagnostics"][0]["message"] == "Couldn't match"
        [asked] = questions(client_of_sandbox, workspace)
        assert asked.question == InferSignature(path="Main.hs", position=Position(1, 14))
        await actions(socket, 14, 14, 1, triggerKind=2)
        await actions(socket, 14, 14, 1, only=["source"])
        assert questions(client_of_sandbox, workspace) == [asked], "nobody waits for a light bulb's menu"


async def test_a_local_binding_gets_the_signature_that_the_session_tried_out(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codeactions, "INFERRING_SECONDS", 30)
    text = "f xs = go xs\n  where\n    go ys = ys\n"
    async with connected(workspace) as socket:
        await opened(client_of_sandbox, workspace, socket, text)
        place = Position(2, 4)
        told = InferredSignature(name="go", range=Range(place, place), text="go :: p -> p\n    ")
        found = await answered(workspace, client_of_sandbox, socket, asking(5, 5, 2), told)
        [fix] = [each for each in found if each["title"] == "Add the type signature go :: p -> p"]
        assert fix["edit"]["changes"][MAIN][0]["newText"] == "go :: p -> p\n    "
        [asked] = questions(client_of_sandbox, workspace)
        assert asked.question == LocalSignature(path="Main.hs", position=Position(2, 5))
        await actions(socket, 5, 5, 2, triggerKind=2)
        await actions(socket, 12, 12, 2)
        assert questions(client_of_sandbox, workspace) == [asked], "of the name alone, and for a menu"


async def test_a_session_that_says_nothing_takes_no_other_action_away(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(client_of_sandbox, workspace, socket, TEXT, typo())
        assert "Replace with show" in titles(await actions(socket, 26, 26))
        [asked] = questions(client_of_sandbox, workspace)
        await client_of_sandbox.until(lambda: client_of_sandbox.sent(workspace.session_id, Cancel))
        assert client_of_sandbox.sent(workspace.session_id, Cancel) == [Cancel(query=asked.query)]


async def test_a_code_is_explained(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        command = {"command": "haskell.explain", "arguments": ["GHC-83865"]}
        result = (await socket.request("workspace/executeCommand", command))["result"]
        assert result["title"] == "Type mismatch"
        assert result["url"].endswith("/GHC-83865/")
        for wrong, field, reason in (
            ({"command": "haskell.explain", "arguments": ["rm -rf"]}, "arguments", "'rm -rf' is not a code"),
            ({"command": "haskell.explain"}, "arguments", "the commands are haskell.explain with a code"),
            ({"command": "no.such", "arguments": ["GHC-83865"]}, "command", "the commands are"),
        ):
            error = (await socket.request("workspace/executeCommand", wrong))["error"]
            assert (error["code"], error["data"]["field"]) == (-32602, field)
            assert error["message"].startswith(f"{field}: {reason}")


async def test_an_editor_that_drops_answers_is_told_the_explanation(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.request("initialize", {"capabilities": {"workspace": {"applyEdit": True}}})
        command = {"command": "haskell.explain", "arguments": ["GHC-83865"]}
        await socket.request("workspace/executeCommand", command)
        told = await socket.told("window/showMessage")
        assert told["type"] == 3
        assert told["message"].startswith("GHC-83865, Type mismatch: An expression has another type")


async def test_an_editor_that_knows_commands_only_has_them_applied(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.request("initialize", {"capabilities": {"workspace": {"applyEdit": True}}})
        await published(client_of_sandbox, workspace, socket, TEXT, typo())
        replace, _, explain = await actions(socket, 26, 26)
        assert explain["command"] == "haskell.explain"
        assert (replace["title"], replace["command"]) == ("Replace with show", "haskell.apply")
        execute = {"command": replace["command"], "arguments": replace["arguments"]}
        assert (await socket.request("workspace/executeCommand", execute))["result"] is None
        told = (await socket.find(lambda said: said.get("method") == "workspace/applyEdit"))["params"]
        assert [each["newText"] for each in told["edit"]["changes"][MAIN]] == ["show"]


async def test_odd_requests_are_answered(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    async with connected(workspace) as socket:
        await opened(client_of_sandbox, workspace, socket, TEXT, typo())
        assert await actions(socket, 2**31, 2**31, 2**31) == []
        assert isinstance(await actions(socket, 25, 0), list)
        absent = await actions(socket, 0, 0, uri="file:///work/Absent.hs")
        assert (absent["code"], absent["message"]) == (
            -32803,
            "There is no file “Absent.hs” in this workspace.",
        )
        outside = await actions(socket, 0, 0, uri="file:///etc/passwd")
        assert (outside["code"], outside["data"]["field"]) == (-32602, "textDocument.uri")
        assert await actions(socket, 0, 0, uri="file:///work/notes.md") == []
