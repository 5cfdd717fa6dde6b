"""Input that no editor should send, over the real socket: said or passed over, and the session goes on."""

import json
from typing import Any

import pytest

from sandbox.limits import FILE_BYTES
from tests.stack import Stack
from tests.whole.test_language import MAIN, SHAPES, ask, at, opened
from tests.wire import ROOT, Window

pytestmark = pytest.mark.engine

DIAGNOSTICS = "textDocument/publishDiagnostics"

# What it does to the GHC that compiles it: no answer comes any more from that one.
DEADLY = """{-# LANGUAGE TemplateHaskell #-}
module Deadly where

import Language.Haskell.TH.Syntax (runIO)
import System.Posix.Signals (raiseSignal, sigKILL)

$(runIO (raiseSignal sigKILL) >> pure [])
"""


def sized(size: int) -> str:
    """A module of so many bytes."""
    head = "module Great where\n\ngreat :: Int\ngreat = 1\n--"
    return head + "x" * (size - len(head) - 1) + "\n"


async def answers(window: Window) -> bool:
    return "area :: Shape" in (await ask(window, "hover", at(MAIN, "area")))["contents"]["value"]


async def told(window: Window, reason: str) -> None:
    def shown() -> bool:
        return any(said["message"].endswith(reason) for said in window.said("window/showMessage"))

    await window.until(shown, 60)


async def test_what_no_editor_should_send_is_said_and_the_session_goes_on(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN, "Shapes.hs": SHAPES})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        await addresses_that_are_none(window)
        await versions_out_of_order(window)
        await documents_at_the_limit_and_over_it(window)
        assert await answers(window)


async def addresses_that_are_none(window: Window) -> None:
    outside = f"textDocument.uri: must begin with {ROOT}"
    for uri, reason in (
        ("", "textDocument.uri: expected text of length >= 1."),
        ("Main.hs", outside),
        ("http://x/Main.hs", outside),
        ("file:///etc/passwd", outside),
        (ROOT + "../etc/passwd", "The path “../etc/passwd” must not have empty parts"),
        (ROOT + "%00", "The path “\N{REPLACEMENT CHARACTER}” has a character that cannot be seen."),
    ):
        for method in ("hover", "documentSymbol", "formatting"):
            params: dict[str, Any] = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
            refused = await window.refused(f"textDocument/{method}", params | {"options": {}})
            assert (refused.code, refused.field) == (-32602, "textDocument.uri")
            assert str(refused).startswith(reason)


async def versions_out_of_order(window: Window) -> None:
    """Messages come in order, so the last one's text holds, and its version is that of what is said of it."""
    wrong, right = MAIN.replace("Square 2", "Sqare 2"), f"{MAIN}-- again\n"
    for steps in ([(7, wrong), (3, right)], [(3, wrong)], [(5, wrong), (-(2**31), MAIN)]):
        for version, text in steps:
            await changed(window, version, [{"text": text}])
        await holds(window, *steps[-1])
    await changed(window, 2**40, [])
    await told(window, "version: expected int <= 2147483647.")
    symbols = await window.request("textDocument/documentSymbol", {"textDocument": {"uri": ROOT + "Main.hs"}})
    assert [each["name"] for each in symbols] == ["main"]


async def holds(window: Window, version: int, text: str) -> None:
    """What is said last of Main.hs is about this text."""

    def said() -> bool:
        last = [one for one in window.said(DIAGNOSTICS) if one["uri"] == ROOT + "Main.hs"][-1]
        complains = "Sqare" in json.dumps(last["diagnostics"])
        return last["version"] == version and complains == ("Sqare" in text)

    await window.until(said, 60)
    assert await answers(window)
    assert said()


async def changed(window: Window, version: int, changes: list[dict[str, Any]]) -> None:
    document = {"uri": ROOT + "Main.hs", "version": version}
    await window.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})


async def documents_at_the_limit_and_over_it(window: Window) -> None:
    await window.did_open("Great.hs", sized(FILE_BYTES))
    await window.diagnostics("Great.hs", 1, timeout=60)
    assert await answers(window)
    await window.did_change("Great.hs", sized(FILE_BYTES + 1))
    await told(window, "The file “Great.hs” is larger than 512 KiB.")
    assert await answers(window)


async def test_a_file_that_ghc_dies_of_leaves_no_question_open(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN, "Shapes.hs": SHAPES})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        await window.did_open("Deadly.hs", DEADLY)
        await window.until(
            lambda: "GHC ended while it was loading" in json.dumps(window.said(DIAGNOSTICS)), 60
        )
        await window.did_change("Main.hs", MAIN + "-- while GHC comes up again\n")
        await ask(window, "hover", at(MAIN, "area"))  # it may know nothing, but it is answered
        version = await window.did_change("Deadly.hs", "module Deadly where\n")
        assert await window.diagnostics("Deadly.hs", version, timeout=60) == []
        assert await answers(window)
