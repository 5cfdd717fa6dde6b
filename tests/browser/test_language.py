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


def name(workspace: IdePage, text: str, line: int) -> Locator:
    """A word of a line, which counts from 1."""
    return workspace.page.locator(".cm-line").nth(line - 1).get_by_text(text).first


def type_at_the_end(workspace: IdePage, text: str) -> None:
    workspace.code.click()
    workspace.page.keyboard.press("ControlOrMeta+End")
    workspace.page.keyboard.type(text)


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


def test_names_of_a_module_are_completed_with_their_types(program: IdePage) -> None:
    type_at_the_end(program, "\nmore = Map.insertW")
    offered = program.page.locator(".cm-tooltip-autocomplete")
    expect(offered).to_contain_text("insertWith", timeout=SLOW)
    expect(offered).to_contain_text("Ord k")
    program.page.keyboard.press("Escape")


def test_a_key_leads_to_the_definition(program: IdePage) -> None:
    program.code.click()
    program.page.keyboard.press("ControlOrMeta+End")
    for key in ("ArrowUp", "End", *["ArrowLeft"] * 10, "F12"):
        program.page.keyboard.press(key)
    at = program.page.locator(".cm-lineNumbers .cm-activeLineGutter")
    expect(at).to_have_text(re.compile("^[45]$"), timeout=SLOW)


def test_a_missing_import_is_added_from_the_keyboard(program: IdePage) -> None:
    program.write(f"{PROGRAM}\nshout :: String -> String\nshout = map toUpper\n")
    expect(program.errors).to_have_text("toUpper", timeout=SLOW)
    program.page.keyboard.press("F8")
    program.page.keyboard.press("Alt+Enter")
    menu = program.page.get_by_role("menu", name="Quick fixes")
    menu.get_by_role("menuitem", name=re.compile(r"import Data\.Char \(toUpper\)", re.IGNORECASE)).click(
        timeout=SLOW
    )
    expect(program.code).to_contain_text("import Data.Char (toUpper)")
    expect(program.errors).to_have_count(0, timeout=SLOW)


def test_a_code_of_ghcs_is_explained_in_plain_words(program: IdePage) -> None:
    type_at_the_end(program, "\nwrong :: Int\nwrong = True\n")
    expect(program.errors).to_have_text("True", timeout=SLOW)
    program.page.keyboard.press("F8")
    program.page.keyboard.press("Alt+Enter")
    menu = program.page.get_by_role("menu", name="Quick fixes")
    menu.get_by_role("menuitem", name="Explain GHC-83865").click(timeout=SLOW)
    box = program.page.get_by_role("dialog", name="What the message means")
    expect(box).to_contain_text("Type mismatch")
    expect(box.get_by_role("link")).to_have_attribute("href", re.compile("GHC-83865"))
    program.page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(program.code).to_be_focused()


def test_the_file_is_formatted_and_the_change_can_be_undone(program: IdePage) -> None:
    type_at_the_end(program, "\nspaced   ::  Int\nspaced   =    1\n")
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
