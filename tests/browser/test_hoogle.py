"""The search for definitions by name or type."""

import json
import re

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.page import SLOW, IdePage
from tests.browser.programs import DESCRIBED

pytestmark = [pytest.mark.engine, pytest.mark.browser]

PROGRAM = """\
module Main where

shout :: String -> String
shout = _

main :: IO ()
main = putStrLn (shout "a")
"""


def test_a_type_is_searched_read_about_and_imported(workspace: IdePage) -> None:
    workspace.write(PROGRAM)
    expect(workspace.errors).not_to_have_count(0, timeout=SLOW)
    page = workspace.page
    page.keyboard.press("Shift+Alt+h")
    query = page.get_by_role("combobox", name="Search packages and workspace by name or type")
    query.fill("Char -> Char")
    found = page.get_by_role("listbox", name="Found definitions").get_by_role("option")
    expect(found.first).to_contain_text(":: Char -> Char", timeout=SLOW)
    query.fill("toUpper")
    expect(found.first).to_contain_text("Data.Char", timeout=SLOW)
    expect(page.get_by_role("article", name="About toUpper")).to_contain_text("upper-case")
    query.press("Enter")
    expect(workspace.code).to_contain_text("import Data.Char (toUpper)", timeout=SLOW)
    query.fill("toLower")
    about = page.get_by_role("article", name="About toLower")
    about.get_by_role("button", name="Import it").click(timeout=SLOW)
    expect(workspace.code).to_contain_text(re.compile(r"import Data\.Char \(.*toLower"), timeout=SLOW)
    query.fill("Data.List.sortOn")
    expect(found.first).to_contain_text("sortOn", timeout=SLOW)
    found.first.dblclick()
    expect(workspace.code).to_contain_text("import Data.List (sortOn)", timeout=SLOW)
    query.fill("@@##")
    expect(page.get_by_role("status").filter(has_text="Nothing was found.")).to_be_visible(timeout=SLOW)


def test_an_import_of_what_was_found_adds_its_package_to_the_description(workspace: IdePage) -> None:
    page = workspace.page
    workspace.make_file("app.cabal")
    workspace.write(DESCRIBED)
    workspace.is_saved()
    workspace.tab("Main.hs").click()
    workspace.write("module Main (main) where\n\nmain :: IO ()\nmain = print (Map.size Map.empty)\n")
    workspace.is_saved()
    page.keyboard.press("Shift+Alt+h")
    query = page.get_by_role("combobox", name="Search packages and workspace by name or type")
    query.fill("Data.Map.Strict.insertWith")
    expect(page.get_by_role("article", name="About insertWith")).to_contain_text("(containers)", timeout=SLOW)
    query.press("Enter")
    expect(workspace.code).to_contain_text("import Data.Map.Strict (insertWith)", timeout=SLOW)
    workspace.tab("app.cabal").click()
    expect(workspace.code).to_contain_text("build-depends: base, containers")


def test_a_search_that_gets_no_answer_says_so(workspace: IdePage) -> None:
    page = workspace.page

    def silent(route: WebSocketRoute) -> None:
        """The first search is taken back."""
        server = route.connect_to_server()
        held: list[int] = []

        def ask(message: str | bytes) -> None:
            asked = json.loads(message)
            if asked.get("method") != "haskell/search" or held:
                server.send(message)
                return
            held.append(asked["id"])
            error = {"code": -32800, "message": "The request was cancelled."}
            route.send(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "error": error}))

        route.on_message(ask)

    page.route_web_socket(re.compile("/ws/workspaces/"), silent)
    page.reload()
    workspace.is_ready()
    page.keyboard.press("Shift+Alt+h")
    query = page.get_by_role("combobox", name="Search packages and workspace by name or type")
    query.fill("mapMayb")
    expect(workspace.pane("Hoogle")).to_contain_text("No answer came.", timeout=SLOW)
    query.fill("mapMaybe")
    expect(page.get_by_role("option").first).to_contain_text("Data.Maybe", timeout=SLOW)


def test_the_type_of_the_hole_at_the_cursor_is_searched(workspace: IdePage) -> None:
    workspace.write(PROGRAM)
    expect(workspace.errors).to_have_text(["_"], timeout=SLOW)
    workspace.page.keyboard.press("F8")
    workspace.page.keyboard.press("Shift+Alt+h")
    query = workspace.page.get_by_role("combobox", name="Search packages and workspace by name or type")
    expect(query).to_have_value(":: String -> String", timeout=SLOW)
    expect(workspace.page.get_by_role("option").first).to_contain_text("shout", timeout=SLOW)


def test_the_definition_of_a_packages_name_is_its_documentation(workspace: IdePage) -> None:
    workspace.write("import qualified Data.Map as Map\n\nmain = print (Map.size Map.empty)\n")
    page = workspace.page
    expect(page.locator(".cm-name.cm-imported", has_text="size")).to_have_count(1, timeout=SLOW)
    page.locator(".cm-name.cm-imported", has_text="size").click()
    page.keyboard.press("F12")
    about = page.get_by_role("article", name="About size")
    expect(about).to_contain_text("number of elements in the map", timeout=SLOW)
    expect(about).to_contain_text("size :: Map k a -> Int")
    expect(about).to_contain_text("(containers)")


def test_inferred_types_are_shown_until_they_are_turned_off(workspace: IdePage) -> None:
    workspace.write("module Main where\n\nmain = pure ()\n")
    hint = workspace.page.locator(".inlay")
    expect(hint).to_contain_text(":: ", timeout=SLOW)
    workspace.page.keyboard.press("ControlOrMeta+k")
    workspace.page.get_by_role("combobox", name="Find an action").fill("Inferred types")
    workspace.page.keyboard.press("Enter")
    expect(hint).to_have_count(0, timeout=SLOW)
