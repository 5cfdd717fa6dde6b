"""What can be done about a message, done from the page."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.page import SLOW, IdePage
from tests.browser.programs import DESCRIBED

pytestmark = [pytest.mark.engine, pytest.mark.browser]

DRAFT = """\
module Main (main) where

import Data.Char (toUpper)
import qualified Data.Map as Map

data Light = Red | Amber | Green deriving (Show)

next light = case light of
  Red -> Green

double :: Int -> Int
double = _twice

sizes :: Map.Map Int Char
sizes = insert (double 1) 'a' Map.empty

main :: IO ()
main = print (next Red, sizes)
"""
MENDED = """\
module Main (main) where

import qualified Data.Map as Map

data Light = Red | Amber | Green deriving (Show)

next :: Light -> Light
next light = case light of
  Red -> Green
  Amber -> _
  Green -> _

double :: Int -> Int
double = negate

sizes :: Map.Map Int Char
sizes = Map.insert (double 1) 'a' Map.empty

main :: IO ()
main = print (next Red, sizes)
"""
HINTED = """\
main :: IO ()
main = do
  putStrLn (concat (map show [1 :: Int, 2]))
  print (not (not (null "a")))
"""


WRONG = """\
module Main (main) where
import qualified Data.Map as Map
sizes :: Map.Map String Int
sizes = Map.fromList [(1 :: Int, 'a')]

spare :: Int
spare = 3

main :: IO ()
main = print sizes
"""


def test_a_draft_is_put_right_fix_by_fix(workspace: IdePage) -> None:
    workspace.choose("Inferred types in the text on or off")
    workspace.write(DRAFT)
    expect(workspace.errors).to_have_text(["_twice", "insert"], timeout=SLOW)
    workspace.put_cursor(15, 10)
    workspace.fix("Replace with Map.insert")
    expect(workspace.errors).to_have_text(["_twice"], timeout=SLOW)
    workspace.put_cursor(12, 11)
    workspace.fix("Fill the hole with negate")
    missing = workspace.page.locator(".cm-lintRange-warning")
    expect(missing).not_to_have_count(0, timeout=SLOW)
    workspace.put_cursor(8, 2)
    workspace.fix("Add the type signature next :: Light -> Light")
    workspace.put_cursor(3, 2)
    workspace.fix("Remove the import of Data.Char")
    workspace.put_cursor(8, 15)
    workspace.fix("Add the 2 missing patterns")
    expect(workspace.errors).to_have_text(["_", "_"], timeout=SLOW)
    expect(workspace.page.locator(".cm-line")).to_have_text(MENDED.split("\n"))


def test_what_is_unused_goes_and_a_wrong_signature_is_replaced(workspace: IdePage) -> None:
    workspace.choose("Inferred types in the text on or off")
    workspace.write(WRONG)
    expect(workspace.errors).not_to_have_count(0, timeout=SLOW)
    workspace.page.keyboard.press("F8")
    workspace.fix(re.compile("signature of sizes by its inferred type Map.Map Int Char"))
    expect(workspace.errors).to_have_count(0, timeout=SLOW)
    unused = workspace.page.locator(".cm-unneeded")
    expect(unused).not_to_have_count(0, timeout=SLOW)
    workspace.put_cursor(7, 2)
    workspace.fix(re.compile("Remove .*spare"))
    expect(unused).to_have_count(0, timeout=SLOW)
    expect(workspace.code).not_to_contain_text("spare")
    workspace.run()
    workspace.prints("fromList [(1,'a')]")


def test_what_a_text_lacks_is_added_from_the_keyboard(workspace: IdePage) -> None:
    workspace.write('main :: IO ()\nmain = putStrLn (map toUpper "a")\n')
    expect(workspace.errors).to_have_text(["toUpper"], timeout=SLOW)
    workspace.page.keyboard.press("F8")
    workspace.fix(re.compile(r"import Data\.Char \(toUpper\)", re.IGNORECASE))
    expect(workspace.code).to_contain_text("import Data.Char (toUpper)")
    expect(workspace.errors).to_have_count(0, timeout=SLOW)

    workspace.write("main :: IO ()\nmain = (\\case () -> pure ()) ()\n")
    expect(workspace.errors).not_to_have_count(0, timeout=SLOW)
    workspace.page.keyboard.press("F8")
    workspace.fix("Turn on LambdaCase")
    expect(workspace.page.locator(".cm-line").first).to_have_text("{-# LANGUAGE LambdaCase #-}")
    expect(workspace.errors).to_have_count(0, timeout=SLOW)


def test_a_package_that_the_description_lacks_is_added_there(workspace: IdePage) -> None:
    workspace.make_file("app.cabal")
    workspace.write(DESCRIBED)
    workspace.is_saved()
    workspace.tab("Main.hs").click()
    workspace.write("import Data.Map (Map)\n\nmain :: IO ()\nmain = print (mempty :: Map Int Int)\n")
    workspace.is_saved()
    workspace.put_cursor(1, 10)
    workspace.fix("Add containers to app.cabal")
    workspace.tab("app.cabal").click()
    expect(workspace.code).to_contain_text("build-depends: base, containers")
    workspace.tab("Main.hs").click()
    workspace.run()
    workspace.prints("fromList []")


def test_a_wrong_signature_gives_way_to_the_type_that_ghc_infers(workspace: IdePage) -> None:
    workspace.write(
        "size :: Int -> Int\nsize xs = length xs\n\nmain :: IO ()\nmain = print (size [1 :: Int])\n"
    )
    expect(workspace.errors).not_to_have_count(0, timeout=SLOW)
    workspace.put_cursor(2, 18)
    workspace.fix("Replace the signature of size by its inferred type")
    expect(workspace.code).to_contain_text("size :: Foldable t => t a -> Int")
    expect(workspace.errors).to_have_count(0, timeout=SLOW)
    workspace.run()
    workspace.prints("1")


def test_a_local_binding_gets_a_signature_from_the_menu(workspace: IdePage) -> None:
    workspace.write("sums xs = go xs\n  where\n    go ys = map (+ 1) ys\n\nmain = print (sums [1 :: Int])\n")
    expect(workspace.page.locator(".inlay", has_text=":: Num b => [b] -> [b]")).to_have_count(2, timeout=SLOW)
    workspace.put_cursor(3, 5)
    workspace.fix("Add the type signature go ::")
    expect(workspace.code).to_contain_text(re.compile(r"go :: Num \w => \[\w\] -> \[\w\]"))
    workspace.run()
    workspace.prints("[2]")


def test_the_foot_of_the_problems_says_why_hlint_has_no_ideas(workspace: IdePage) -> None:
    workspace.write("main :: IO ()\nmain = do\n  let pattern = 1 :: Int\n  print pattern\n")
    workspace.show("Problems")
    excuse = workspace.pane("Problems").locator(".excuse")
    expect(excuse).to_have_text(
        "hlint has no ideas for Main.hs: it cannot read it from line 3 on.", timeout=SLOW
    )
    expect(workspace.pane("Problems")).to_contain_text("No problems.")
    excuse.get_by_role("button", name="line 3").click()
    workspace.is_at_line(3)
    workspace.write("main :: IO ()\nmain = print 1\n")
    expect(excuse).to_have_count(0, timeout=SLOW)


def test_hlints_ideas_are_followed_all_at_once_or_one_from_the_light_bulb(workspace: IdePage) -> None:
    page = workspace.page
    ideas = page.locator(".cm-lintRange-info")
    workspace.write(HINTED)
    expect(ideas.first).to_contain_text("concat (map show", timeout=SLOW)
    ideas.first.click()
    workspace.fix("Apply all hints of hlint")
    expect(workspace.code).to_contain_text("putStrLn (concatMap show [1 :: Int, 2])")
    expect(workspace.code).not_to_contain_text("not (not")
    expect(ideas).to_have_count(0, timeout=SLOW)

    workspace.write(HINTED.partition("  print")[0])
    expect(ideas.first).to_contain_text("concat (map show", timeout=SLOW)
    ideas.first.click()
    page.locator(".bulb").click(timeout=SLOW)
    menu = page.get_by_role("menu", name="Quick fixes")
    menu.get_by_role("menuitem", name="Apply hint: Use concatMap").click(timeout=SLOW)
    expect(workspace.code).to_contain_text("putStrLn (concatMap show [1 :: Int, 2])")


def test_a_code_of_ghcs_is_explained_in_plain_words(workspace: IdePage) -> None:
    workspace.write("wrong :: Int\nwrong = True\n\nmain = print wrong\n")
    expect(workspace.errors).to_have_text(["True"], timeout=SLOW)
    workspace.page.keyboard.press("F8")
    workspace.fix("Explain GHC-83865")
    box = workspace.page.get_by_role("dialog", name="What the message means")
    expect(box).to_contain_text("Type mismatch", timeout=SLOW)
    expect(box.get_by_role("link")).to_have_attribute("href", re.compile("GHC-83865"))
    expect(box.get_by_role("button", name="Close")).to_be_focused()
    workspace.page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(workspace.code).to_be_focused()
