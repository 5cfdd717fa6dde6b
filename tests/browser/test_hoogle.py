"""The search for definitions by name or type."""

import pytest
from playwright.sync_api import expect

from tests.browser.page import SLOW, IdePage

pytestmark = [pytest.mark.engine, pytest.mark.browser]

PROGRAM = """\
module Main where

shout :: String -> String
shout = _

main :: IO ()
main = putStrLn (shout "a")
"""


def test_a_type_is_searched_read_about_and_imported_from_the_keyboard(workspace: IdePage) -> None:
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
    query.fill("@@##")
    expect(page.get_by_role("status").filter(has_text="Nothing was found.")).to_be_visible(timeout=SLOW)


def test_the_type_of_the_hole_at_the_cursor_is_searched(workspace: IdePage) -> None:
    workspace.write(PROGRAM)
    expect(workspace.errors).to_have_text("_", timeout=SLOW)
    workspace.page.keyboard.press("F8")
    workspace.page.keyboard.press("Shift+Alt+h")
    query = workspace.page.get_by_role("combobox", name="Search packages and workspace by name or type")
    expect(query).to_have_value(":: String -> String", timeout=SLOW)
    expect(workspace.page.get_by_role("option").first).to_contain_text("shout", timeout=SLOW)
