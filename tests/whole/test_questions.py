"""Questions at their edges, over the real socket: each gets an answer, whatever it is about."""

import asyncio
import contextlib
import json
from typing import Any

import pytest

from sandbox.limits import FILE_BYTES
from tests.stack import Stack
from tests.wire import ROOT, Refused, Window

pytestmark = pytest.mark.engine

FAR = 2**31 - 1
PLACES = [{"line": line, "character": character} for line, character in ((0, 9999), (9999, 0), (FAR, FAR))]
MAIN = 'module Main where\n\nmain :: IO ()\nmain = print (length "abc")\n'
METHODS = ("documentSymbol", "foldingRange", "semanticTokens/full", "codeLens", "formatting", "definition")


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


async def test_places_outside_the_text_and_files_that_are_not_there_are_answered(
    stack: Stack, token: str
) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        for method in (*METHODS, "references", "inlayHint", "codeAction", "semanticTokens/range"):
            for place in PLACES:
                await answered(window, f"textDocument/{method}", params("Main.hs", place))
            with pytest.raises(Refused):
                await window.request(f"textDocument/{method}", params("../etc/passwd", PLACES[0]))
            await answered(window, f"textDocument/{method}", params("Nowhere.hs", PLACES[0]))
        for arguments in (
            [f"{ROOT}Main.hs", FAR],
            [f"{ROOT}Nowhere.hs"],
            [f"{ROOT}Nowhere.hs", 0],
            [],
            ["x"],
        ):
            wanted = {"command": "haskell.evaluate", "arguments": arguments}
            await answered(window, "workspace/executeCommand", wanted)
        await window.did_change("Main.hs", f"{MAIN}\n")  # while it loads
        await answered(window, "textDocument/references", params("Main.hs", PLACES[0]))
        version = await window.did_change("Main.hs", "main = (\n")
        await window.diagnostics("Main.hs", version, timeout=90)
        with pytest.raises(Refused):
            await window.request("haskell/lint", {"uri": f"{ROOT}Main.hs"})
        await window.did_change("Main.hs", MAIN + "--" + "x" * (FILE_BYTES - len(MAIN) - 3) + "\n")
        symbols = await window.request("textDocument/documentSymbol", params("Main.hs", PLACES[0]))
        assert [each["name"] for each in symbols] == ["main"]


async def answered(window: Window, method: str, wanted: dict[str, Any]) -> None:
    """With a result or a sentence; no answer is a TimeoutError."""
    with contextlib.suppress(Refused):
        await window.request(method, wanted, timeout=90)
