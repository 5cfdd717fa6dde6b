"""A workspace on another toolchain than the default one."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.page import SLOW, IdePage
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.browser]

LOOSE = """\
module Main (main) where
import qualified Data.Map as Map
main :: IO ()
main = do
      print   (Map.toList sizes)
      where
      sizes = Map.fromList [(1 :: Int,'a')]
"""
LAID_OUT = """\
module Main (main) where

import qualified Data.Map as Map

main :: IO ()
main = do
   print (Map.toList sizes)
  where
   sizes = Map.fromList [(1 :: Int, 'a')]
"""


def test_a_newer_ghc_is_chosen_and_fourmolu_formats_as_the_workspace_says(
    stack: Stack, workspace: IdePage
) -> None:
    stack.offer("ghc-9.6", "ghc-9.10")
    page = workspace.page
    workspace.choose("Inferred types in the text on or off")
    page.get_by_role("button", name="Toolchain: ghc-9.6").click()
    page.get_by_role("button", name=re.compile("^ghc-9.10")).click(timeout=SLOW)
    expect(page.get_by_role("button", name="Toolchain: ghc-9.10")).to_be_visible(timeout=SLOW)
    workspace.make_file("fourmolu.yaml")
    workspace.write("indentation: 3\n")
    workspace.is_saved()
    workspace.tab("Main.hs").click()
    workspace.write(LOOSE)
    workspace.is_ready()
    page.keyboard.press("Shift+Alt+f")
    expect(page.locator(".cm-line")).to_have_text(LAID_OUT.split("\n"), timeout=SLOW)
    workspace.run()
    workspace.prints("[(1,'a')]")
