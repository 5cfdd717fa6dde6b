"""What the page says of what cannot be: the editor goes on."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.page import SLOW, IdePage

pytestmark = [pytest.mark.engine, pytest.mark.browser]

GOOD = 'main :: IO ()\nmain = putStrLn "well"\n'
LIMIT = 512 * 1024
ENDS_GHC = """\
{-# LANGUAGE TemplateHaskell #-}
module Main where

import Language.Haskell.TH.Syntax (runIO)
import System.Posix.Process (getProcessID)
import System.Posix.Signals (sigKILL, signalProcess)

main :: IO ()
main = print $(runIO (getProcessID >>= signalProcess sigKILL) >> [|1 :: Int|])
"""


def goes_on(workspace: IdePage) -> None:
    workspace.write(GOOD)
    workspace.is_saved()
    workspace.run()
    workspace.prints("well")
    workspace.ends("exited 0")


def test_a_text_that_is_too_long_is_refused_and_stays_in_the_editor(workspace: IdePage) -> None:
    workspace.write(GOOD + "-- " + "x" * LIMIT)
    expect(workspace.said(re.compile("^The file “Main.hs” is larger than 512 KiB"))).to_be_visible(
        timeout=SLOW
    )
    expect(workspace.page.locator(".tab .dot")).to_have_count(1)
    goes_on(workspace)


def test_a_text_as_long_as_may_be_is_kept(workspace: IdePage) -> None:
    workspace.write(GOOD + "-- " + "x" * (LIMIT - len(GOOD) - 4) + "\n")
    workspace.is_saved()
    workspace.run()
    workspace.ends("exited 0")


def test_a_text_that_ends_ghc_is_named_and_the_next_one_runs(workspace: IdePage) -> None:
    workspace.write(ENDS_GHC)
    expect(workspace.errors).to_have_count(1, timeout=SLOW)
    workspace.show("Problems")
    expect(workspace.pane("Problems")).to_contain_text("GHC")
    workspace.show("Output")
    goes_on(workspace)


def test_a_text_that_the_formatter_cannot_read_is_left_as_it_is(workspace: IdePage) -> None:
    workspace.write("main :: IO (\n")
    workspace.page.keyboard.press("Shift+Alt+f")
    expect(workspace.said("ormolu")).to_be_visible(timeout=SLOW)
    expect(workspace.code).to_contain_text("main :: IO (")
    goes_on(workspace)
