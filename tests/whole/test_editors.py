"""Editors on another machine: `manage.py lsp` between a real language client and the whole service."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from tests.stack import Stack
from tests.whole.test_language import MAIN, SHAPES, at

pytestmark = pytest.mark.engine

ROOT = Path(__file__).resolve().parents[2]
EMACS = Path(__file__).parent / "eglot.el"
WRONG = MAIN.replace("area (Square 2)", "area 'x'")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The same files as the workspace's, where the editor is."""
    (tmp_path / "Shapes.hs").write_text(SHAPES)
    (tmp_path / "Main.hs").write_text(WRONG)
    return tmp_path


def command(stack: Stack, token: str, folder: Path) -> list[str]:
    workspace = stack.workspace(token, {"Main.hs": WRONG, "Shapes.hs": SHAPES})
    program = [sys.executable, str(ROOT / "manage.py"), "lsp", "--url", stack.url, "--token", token]
    return [*program, "--workspace", workspace, "--folder", str(folder)]


@pytest.fixture(params=["visual-studio-code"])
async def client(
    stack: Stack, token: str, folder: Path, request: pytest.FixtureRequest
) -> AsyncIterator[LanguageClient]:
    """A client that announces what this editor does, and complains of all else that it is sent."""
    client = await ClientServerConfig(server_command=command(stack, token, folder)).start()
    assert isinstance(client, LanguageClient)
    await client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(request.param), root_uri=folder.as_uri(), process_id=None
        )
    )
    yield client
    await client.shutdown_session()


async def test_a_language_client_works_with_local_files(client: LanguageClient, folder: Path) -> None:
    uri = (folder / "Main.hs").as_uri()
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "haskell", 1, WRONG))
    )
    while not client.diagnostics.get(uri):
        await client.wait_for_notification("textDocument/publishDiagnostics")
    assert any("Shape" in each.message for each in client.diagnostics[uri])

    here = types.TextDocumentIdentifier(uri)
    place = types.Position(**at(WRONG, "area", 1))
    hover = await client.text_document_hover_async(types.HoverParams(here, place))
    assert hover
    assert "Shape -> Double" in str(hover.contents)
    found = await client.text_document_definition_async(types.DefinitionParams(here, place))
    assert isinstance(found, list)
    assert [each.uri for each in found if isinstance(each, types.Location)] == [
        (folder / "Shapes.hs").as_uri()
    ]

    whole = types.TextDocumentContentChangeWholeDocument(MAIN)
    newer = types.VersionedTextDocumentIdentifier(version=2, uri=uri)
    client.text_document_did_change(types.DidChangeTextDocumentParams(newer, [whole]))
    while any(each.severity == types.DiagnosticSeverity.Error for each in client.diagnostics[uri]):
        await client.wait_for_notification("textDocument/publishDiagnostics")


async def offered(client: LanguageClient, params: types.CodeActionParams, title: str) -> types.CodeAction:
    """The action of that title; the index that it needs may be slow to answer."""
    async with asyncio.timeout(60):
        while True:
            for each in await client.text_document_code_action_async(params) or []:
                if isinstance(each, types.CodeAction) and each.title == title:
                    return each


async def opened(client: LanguageClient, uri: str, text: str) -> None:
    """The file with its diagnostics."""
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "haskell", 1, text))
    )
    while uri not in client.diagnostics:
        await client.wait_for_notification("textDocument/publishDiagnostics")


@pytest.mark.parametrize("client", ["visual-studio-code", "emacs", "neovim@0.6"], indirect=True)
async def test_a_language_client_completes_mends_lays_out_and_evaluates(
    client: LanguageClient, folder: Path
) -> None:
    text = "module Sheet where\n\n-- >>> 40 + 2\nused  =  fromJust (Just 'x')\n"
    uri = (folder / "Sheet.hs").as_uri()
    await opened(client, uri, text)
    here = types.TextDocumentIdentifier(uri)

    end = types.Position(**at(text, "fromJust", len("fromJust")))
    completed = await client.text_document_completion_async(types.CompletionParams(here, end))
    assert isinstance(completed, types.CompletionList)
    item = next(each for each in completed.items if each.label == "fromJust")
    resolved = await client.completion_item_resolve_async(item)
    assert "import Data.Maybe" in str(resolved.additional_text_edits)
    assert "Just" in str(resolved.documentation)

    whole = types.Range(types.Position(3, 0), types.Position(4, 0))
    context = types.CodeActionContext(client.diagnostics[uri])
    wanted = types.CodeActionParams(here, whole, context)
    mended = await offered(client, wanted, "Add import Data.Maybe (fromJust)")
    assert mended.edit
    assert list(mended.edit.changes or {}) == [uri]

    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    edits = await client.text_document_formatting_async(types.DocumentFormattingParams(here, options))
    assert "used = fromJust (Just 'x')" in "".join(each.new_text for each in edits or [])

    applied: asyncio.Future[types.ApplyWorkspaceEditParams] = asyncio.get_running_loop().create_future()

    def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        applied.set_result(params)
        return types.ApplyWorkspaceEditResult(applied=True)

    client.feature(types.WORKSPACE_APPLY_EDIT)(apply)
    change = types.TextDocumentContentChangeWholeDocument(text.replace("fromJust (Just 'x')", "'x'"))
    newer = types.VersionedTextDocumentIdentifier(version=2, uri=uri)
    client.text_document_did_change(types.DidChangeTextDocumentParams(newer, [change]))
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(here))
    (command,) = [each.command for each in lenses or [] if each.command]
    assert command.arguments
    assert command.arguments[0] == uri
    evaluate = types.ExecuteCommandParams(command.command, command.arguments)
    await client.workspace_execute_command_async(evaluate)
    changes = (await asyncio.wait_for(applied, 60)).edit.changes or {}
    assert {address: [each.new_text for each in edits] for address, edits in changes.items()} == {
        uri: ["\n-- 42"]
    }


async def test_a_language_client_is_told_that_ghc_is_at_work(client: LanguageClient, folder: Path) -> None:
    slow = (
        "{-# LANGUAGE TemplateHaskell #-}\nmodule Slow where\nimport Control.Concurrent\n"
        "import Language.Haskell.TH.Syntax\nslow :: ()\nslow = $(runIO (threadDelay 3000000) >> [| () |])\n"
    )
    await opened(client, (folder / "Slow.hs").as_uri(), slow)
    while not any(len(reports) == 2 for reports in client.progress_reports.values()):
        await client.wait_for_notification("$/progress")
    kinds = [[type(each).__name__ for each in reports] for reports in client.progress_reports.values()]
    assert ["WorkDoneProgressBegin", "WorkDoneProgressEnd"] in kinds


def test_emacs_shows_what_the_service_knows(stack: Stack, token: str, folder: Path) -> None:
    emacs = shutil.which("emacs")
    assert emacs, "emacs-nox and elpa-eglot are installed by the set-up of `make test`"
    done = subprocess.run(
        [emacs, "--batch", "--load", str(EMACS), str(folder / "Main.hs"), *command(stack, token, folder)],
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert any("Shape" in each for each in seen["diagnostics"])
    assert "area :: Shape -> Double" in seen["hover"]
    assert seen["definition"] == [str(folder / "Shapes.hs"), at(SHAPES, "area (Circle")["line"] + 1]


def test_a_token_that_is_none_is_said(stack: Stack, token: str, folder: Path) -> None:
    arguments = [each if each != token else "wrong" for each in command(stack, token, folder)]
    body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}'
    message = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    bridge = subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert bridge.stdin
    assert bridge.stdout
    bridge.stdin.write(message)
    bridge.stdin.flush()
    said = b""
    while b'"error"' not in said:
        said += bridge.stdout.readline() or pytest.fail("The bridge ended without an answer.")
        if said.endswith(b"\r\n\r\n"):
            said += bridge.stdout.read(int(said.rsplit(b"Content-Length: ")[-1].split(b"\r\n")[0]))
    _, errors = bridge.communicate(timeout=30)
    assert b"The token is not valid" in errors
    assert bridge.returncode == 1
