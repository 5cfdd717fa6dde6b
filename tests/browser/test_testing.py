"""Examples evaluated in place, and run buttons in the margin with their results beside the code."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.page import SLOW, IdePage
from tests.browser.programs import TESTED

pytestmark = [pytest.mark.engine, pytest.mark.browser]


TASTY = """\
module Main (main) where

import Test.Tasty
import Test.Tasty.HUnit

main :: IO ()
main =
  defaultMain $
    testGroup
      "numbers"
      [ testCase "one (1)" (1 @?= (1 :: Int)),
        testCase "two" (1 @?= (2 :: Int))
      ]
"""
EXAMPLES = """\
module Main (main) where

-- >>> 20 + 1

-- >>> map (* 2) [1, 2]

-- |
-- >>> let big = 300
-- >>> big + 5
main :: IO ()
main = putStrLn "begun"
"""


def mark(workspace: IdePage, name: str) -> Locator:
    """A button in the margin, which is hidden from screen readers: a key and the palette do the same."""
    return workspace.page.locator(f'.cm-run-gutter button[aria-label^="{name}"]:visible')


def test_examples_and_tests_are_run_beside_the_code(workspace: IdePage) -> None:
    workspace.write(TESTED)
    said = workspace.page.locator(".run-said")

    mark(workspace, "Check the examples").click(timeout=SLOW)
    expect(said).to_have_text(re.compile(r"line \d+ gives:\s*8"), timeout=SLOW)
    workspace.page.get_by_role("button", name="Evaluate", exact=True).click()
    expect(workspace.code).to_contain_text("-- 8", timeout=SLOW)
    expect(said).to_have_count(0)

    mark(workspace, "Check prop_small").click(timeout=SLOW)
    expect(said).to_have_text(re.compile(r"Falsified.*\n5$", re.DOTALL), timeout=SLOW)
    expect(mark(workspace, "Check prop_small: failed")).to_have_text("✗")

    mark(workspace, "Run the test double").first.click()
    expect(mark(workspace, "Run the test double/doubles: passed")).to_have_text("✓", timeout=SLOW)
    expect(mark(workspace, "Run the test double/is wrong: failed")).to_have_text("✗")
    expect(said.last).to_contain_text("expected: 5")

    workspace.code.click()
    workspace.page.keyboard.press("ControlOrMeta+End")
    workspace.page.keyboard.press("Backspace")
    expect(said).to_have_count(0)
    expect(workspace.page.locator(".run-mark:is(.passed, .failed)")).to_have_count(0)

    workspace.page.keyboard.press("Alt+Shift+r")
    expect(mark(workspace, "Run the test double/is wrong: failed")).to_have_text("✗", timeout=SLOW)


def test_groups_and_tests_of_tasty_are_run_from_the_margin(workspace: IdePage) -> None:
    workspace.write(TASTY)
    said = workspace.page.locator(".run-said")
    mark(workspace, "Run the test numbers.one (1)").click(timeout=SLOW)
    expect(mark(workspace, "Run the test numbers.one (1): passed")).to_have_text("✓", timeout=SLOW)
    expect(mark(workspace, "Run the test numbers.two")).to_have_text("▶")
    workspace.prints("All 1 tests passed")

    mark(workspace, "Run the test numbers").first.click()
    expect(mark(workspace, "Run the test numbers: failed")).to_have_text("✗", timeout=SLOW)
    expect(mark(workspace, "Run the test numbers.one (1): passed")).to_have_text("✓")
    expect(mark(workspace, "Run the test numbers.two: failed")).to_have_text("✗")
    expect(said.last).to_contain_text(
        re.compile(r"expected: 1.*but got: 2|expected: 2.*but got: 1", re.DOTALL)
    )

    expect(said.last).not_to_contain_text("Use -p")
    workspace.pane("Output").get_by_role("link", name="Main.hs:12").click()
    workspace.is_at_line(12)

    mark(workspace, "Run the test numbers.two").click()
    expect(mark(workspace, "Run the test numbers.two: failed")).to_have_text("✗", timeout=SLOW)


def test_main_is_run_from_the_margin(workspace: IdePage) -> None:
    workspace.write(EXAMPLES)
    workspace.show("Problems")
    mark(workspace, "Run the program").click(timeout=SLOW)
    workspace.prints("begun")
    workspace.ends("exited 0")


def test_one_comment_or_all_of_them_are_evaluated(workspace: IdePage) -> None:
    page = workspace.page
    lines = page.locator(".cm-line")
    workspace.write(EXAMPLES)
    evaluate = page.get_by_role("button", name="Evaluate", exact=True)
    expect(evaluate).to_have_count(3, timeout=SLOW)
    evaluate.nth(1).click()
    expect(lines.nth(5)).to_have_text("-- [2,4]", timeout=SLOW)
    expect(workspace.code).not_to_contain_text("-- 21")
    expect(workspace.code).not_to_contain_text("-- 305")

    workspace.code.click()
    page.keyboard.press("Shift+Alt+E")
    expect(workspace.code).to_contain_text("-- 21", timeout=SLOW)
    expect(workspace.code).to_contain_text("-- 305")
    expect(page.get_by_text("-- [2,4]")).to_have_count(1)
    page.keyboard.press("ControlOrMeta+z")
    expect(workspace.code).not_to_contain_text("-- 21")
    page.get_by_role("button", name="Evaluate all").click()
    expect(workspace.code).to_contain_text("-- 305", timeout=SLOW)
