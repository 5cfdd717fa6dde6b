"""What a word may become, as one types it: names, modules, extensions, flags, fields, snippets."""

import json
import re

import pytest
from playwright.sync_api import Locator, WebSocketRoute, expect

from tests.browser.page import SLOW, IdePage

pytestmark = [pytest.mark.engine, pytest.mark.browser]

SIZES = """\
module Main (main) where

import qualified Data.Map as Map

main :: IO ()
main = print (Map.size Map.empty)
"""
RINGS = """\
module Main (main) where

data Ring = Ring { inner :: Int, outer :: Int }

ring :: Ring
ring = Ring { inner = 1, outer = 2 }

main :: IO ()
main = print (outer ring)
"""
ADDED = """\

size :: Maybe Ring -> Int
size found = case found of
  Just one -> outer one
  Nothing -> outer ring { outer = 3 }

data Light = Red
  deriving (Show)

instance Semigroup Light where
  _ <> light = light"""


def offered(ide: IdePage) -> Locator:
    return ide.page.locator(".cm-tooltip-autocomplete").get_by_role("option")


def begin(ide: IdePage, text: str) -> None:
    """The whole text, its last letter typed."""
    ide.write(text[:-1])
    ide.page.keyboard.type(text[-1])


def test_words_that_ghc_knows_are_completed(workspace: IdePage) -> None:
    for text, word, whole in (
        ("import Data.Map.Stri", "Data.Map.Strict", "import Data.Map.Strict"),
        ("{-# LANGUAGE LambdaCase, OverloadedSt", "OverloadedStrings", "OverloadedStrings"),
        ("{-# OPTIONS_GHC -Wall -Wunused-im", "-Wunused-imports", "-Wall -Wunused-imports"),
        ("{-# INLINAB", "INLINABLE", "{-# INLINABLE"),
        ("import Data.List (nub, sortO", "sortOn", "import Data.List (nub, sortOn"),
        ("import Data.Monoid (Sum (get", "getSum", "import Data.Monoid (Sum (getSum"),
    ):
        begin(workspace, text)
        offered(workspace).filter(has_text=word).first.click(timeout=SLOW)
        expect(workspace.code).to_contain_text(whole)


def test_names_are_completed_with_their_types_documentation_and_import(workspace: IdePage) -> None:
    workspace.choose("Inferred types in the text on or off")  # they come when they like
    workspace.write(SIZES)
    expect(workspace.page.locator(".cm-name.cm-imported", has_text="size")).to_be_visible(timeout=SLOW)
    workspace.type_at_the_end("\nmore = Map.insertW")
    expect(offered(workspace).first).to_contain_text("insertWith", timeout=SLOW)
    expect(offered(workspace).first).to_contain_text("Ord k")
    about = workspace.page.locator(".cm-completionInfo")
    expect(about).to_contain_text("Insert with a function", timeout=SLOW)
    expect(about.locator("pre").first).to_have_text(re.compile("^insertWith :: Ord k =>"))

    workspace.page.keyboard.press("Enter")
    workspace.type_at_the_end("\nless = sortO")
    from_list = offered(workspace).filter(has_text="from Data.List")
    from_list.filter(has_text="sortOn").first.click(timeout=SLOW)
    expect(workspace.code).to_contain_text("import Data.List (sortOn)", timeout=SLOW)
    expect(workspace.code).to_contain_text("less = sortOn")


def test_operators_are_completed_when_asked_for(workspace: IdePage) -> None:
    begin(workspace, "module Main where\n\nimport Data.Map (Map)\n\nmain = print $ 1 Data.Functor.<")
    expect(offered(workspace)).to_have_count(0)
    workspace.page.keyboard.press("Control+Space")
    expect(offered(workspace).filter(has_text="<$>").first).to_be_visible(timeout=SLOW)


def test_what_is_typed_while_an_answer_is_late_is_asked_for_as_well(workspace: IdePage) -> None:
    page = workspace.page
    held: list[int] = []

    def late(route: WebSocketRoute) -> None:
        """The first question has no answer until its text is an old one, and then none that is of use."""
        server = route.connect_to_server()

        def ask(message: str | bytes) -> None:
            asked = json.loads(message)
            if asked.get("method") == "textDocument/completion" and not held:
                held.append(asked["id"])
                return
            server.send(message)
            if held and asked.get("method") == "textDocument/didChange":
                error = {"code": -32801, "message": "The text was changed."}
                route.send(json.dumps({"jsonrpc": "2.0", "id": held[0], "error": error}))

        route.on_message(ask)

    page.route_web_socket(re.compile("/ws/workspaces/"), late)
    page.reload()
    workspace.is_ready()
    begin(workspace, "import Data.Lis")
    while not held:
        page.wait_for_timeout(20)
    page.keyboard.type("t")
    offered(workspace).filter(has_text="Data.List.NonEmpty").first.click(timeout=SLOW)
    expect(workspace.code).to_contain_text("import Data.List.NonEmpty")


def test_fields_are_completed_and_snippets_have_parts_to_fill_in(workspace: IdePage) -> None:
    keyboard = workspace.page.keyboard
    workspace.choose("Inferred types in the text on or off")
    workspace.write(RINGS)
    expect(workspace.page.locator(".cm-name.cm-imported").first).to_be_visible(timeout=SLOW)

    def fill(keyword: str, *parts: str) -> None:
        workspace.type_at_the_end(keyword[:-1])
        parted = offered(workspace).filter(has_text="with its parts").filter(has_text=keyword)
        parted.click(timeout=SLOW)
        for part in parts[:-1]:
            keyboard.type(part)
            keyboard.press("Tab")
        keyboard.type(parts[-1])

    workspace.type_at_the_end("\nsize :: Maybe Ring -> Int\nsize found = ")
    fill("case", "found", "Just one", "outer one")
    keyboard.press("Escape")
    keyboard.insert_text("\n  Nothing -> outer ring { ")
    keyboard.type("ou")
    offered(workspace).get_by_text("outer").click(timeout=SLOW)
    keyboard.insert_text(" = 3 }\n\n")
    fill("data", "Light", "Red", "Show")
    keyboard.press("ControlOrMeta+End")
    keyboard.insert_text("\n\n")
    fill("instance", "Semigroup", "Light", "_ <> light", "light")
    expect(workspace.page.locator(".cm-line")).to_have_text(f"{RINGS}{ADDED}".split("\n"))
    expect(workspace.errors).to_have_count(0, timeout=SLOW)
