"""Finding and replacing, in the file in front and in all of them."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.page import IdePage

pytestmark = [pytest.mark.engine, pytest.mark.browser]

MAIN = """\
import Shapes
main :: IO ()
main = print (map area [1, 2] ++ areas)
"""
SHAPES = """\
module Shapes where
area :: Int -> Int
area side = side * side
areas :: [Int]
areas = [area 3]
"""


def test_the_search_bar_counts_steps_replaces_and_closes(workspace: IdePage) -> None:
    page = workspace.page
    workspace.write(SHAPES)
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.press("ControlOrMeta+f")
    bar = page.get_by_role("search", name="Find in the file")
    page.keyboard.type("area")
    expect(bar.get_by_role("status")).to_have_text("5")
    page.keyboard.press("Enter")
    expect(bar.get_by_role("status")).to_have_text("1 of 5")
    bar.get_by_role("button", name="Whole names only").click()
    expect(bar.get_by_role("status")).to_have_text("1 of 3")
    bar.get_by_role("button", name="Regular expression").click()
    bar.get_by_label("Find", exact=True).fill("(")
    expect(bar.get_by_role("status")).to_have_text("not a regular expression")
    bar.get_by_label("Find", exact=True).fill("a(re)a")
    page.keyboard.press("ControlOrMeta+Alt+f")
    bar.get_by_label("Replace with").fill("$1gion")
    bar.get_by_role("button", name="Replace all").click()
    expect(workspace.code).to_contain_text(re.compile(r"region side.* = side \* side"))
    expect(workspace.code).to_contain_text("areas = [region 3]")
    bar.get_by_label("Find", exact=True).press("Escape")
    expect(bar).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('.cm-content') !== null")


def test_all_files_are_searched_and_replaced_in_with_a_preview(workspace: IdePage) -> None:
    page = workspace.page
    workspace.make_file("Shapes.hs")
    workspace.write(SHAPES)
    workspace.tree.get_by_role("button", name="Main.hs", exact=True).click()
    workspace.write(MAIN)
    page.keyboard.press("ControlOrMeta+Shift+f")
    pane = workspace.pane("Find")
    expect(pane.locator("input:focus")).to_be_visible()
    page.keyboard.type("area")
    expect(pane.get_by_role("status")).to_have_text("7 places in 2 files")
    pane.get_by_role("button", name=re.compile("4 ?areas :: ")).click()
    expect(page.locator(".cm-lineNumbers .cm-activeLineGutter")).to_have_text("4")
    expect(workspace.tab("Shapes.hs")).to_have_attribute("aria-selected", "true")

    pane.get_by_role("button", name="Whole names only").click()
    pane.get_by_role("button", name="Replace, too").click()
    pane.get_by_label("Replace with").fill("size")
    expect(pane.locator("ins")).to_have_text(["size"] * 4)
    pane.get_by_role("button", name="Leave out line 2 of Shapes.hs").click()
    pane.get_by_role("button", name="Replace all").click()
    expect(workspace.code).to_contain_text("area :: Int -> Intsize side")
    workspace.said("Replaced 3 places in 2 files").get_by_role("button", name="Undo").click()
    expect(workspace.code).to_contain_text(re.compile("area side.* = side"))
    workspace.tree.get_by_role("button", name="Main.hs", exact=True).click()
    expect(workspace.code).to_contain_text("map area")
