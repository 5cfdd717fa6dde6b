"""Questions at their edges, over the real socket: each gets an answer, whatever it is about."""

import asyncio
import json
import re
from typing import Any

import pytest

from sandbox.limits import FILE_BYTES
from tests.stack import Stack
from tests.wire import ROOT, Window

pytestmark = pytest.mark.engine

FAR = 2**31 - 1
BEFORE = {"line": -1, "character": 0}
PLACES = [{"line": line, "character": character} for line, character in ((0, 9999), (9999, 0), (FAR, FAR))]
MAIN = 'module Main where\n\nmain :: IO ()\nmain = print (length "abc")\n'
NOTHING: dict[str, Any] = {  # what each says of a place where nothing stands
    "hover": None,
    "signatureHelp": None,
    "prepareRename": None,
    "definition": [],
    "references": [],
    "documentHighlight": [],
    "inlayHint": [],
    "codeAction": [],
    "semanticTokens/range": {"data": []},
}
NO_MODULE: dict[str, Any] = {  # and what each says of a file of another kind
    **dict.fromkeys(("hover", "signatureHelp", "prepareRename", "references", "documentHighlight")),
    **dict.fromkeys(("inlayHint", "semanticTokens/full", "semanticTokens/range")),
    **{each: [] for each in ("definition", "codeAction", "documentSymbol", "foldingRange", "codeLens")},
}


def params(path: str, place: dict[str, int]) -> dict[str, Any]:
    """Of any request about a document."""
    return {
        "textDocument": {"uri": ROOT + path},
        "position": place,
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "includeDeclaration": True},
        "options": {"tabSize": 2, "insertSpaces": True},
    }


async def opened(window: Window, text: str = MAIN) -> None:
    await window.ready()
    await window.initialize()
    await window.did_open("Main.hs", text)
    await window.diagnostics("Main.hs", 1, timeout=90)


def chain(first: str) -> dict[str, str]:
    """Ten modules, each of which needs the one before."""
    files = {"M0.hs": first}
    for number in range(1, 9):
        head = f"module M{number} where\n\nimport M{number - 1}\n\n"
        files[f"M{number}.hs"] = f"{head}m{number} :: Int\nm{number} = m{number - 1} + 1\n"
    return files | {"Main.hs": "module Main where\n\nimport M8\n\nmain :: IO ()\nmain = print m8\n"}


def whole(number: int) -> str:
    return f"module M0 where\n\nm0 :: Int\nm0 = {number}\n"


async def test_a_burst_of_edits_leaves_the_diagnostics_of_the_last(stack: Stack, token: str) -> None:
    async with Window.open(stack.url, stack.workspace(token, chain(whole(0))), token) as window:
        await window.ready()
        await window.initialize()
        await window.did_open("M0.hs", whole(0))
        await window.diagnostics("M0.hs", 1, timeout=90)
        for number in range(199):
            text = whole(number) if number % 2 else f"module M0 where\n\nm0 :: Bool\nm0 = {number}\n"
            await window.did_change("M0.hs", text)
            await asyncio.sleep(0.004)  # all in a second
        version = await window.did_change("M0.hs", 'module M0 where\n\nm0 :: String\nm0 = "last"\n')
        assert await window.diagnostics("M0.hs", version, timeout=90) == []

        def complaint() -> bool:
            told = [
                each
                for each in window.said("textDocument/publishDiagnostics")
                if each["uri"] == f"{ROOT}M1.hs"
            ]
            return bool(told) and "String" in json.dumps(told[-1])

        await window.until(complaint, 90)
        version = await window.did_change("M0.hs", whole(1))
        assert await window.diagnostics("M0.hs", version, timeout=90) == []
        await window.until(lambda: not complaint(), 90)


async def test_places_outside_the_text_have_an_empty_answer(stack: Stack, token: str) -> None:
    async with Window.open(stack.url, stack.workspace(token, {"Main.hs": MAIN}), token) as window:
        await opened(window)
        for place in PLACES:
            asked = params("Main.hs", place)
            for method, nothing in NOTHING.items():
                assert await window.request(f"textDocument/{method}", asked) == nothing, method
            refused = await window.refused("textDocument/rename", asked | {"newName": "other"})
            assert (refused.code, str(refused)) == (
                -32803,
                "There is no name here that could be another one.",
            )
        for place, offered in zip(PLACES, ("where", None, None), strict=True):  # a line ends where it ends
            found = await window.request("textDocument/completion", params("Main.hs", place))
            assert (found and found["items"][0]["label"]) == offered
        await window.did_change("Main.hs", f"{MAIN}\n")  # while it loads
        assert await window.request("textDocument/references", params("Main.hs", PLACES[0])) == []


async def test_files_that_are_none_are_refused_by_name(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN, "notes.txt": "none"})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        for method in (*NOTHING, *NO_MODULE, "completion", "formatting"):
            asked = f"textDocument/{method}"
            refused = await window.refused(asked, params("../etc/passwd", PLACES[0]))
            assert (refused.code, refused.field) == (-32602, "textDocument.uri"), method
            assert "“../etc/passwd” must not have empty parts" in str(refused)
            refused = await window.refused(asked, params("Nowhere.hs", PLACES[0]))
            assert (refused.code, refused.field) == (-32803, None), method
            assert re.search("There is no file “?Nowhere.hs”? in th", str(refused))
        for method, nothing in NO_MODULE.items():
            said = await window.request(f"textDocument/{method}", params("notes.txt", PLACES[0]))
            assert said == nothing, method


EVALUATE = "workspace/executeCommand haskell.evaluate"
REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("textDocument/formatting", params("notes.txt", PLACES[0]), -32803, "Only Haskell files (.hs) can be"),
    ("haskell/format", {"uri": f"{ROOT}notes.txt"}, -32803, "Only Haskell files (.hs) can be formatted."),
    ("haskell/lint", {"uri": f"{ROOT}notes.txt"}, -32803, "hlint reads Haskell files (.hs) only."),
    ("haskell/lint", {"uri": f"{ROOT}Nowhere.hs"}, -32803, "There is no file Nowhere.hs in the workspace."),
    ("haskell/dump", {"uri": f"{ROOT}Nowhere.hs", "stage": "core"}, -32803, "There is no file Nowhere.hs"),
    ("haskell/dump", {"uri": f"{ROOT}Main.hs", "stage": "corn"}, -32602, "stage: unknown value 'corn'."),
    ("workspace/symbol", {"query": "x" * 501}, -32602, "query: expected text of length <= 500."),
    ("textDocument/hover", {}, -32602, "textDocument: is missing."),
    ("textDocument/hover", params("Main.hs", BEFORE), -32602, "position.line: expected int >= 0."),
    (EVALUATE, {"arguments": [f"{ROOT}Main.hs", FAR]}, -32803, "There is no example here: write one"),
    (EVALUATE, {"arguments": [f"{ROOT}Nowhere.hs"]}, -32803, "There is no file Nowhere.hs"),
    (EVALUATE, {"arguments": [f"{ROOT}Nowhere.hs", 0]}, -32803, "There is no file Nowhere.hs"),
    (EVALUATE, {"arguments": []}, -32602, "arguments: the commands are haskell.explain with a code"),
    (EVALUATE, {"arguments": ["x"]}, -32602, f"arguments: must begin with {ROOT}"),
]


async def test_what_cannot_be_asked_is_refused_with_its_field_or_its_reason(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN, "notes.txt": "none"})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        for method, asked, code, reason in REFUSED:
            name, *command = method.split()
            refused = await window.refused(name, asked | ({"command": command[0]} if command else {}))
            assert (refused.code, str(refused)[: len(reason)]) == (code, reason), method
            assert refused.field == (reason.partition(":")[0] if code == -32602 else None)
        version = await window.did_change("Main.hs", "main = (\n")
        await window.diagnostics("Main.hs", version, timeout=90)
        refused = await window.refused("haskell/lint", {"uri": f"{ROOT}Main.hs"})
        assert (refused.code, str(refused)[:27]) == (-32803, "hlint cannot read this file")
        await window.did_change("Main.hs", MAIN + "--" + "x" * (FILE_BYTES - len(MAIN) - 3) + "\n")
        symbols = await window.request("textDocument/documentSymbol", params("Main.hs", PLACES[0]))
        assert [each["name"] for each in symbols] == ["main"]
