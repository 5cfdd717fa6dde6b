"""Input that no editor should send, over the real socket: said or passed over, and the session goes on."""

import json
from typing import Any

import pytest

from sandbox.limits import FILE_BYTES
from tests.stack import Stack
from tests.whole.test_language import MAIN, SHAPES, ask, at, opened
from tests.wire import ROOT, Refused, Window

pytestmark = pytest.mark.engine

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


def shown(window: Window) -> str:
    return json.dumps(window.said("window/showMessage"))


async def told(window: Window, sentence: str) -> None:
    await window.until(lambda: sentence in shown(window))


async def test_what_no_editor_should_send_is_said_and_the_session_goes_on(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN, "Shapes.hs": SHAPES})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        await addresses_that_are_none(window)
        await versions_out_of_order(window)
        await documents_at_the_limit_and_over_it(window)
        assert await answers(window)


async def addresses_that_are_none(window: Window) -> None:
    for uri in (
        "",
        "Main.hs",
        "http://x/Main.hs",
        "file:///etc/passwd",
        ROOT + "../etc/passwd",
        ROOT + "%00",
    ):
        for method in ("hover", "documentSymbol", "formatting"):
            params: dict[str, Any] = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
            with pytest.raises(Refused):
                await window.request(f"textDocument/{method}", params | {"options": {}})


async def versions_out_of_order(window: Window) -> None:
    for version in (7, 3, 3, -(2**31)):
        document = {"uri": ROOT + "Main.hs", "version": version}
        params = {"textDocument": document, "contentChanges": [{"text": MAIN + f"-- {version}\n"}]}
        await window.notify("textDocument/didChange", params)
        assert await answers(window)
    document = {"uri": ROOT + "Main.hs", "version": 2**40}
    await window.notify("textDocument/didChange", {"textDocument": document, "contentChanges": []})
    await told(window, "version")


async def documents_at_the_limit_and_over_it(window: Window) -> None:
    await window.did_open("Great.hs", sized(FILE_BYTES))
    await window.diagnostics("Great.hs", 1, timeout=60)
    assert await answers(window)
    await window.did_change("Great.hs", sized(FILE_BYTES + 1))
    await told(window, "Great.hs")
    assert await answers(window)


async def test_a_file_that_ghc_dies_of_leaves_no_question_open(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN, "Shapes.hs": SHAPES})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        await window.did_open("Deadly.hs", DEADLY)
        diagnostics = "textDocument/publishDiagnostics"
        await window.until(
            lambda: "GHC ended while it was loading" in json.dumps(window.said(diagnostics)), 60
        )
        await window.did_change("Main.hs", MAIN + "-- while GHC comes up again\n")
        await ask(window, "hover", at(MAIN, "area"))  # it may know nothing, but it is answered
        version = await window.did_change("Deadly.hs", "module Deadly where\n")
        assert await window.diagnostics("Deadly.hs", version, timeout=60) == []
        assert await answers(window)
