"""Requests that are called off while they are under way: answered at once, and the session goes on."""

import asyncio
from typing import Any

import pytest

from ide.protocol import ErrorCode
from tests.stack import Stack
from tests.wire import ROOT, Refused, Window

pytestmark = pytest.mark.engine

SLOW = """{-# LANGUAGE TemplateHaskell #-}
module Slow where

import Control.Concurrent (threadDelay)
import Language.Haskell.TH.Syntax (runIO)

slow :: Int
slow = $(runIO (threadDelay 6000000) >> [| 1 |])
"""
MAIN = "module Main (main) where\n\n-- >>> length [1 ..]\n\n-- >>> 1 + 1\n\nmain :: IO ()\nmain = print 1\n"
LONG = MAIN + "".join(
    f"\nvalue{n} :: [Int]\nvalue{n} = [x + {n} | x <- [1 .. {n}], even x]\n" for n in range(1500)
)
DOCUMENT = {"uri": f"{ROOT}Main.hs"}
MAIN_AT = {"textDocument": DOCUMENT, "position": {"line": 6, "character": 0}}
FORMAT = {"textDocument": DOCUMENT, "options": {"tabSize": 2, "insertSpaces": True}}
DUMP = {"uri": f"{ROOT}Main.hs", "stage": "core", "optimization": 1}
EVALUATE = {"command": "haskell.evaluate", "arguments": [f"{ROOT}Main.hs"]}
EVALUATE_SECOND = {"command": "haskell.evaluate", "arguments": [f"{ROOT}Main.hs", 4]}


async def called_off(window: Window, method: str, params: dict[str, Any]) -> None:
    """Its answer is that it was cancelled."""
    number, answer = await window.ask(method, params)
    await asyncio.sleep(0.2)
    await window.notify("$/cancelRequest", {"id": number})
    with pytest.raises(Refused) as refused:
        await asyncio.wait_for(answer, 60)
    assert refused.value.code == ErrorCode.REQUEST_CANCELLED, (method, refused.value)


async def test_what_is_slow_can_be_cancelled_and_asked_again(stack: Stack, token: str) -> None:
    async with Window.open(stack.url, stack.workspace(token, {"Main.hs": LONG}), token) as window:
        await window.ready()
        await window.initialize()
        await window.did_open("Main.hs", LONG)
        await window.diagnostics("Main.hs", 1, timeout=90)
        await called_off(window, "textDocument/formatting", FORMAT)
        await called_off(window, "haskell/dump", DUMP)
        await called_off(window, "textDocument/rename", {**MAIN_AT, "newName": "other"})
        await called_off(window, "workspace/executeCommand", EVALUATE)
        await window.did_change("Main.hs", MAIN)
        assert await window.request("textDocument/formatting", FORMAT, timeout=60) == []
        assert (await window.request("haskell/dump", DUMP, timeout=60))["text"]
        assert (await window.request("workspace/executeCommand", EVALUATE_SECOND, timeout=60))["changes"]
        hover = await window.request("textDocument/hover", MAIN_AT, timeout=60)
        assert "main :: IO ()" in hover["contents"]["value"]
        run = await window.start()
        assert (await window.ended(run))["exitCode"] == 0


async def test_a_question_that_waits_for_a_slow_load_can_be_cancelled(stack: Stack, token: str) -> None:
    files = {"Main.hs": MAIN, "Slow.hs": SLOW}
    async with Window.open(stack.url, stack.workspace(token, files), token) as window:
        await window.ready()
        await window.initialize()
        await window.did_open("Slow.hs", SLOW)
        place = {"textDocument": {"uri": f"{ROOT}Slow.hs"}, "position": {"line": 6, "character": 0}}
        for method in ("hover", "definition", "references"):
            await called_off(window, f"textDocument/{method}", place)
        await window.diagnostics("Slow.hs", 1, timeout=90)
        hover = await window.request("textDocument/hover", place, timeout=60)
        assert "slow :: Int" in hover["contents"]["value"]
