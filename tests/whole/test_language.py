"""Questions about the text, over the real socket and through every real part."""

import asyncio
from typing import Any

import pytest

from ide.protocol import ErrorCode
from tests.stack import Stack
from tests.wire import ROOT, Refused, Window

pytestmark = pytest.mark.engine

SHAPES = """module Shapes (Shape (..), area) where

-- | Round or not.
data Shape = Circle Double | Square Double

-- | How much room it takes.
area :: Shape -> Double
area (Circle r) = pi * r * r
area (Square s) = s * s
"""
MAIN = """module Main (main) where

import qualified Data.Map as Map
import Shapes

main :: IO ()
main = do
  line <- getLine
  print (area (Square 2), Map.size (Map.fromList [(line, ())]))
"""


def at(text: str, word: str, inside: int = 0) -> dict[str, int]:
    before = text[: text.index(word) + inside]
    return {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}


async def ask(window: Window, method: str, position: dict[str, int], path: str = "Main.hs") -> Any:
    params = {"textDocument": {"uri": ROOT + path}, "position": position}
    return await window.request(f"textDocument/{method}", params)


async def opened(window: Window, main: str = MAIN) -> None:
    await window.ready()
    await window.initialize()
    await window.did_open("Main.hs", main)
    await window.diagnostics("Main.hs", 1)


async def test_hover_definition_completion_and_outline(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN, "Shapes.hs": SHAPES})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        hover = (await ask(window, "hover", at(MAIN, "area")))["contents"]["value"]
        assert hover.startswith("```haskell\narea :: Shape -> Double\n```")
        assert "How much room it takes." in hover
        [definition] = await ask(window, "definition", at(MAIN, "area"))
        assert definition["uri"] == ROOT + "Shapes.hs"
        assert definition["range"]["start"] == at(SHAPES, "area (Circle")
        offered = await ask(window, "completion", at(MAIN, "Map.size", len("Map.si")))
        [item] = [item for item in offered["items"] if item["label"] == "size"]
        assert item["detail"] == "Map.Map k a -> Int"
        resolved = await window.request("completionItem/resolve", item)
        assert "number of elements" in resolved["documentation"]["value"]
        references = {"textDocument": {"uri": ROOT + "Main.hs"}, "position": at(MAIN, "area")}
        found = await window.request("textDocument/references", references | {"context": {}})
        assert {location["uri"] for location in found} == {ROOT + "Main.hs", ROOT + "Shapes.hs"}
        outline = {"textDocument": {"uri": ROOT + "Shapes.hs"}}
        symbols = await window.request("textDocument/documentSymbol", outline)
        assert [symbol["name"] for symbol in symbols] == ["Shape", "area"]
        colours = await window.request("textDocument/semanticTokens/full", outline)
        assert sum(colours["data"][::5]) == SHAPES.count("\n") - 1
        folds = await window.request("textDocument/foldingRange", outline)
        assert folds == [{"startLine": 6, "endLine": 8, "kind": "region"}]


async def test_a_name_is_renamed_in_all_files_or_refused_with_a_reason(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN, "Shapes.hs": SHAPES})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        place = await ask(window, "prepareRename", at(MAIN, "area", 1))
        assert (place["placeholder"], place["range"]["start"]) == ("area", at(MAIN, "area"))
        asked = {"textDocument": {"uri": ROOT + "Main.hs"}, "position": at(MAIN, "area")}
        found = await window.request("textDocument/rename", asked | {"newName": "room"})
        counted = {uri: len(edits) for uri, edits in found["changes"].items()}
        assert counted == {ROOT + "Main.hs": 1, ROOT + "Shapes.hs": 4}
        refused = await window.refused("textDocument/rename", asked | {"newName": "main"})
        assert refused.code == -32803
        assert "would not compile" in str(refused)


async def test_answers_come_beside_errors_and_while_a_program_runs(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN, "Shapes.hs": SHAPES})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        run = await window.start()
        assert await ask(window, "hover", at(MAIN, "area"))
        await window.request("run/input", {"runId": run.id, "text": "x\n"})
        assert (await window.ended(run))["outcome"] == "exited"
        broken = MAIN.replace("line <- getLine", "line <- getLine (\n  oops =")
        version = await window.did_change("Main.hs", broken)
        await window.diagnostics("Main.hs", version)
        assert "area :: Shape" in (await ask(window, "hover", at(broken, "area")))["contents"]["value"]


async def test_a_burst_of_edits_leaves_no_request_without_its_answer(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN, "Shapes.hs": SHAPES})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        asked = []
        for number in range(200):
            await window.did_change("Main.hs", f"{MAIN}-- {number}\n")
            if number % 5 == 0:
                asked.append(asyncio.ensure_future(ask(window, "hover", at(MAIN, "area"))))
            await asyncio.sleep(0.02)  # the plan's messages a second
        answers = await asyncio.gather(*asked, return_exceptions=True)
        faults = [answer for answer in answers if isinstance(answer, BaseException)]
        assert all(isinstance(fault, Refused) and fault.code == -32801 for fault in faults), faults
        assert "area :: Shape" in (await ask(window, "hover", at(MAIN, "area")))["contents"]["value"]


SLOW = """{-# LANGUAGE TemplateHaskell #-}
module Slow where

import Control.Concurrent (threadDelay)
import Control.Lens (makeLenses, (^.))
import Language.Haskell.TH.Syntax (runIO)

newtype Box = Box {_width :: Int}
makeLenses ''Box

slow :: Int
slow = $(runIO (threadDelay 2000000) >> [| Box 3 ^. width |])
"""


async def test_answers_to_a_superseded_text_are_dropped_and_the_next_ones_are_of_the_newest(
    stack: Stack, token: str
) -> None:
    uri = ROOT + "Slow.hs"
    workspace = stack.workspace(token, {"Main.hs": MAIN, "Shapes.hs": SHAPES, "Slow.hs": SLOW})
    async with Window.open(stack.url, workspace, token) as window:
        await window.ready()
        await window.initialize()
        await window.did_open("Slow.hs", SLOW)
        place = {"textDocument": {"uri": uri}, "position": at(SLOW, "slow ::")}
        asked = [
            (await window.ask(f"textDocument/{method}", place | {"context": {}}))[1]
            for method in ("hover", "definition", "references", "documentHighlight")
        ]
        newer = SLOW.replace("slow ::", "-- moved\nslow ::")
        version = await window.did_change("Slow.hs", newer)
        for answer in asked:
            with pytest.raises(Refused) as refused:
                await asyncio.wait_for(answer, 60)
            assert refused.value.code == ErrorCode.CONTENT_MODIFIED
        await window.diagnostics("Slow.hs", version)
        place["position"] = at(newer, "slow ::")
        hover = await window.request("textDocument/hover", place)
        assert "slow :: Int" in hover["contents"]["value"]
        assert hover["range"]["start"] == at(newer, "slow ::")
