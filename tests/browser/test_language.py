"""What the editor shows of what GHC knows: types, names, places, fixes and layout."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.page import SLOW, IdePage

pytestmark = [pytest.mark.engine, pytest.mark.browser]

PROGRAM = """\
import qualified Data.Map as Map

-- | How often each letter is there.
letters :: String -> Map.Map Char Int
letters word = Map.fromListWith (+) [(letter, 1) | letter <- word]

main :: IO ()
main = print (letters "anna")
"""


ENDLESS = """\
import Control.Concurrent
import Control.Monad
import Control.Monad.State

main :: IO ()
main = flip evalStateT (0 :: Int) $ do
  lift (putStrLn "begun")
  forever (lift (threadDelay 1000) >> modify (+ 1))
"""


@pytest.fixture
def program(workspace: IdePage) -> IdePage:
    workspace.write(PROGRAM)
    outline = workspace.page.get_by_role("navigation", name="Outline")
    expect(outline).to_contain_text("letters", timeout=SLOW)
    return workspace


def test_the_pointer_over_a_name_shows_its_type_and_its_comment(program: IdePage) -> None:
    program.page.locator(".cm-line").nth(7).hover(position={"x": 130, "y": 8})
    box = program.page.locator(".hover-doc")
    expect(box).to_contain_text("letters :: String -> Map", timeout=SLOW)
    expect(box).to_contain_text("How often each letter is there.")
    program.page.locator(".cm-name", has_text="fromListWith").hover()
    expect(box).to_contain_text("fromListWith :: Ord k =>", timeout=SLOW)
    expect(box).to_contain_text(re.compile(r"defined in Data\.Map[.\w]* \(containers\)"))
    expect(box).to_contain_text("Build a map from a list of key/value pairs")


def test_questions_are_answered_while_the_program_runs(workspace: IdePage) -> None:
    workspace.write(ENDLESS)
    workspace.run()
    workspace.prints("begun")
    workspace.page.locator(".cm-name", has_text="threadDelay").hover()
    expect(workspace.page.locator(".hover-doc")).to_contain_text("threadDelay :: Int -> IO ()", timeout=SLOW)
    workspace.type_at_the_end("\nwrong :: Int\nwrong = 'x'\n")
    expect(workspace.errors).to_have_text(["'x'"], timeout=SLOW)
    expect(workspace.pane("Output").locator(".run-line")).to_contain_text("Running")
    workspace.stop()


def test_the_pointer_over_a_hole_shows_its_type_what_is_bound_and_what_fits(workspace: IdePage) -> None:
    workspace.write(
        "double :: Int -> Int\ndouble half = _more (half + 1)\n\nmain :: IO ()\nmain = print (double 2)\n"
    )
    workspace.errors.hover(timeout=SLOW)
    box = workspace.page.locator(".hover-doc")
    expect(box).to_contain_text("_more :: Int -> Int", timeout=SLOW)
    expect(box).to_contain_text(re.compile("In scope.*half :: Int.*Would fit.*negate :: ", re.DOTALL))
    fix = workspace.page.get_by_role("button", name="Fill the hole with negate")
    expect(fix).to_be_in_viewport(timeout=SLOW)
    fix.click()
    expect(workspace.code).to_contain_text("= negate (half + 1)")


def test_the_pointer_over_a_selection_shows_the_type_of_the_selection(program: IdePage) -> None:
    program.put_cursor(5, 37)
    program.page.keyboard.press("Shift+End")
    program.page.locator(".cm-line").nth(4).get_by_text("letter").nth(1).hover()
    box = program.page.locator(".hover-doc")
    expect(box).to_have_text(re.compile(r"^\[\(Char, Int\)\]$"), timeout=SLOW)


def test_a_key_leads_to_the_definition(program: IdePage) -> None:
    program.code.click()
    program.page.keyboard.press("ControlOrMeta+End")
    for key in ("ArrowUp", "End", *["ArrowLeft"] * 10, "F12"):
        program.page.keyboard.press(key)
    at = program.page.locator(".cm-lineNumbers .cm-activeLineGutter")
    expect(at).to_have_text(re.compile("^[45]$"), timeout=SLOW)


def test_a_click_with_the_key_leads_to_the_definition(program: IdePage) -> None:
    program.page.locator(".cm-line").nth(7).get_by_text("letters").click(modifiers=["ControlOrMeta"])
    at = program.page.locator(".cm-lineNumbers .cm-activeLineGutter")
    expect(at).to_have_text(re.compile("^[45]$"), timeout=SLOW)


def test_the_file_is_formatted_and_the_change_can_be_undone(program: IdePage) -> None:
    program.type_at_the_end("\nspaced   ::  Int\nspaced   =    1\n")
    program.page.keyboard.press("Alt+Shift+f")
    expect(program.code).to_contain_text("spaced :: Int", timeout=SLOW)
    program.page.keyboard.press("ControlOrMeta+z")
    expect(program.code).to_contain_text("spaced   ::  Int")


def test_symbols_of_all_files_are_in_the_palette(program: IdePage) -> None:
    program.make_file("Words.hs")
    program.write("module Words where\n\nloudest :: [String] -> String\nloudest = maximum\n")
    program.tab("Main.hs").click()
    program.page.keyboard.press("ControlOrMeta+p")
    box = program.page.get_by_role("combobox", name="Go to a file")
    box.fill("#loud")
    expect(program.page.get_by_role("option", name="loudest")).to_contain_text("Words", timeout=SLOW)
    box.press("Enter")
    expect(program.tab("Words.hs")).to_have_attribute("aria-selected", "true", timeout=SLOW)
    expect(program.page.locator(".cm-lineNumbers .cm-activeLineGutter")).to_have_text("4")


def test_declarations_can_be_folded_away(program: IdePage) -> None:
    fold = program.page.get_by_title("Fold line", exact=True)
    expect(fold).to_have_count(2, timeout=SLOW)
    fold.first.click()
    expect(program.code).not_to_contain_text("fromListWith")
    expect(program.code).to_contain_text("letters :: String")
    program.page.get_by_title("Unfold line").last.click()
    expect(program.code).to_contain_text("fromListWith")


AREA = """\
module Area (area) where

-- | What a rectangle covers.
area :: Double -> Double -> Double
area width height = width * height
"""
USING = """\
module Main (main) where

import Area (area)

twice :: Double -> Double
twice = (* 2)

main :: IO ()
main = do
  print (twice (area 2 3))
  print (twice 4)
  print (concat (map show [twice 1, total]))
  where
    total = 5
"""


LOCAL = """\
module Main (main) where

import qualified Data.Map.Strict as Map

main :: IO ()
main = do
  let sizes = Map.fromListWith (+) (zip "anna" (repeat (1 :: Int)))
  print (filter large (Map.toList sizes))
  where
    least = 1 :: Int
    large (_, size) = size > least
"""
MANY_MESSAGES = """\
import Data.Char
import Data.List

main :: IO ()
main = do
  putStrLn (concat (map show [1 :: Int, 2]))
  print (not (not True))
  putStrLn (size 3)
"""


@pytest.fixture
def files(workspace: IdePage) -> IdePage:
    """Two modules, one of which uses the other's name."""
    workspace.make_file("Area.hs")
    workspace.write(AREA)
    workspace.tree.get_by_role("button", name="Main.hs", exact=True).click()
    expect(workspace.tab("Main.hs")).to_have_attribute("aria-selected", "true")
    workspace.write(USING)
    expect(workspace.page.get_by_role("navigation", name="Outline")).to_contain_text("twice", timeout=SLOW)
    expect(workspace.errors).to_have_count(0, timeout=SLOW)
    return workspace


def test_the_pointer_over_an_error_shows_the_message_its_meaning_and_what_to_do(workspace: IdePage) -> None:
    workspace.write("main :: IO ()\nmain = print (size [1])\n\nsizes :: [Int] -> Int\nsizes = length\n")
    workspace.errors.first.hover()
    box = workspace.page.locator(".cm-tooltip .message-box")
    expect(box.locator("pre")).to_contain_text("Variable not in scope: size", timeout=SLOW)
    code = box.get_by_role("link", name="GHC-88464")
    expect(code).to_have_attribute("href", re.compile(r"^https://errors\.haskell\.org/messages/GHC-88464"))
    box.get_by_role("button", name=re.compile("sizes")).first.click(timeout=SLOW)
    expect(workspace.code).to_contain_text("print (sizes [1])")
    expect(workspace.errors).to_have_count(0, timeout=SLOW)


def test_what_ghc_could_not_come_to_says_so_at_its_import(files: IdePage) -> None:
    files.tab("Area.hs").click()
    files.write(AREA.replace("width * height", "= width"))
    files.tab("Main.hs").click()
    unchecked = files.page.locator(".cm-lintRange", has_text="Area")
    expect(unchecked).to_have_count(1, timeout=SLOW)
    unchecked.hover()
    box = files.page.locator(".cm-tooltip .message-box")
    expect(box).to_contain_text("Not checked: Area does not parse.", timeout=SLOW)


def test_the_box_of_a_message_stays_when_others_come_and_offers_what_is_about_it(workspace: IdePage) -> None:
    page = workspace.page
    workspace.write(MANY_MESSAGES)
    workspace.errors.first.hover(timeout=SLOW)
    box = page.locator(".cm-tooltip .message-box")
    expect(box).to_have_count(1, timeout=SLOW)
    box.hover()
    first = box.element_handle()
    expect(page.locator(".cm-lintRange-info").first).to_be_visible(timeout=SLOW)  # hlint comes later
    fixes = box.locator(".message-fixes button")
    expect(fixes.filter(has_text="Add import Data.Map (size)")).to_be_visible(timeout=SLOW)
    expect(fixes.filter(has_text=re.compile("(Remove|Apply) all"))).to_have_count(0)
    assert first
    assert first.evaluate("box => box.isConnected")

    for place, action in (("Data.Char", "Remove all unused imports"), ("concat (map", "Apply all hints")):
        page.mouse.move(0, 0)
        expect(box).to_have_count(0)
        page.locator(".cm-lintRange", has_text=place).first.hover()
        expect(fixes.filter(has_text=action)).to_be_visible(timeout=SLOW)


def test_names_are_completed_in_haskell_alone(workspace: IdePage) -> None:
    offered = workspace.page.locator(".cm-tooltip-autocomplete")
    for name, begun in (("notes.txt", "putSt"), ("notes.md", "putSt"), ("app.cabal", "import Data.Li")):
        workspace.make_file(name)
        workspace.type_at_the_end(begun)
        workspace.page.keyboard.press("Control+Space")
    workspace.make_file("Notes.hs")
    workspace.type_at_the_end("module Notes where\nnote = putSt")
    expect(offered).to_contain_text("putStrLn", timeout=SLOW)
    workspace.page.keyboard.press("Escape")
    workspace.tab("notes.txt").click()
    workspace.type_at_the_end(" putSt")
    workspace.page.keyboard.press("Control+Space")
    workspace.is_saved()
    expect(offered).to_have_count(0)


def test_the_places_of_a_name_are_lit_listed_and_led_to(files: IdePage) -> None:
    page = files.page
    files.put_cursor(6, 2)
    expect(page.locator(".cm-same-name")).to_have_text(["twice"] * 5, timeout=SLOW)

    files.put_cursor(3, 15)
    page.keyboard.press("Shift+F12")
    uses = files.pane("Uses")
    expect(uses).to_contain_text(re.compile(r"area\s*\d places in 2 files"), timeout=SLOW)
    uses.get_by_role("button", name=re.compile("area width height")).click()
    expect(files.tab("Area.hs")).to_have_attribute("aria-selected", "true")

    files.tab("Main.hs").click()
    files.put_cursor(10, 17)
    page.keyboard.press("F12")
    expect(files.tab("Area.hs")).to_have_attribute("aria-selected", "true", timeout=SLOW)
    expect(page.locator(".cm-lineNumbers .cm-activeLineGutter")).to_have_text(re.compile("^[45]$"))


def rename(ide: IdePage, old: str, new: str) -> None:
    ide.page.keyboard.press("F2")
    box = ide.page.get_by_role("textbox", name=f"New name for {old}")
    box.fill(new, timeout=SLOW)
    box.press("Enter")


def test_a_name_is_renamed_in_all_files_or_the_reason_is_told(files: IdePage) -> None:
    files.put_cursor(10, 17)
    rename(files, "area", "twice")
    told = files.said("With the name twice the workspace would not compile.")
    expect(told).to_contain_text("Main.hs:", timeout=SLOW)
    expect(files.code).to_contain_text("import Area (area)")

    rename(files, "area", "surface")
    expect(files.said("Renamed in 2 files.")).to_be_visible(timeout=SLOW)
    expect(files.code).to_contain_text("import Area (surface)")
    expect(files.code).to_contain_text("print (twice (surface 2 3))")
    files.tab("Area.hs").click()
    expect(files.code).to_contain_text("module Area (surface) where")
    expect(files.code).to_contain_text("surface :: Double")
    expect(files.errors).to_have_count(0)


def test_the_outline_and_its_key_lead_to_a_definition(files: IdePage) -> None:
    page = files.page
    at = page.locator(".cm-lineNumbers .cm-activeLineGutter")
    page.get_by_role("navigation", name="Outline").get_by_role("button", name="twice").click()
    expect(at).to_have_text(re.compile("^[56]$"))
    page.keyboard.press("ControlOrMeta+p")
    page.get_by_role("combobox").fill("@main")
    page.keyboard.press("Enter")
    expect(at).to_have_text(re.compile("^[89]$"))


def test_arguments_are_told_while_they_are_typed_and_types_stand_in_the_text(files: IdePage) -> None:
    page = files.page
    expect(page.locator(".inlay")).to_contain_text([":: Double"], timeout=SLOW)
    files.choose("Inferred types in the text on or off")
    expect(page.locator(".inlay")).to_have_count(0)
    files.type_at_the_end("\nwide :: Double\nwide = area 1 ")
    told = page.locator(".cm-tooltip", has_text="area ::")
    expect(told.locator("b")).to_have_text("Double", timeout=SLOW)


def test_types_of_local_bindings_stand_behind_their_names(workspace: IdePage) -> None:
    workspace.write(LOCAL)
    page = workspace.page
    hint = page.locator(".inlay")
    expect(hint).to_have_text([":: Map.Map Char Int", ":: Int", ":: (a, Int) -> Bool"], timeout=SLOW)
    lines = page.locator(".cm-line")
    expect(lines.nth(6)).to_contain_text("let sizes :: Map.Map Char Int = Map.fromListWith")
    expect(lines.nth(9)).to_have_text("least :: Int = 1 :: Int")
    expect(lines.nth(10)).to_have_text("large :: (a, Int) -> Bool (_, size) = size > least")


def test_saving_with_the_key_formats_for_those_who_want_it(files: IdePage) -> None:
    files.choose("Format when saving on or off")
    files.type_at_the_end("\nspaced   ::  Int\nspaced   =    1\n")
    files.page.keyboard.press("ControlOrMeta+s")
    expect(files.code).to_contain_text("spaced :: Int", timeout=SLOW)


def test_names_have_the_colours_of_what_they_are(program: IdePage) -> None:
    page = program.page
    expect(page.locator(".cm-name.cm-function.cm-imported")).to_have_text(
        ["fromListWith", "print"], timeout=SLOW
    )
    expect(page.locator(".cm-name.cm-parameter")).to_have_text(["word", "letter", "letter", "word"])
    shown = []
    for theme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        shown += [colour(page.locator(f".cm-name.cm-{kind}").first) for kind in ("function", "type")]
    assert len(set(shown)) == 4
    assert page.locator(".cm-name:has(span)").count() == 0  # innermost: no other colour holds


def colour(name: Locator) -> str:
    return str(name.evaluate("name => getComputedStyle(name).color"))


def test_a_long_file_is_coloured_where_it_is_looked_at(program: IdePage) -> None:
    program.write("".join(f"name{number} :: Int\nname{number} = {number}\n\n" for number in range(1700)))
    names = program.page.locator(".cm-name")
    for key, shown in (("Home", "name0"), ("End", "name1699")):
        program.page.keyboard.press(f"ControlOrMeta+{key}")
        expect(names.filter(has_text=re.compile(f"^{shown}$"))).not_to_have_count(0, timeout=SLOW)
        assert names.count() < 500
