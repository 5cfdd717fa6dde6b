"""The table of verdicts over all toolchains."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.page import SLOW, IdePage
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.browser]

PROGRAM = """\
{-# LANGUAGE CPP #-}
main :: IO ()
main = putStrLn __GLASGOW_HASKELL_FULL_VERSION__
"""
SAME = 'main :: IO ()\nmain = putStrLn "same"\n'
SPEC = """\
module Main (main) where

import qualified Data.Map as Map
import Test.Hspec

main :: IO ()
main = hspec $ it "is empty" $ Map.size (Map.empty :: Map.Map Int Int) `shouldBe` 0
"""
ENDLESS = 'import Control.Concurrent\n\nmain :: IO ()\nmain = putStrLn "up" >> threadDelay maxBound\n'


@pytest.fixture(scope="module", autouse=True)
def _both(stack: Stack) -> None:
    stack.offer("ghc-9.6", "ghc-9.10")


def test_a_table_tells_what_each_toolchain_made_of_the_program(workspace: IdePage) -> None:
    workspace.write(PROGRAM)
    workspace.choose("Run on every toolchain")
    pane = workspace.pane("Toolchains")
    newer = pane.get_by_role("row", name="ghc-9.10")
    expect(newer).to_contain_text("differs", timeout=SLOW)
    expect(pane.get_by_role("row", name="ghc-9.6")).to_contain_text(
        re.compile(r"this one.*no problems.*exited 0")
    )
    newer.get_by_role("button", name="ghc-9.10").click()
    expect(pane.locator(".details pre")).to_contain_text(re.compile(r"9\.10\.\d"))
    workspace.write(SAME)
    pane.get_by_role("button", name="Run", exact=True).click()
    expect(newer).to_contain_text("same", timeout=SLOW)
    pane.get_by_role("button", name="Run optimised").click()
    expect(newer).to_contain_text(re.compile("exited 0.*same", re.DOTALL), timeout=SLOW)
    workspace.write("main :: IO ()\nmain = putStrLn 1\n")
    pane.get_by_role("button", name="Check").click()
    expect(newer).to_contain_text("1 error", timeout=SLOW)


def test_the_tests_are_run_with_each_toolchain(workspace: IdePage) -> None:
    workspace.make_file("test/Spec.hs")
    workspace.write(SPEC)
    workspace.is_saved()
    workspace.choose("Run on every toolchain")
    pane = workspace.pane("Toolchains")
    pane.get_by_role("button", name="Tests").click()
    rows = pane.get_by_role("row", name=re.compile(r"^ghc-9\.(6|10)"))
    expect(rows).to_have_text([re.compile("no problems.*passed")] * 2, timeout=SLOW)
    pane.get_by_role("button", name="ghc-9.10").click()
    expect(pane.locator(".details pre")).to_contain_text("1 example, 0 failures")


def test_all_columns_are_in_sight_on_a_phone(workspace: IdePage) -> None:
    workspace.write("main :: IO ()\nmain = putStrLn (replicate 300 'x')\n")
    workspace.choose("Run on every toolchain")
    pane = workspace.pane("Toolchains")
    newer = pane.get_by_role("row", name="ghc-9.10")
    expect(newer).to_contain_text("same", timeout=SLOW)
    workspace.page.set_viewport_size({"width": 360, "height": 780})
    newer.get_by_role("button", name="ghc-9.10").click()
    expect(pane.locator(".details pre")).to_contain_text("xxx")
    assert pane.locator(".matrix").evaluate("each => each.scrollWidth <= each.clientWidth")


def test_all_of_it_is_stopped_at_once(workspace: IdePage) -> None:
    workspace.write(ENDLESS)
    workspace.choose("Run on every toolchain")
    pane = workspace.pane("Toolchains")
    rows = pane.get_by_role("row", name=re.compile(r"^ghc-9\.(6|10)"))
    expect(rows).to_have_text([re.compile("running")] * 2, timeout=SLOW)
    pane.get_by_role("button", name="Stop").click()
    expect(rows).to_have_text([re.compile("no problems.*stopped")] * 2, timeout=SLOW)
    expect(pane.get_by_role("button", name="Stop")).to_be_disabled()
