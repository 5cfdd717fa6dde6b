"""GHCi in the page follows the editor, and leads back to it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.page import SLOW, IdePage
from tests.browser.sessions import put_to_sleep
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.browser]

PROGRAM = """\
module Main (main) where

main :: IO ()
main = print answer

answer :: Int
answer = 41
"""
LENSES = """\
{-# LANGUAGE TemplateHaskell #-}
module Main (main) where

import Control.Lens (makeLenses, (^.))

newtype Box = Box {_side :: Int}
makeLenses ''Box

main :: IO ()
main = print width

width :: Int
width = Box 3 ^. side
"""


def test_the_repl_follows_saves_remembers_lines_and_leads_to_errors(workspace: IdePage) -> None:
    page = workspace.page
    workspace.write(PROGRAM)
    workspace.is_saved()
    page.keyboard.press("ControlOrMeta+Backquote")
    screen = workspace.pane("REPL").locator(".xterm-rows")
    expect(screen).to_contain_text("ghci>", timeout=SLOW)
    page.keyboard.type("answer + 1000\n")
    expect(screen).to_contain_text("1041", timeout=SLOW)

    workspace.write(PROGRAM.replace("41", "52"))
    page.keyboard.press("ControlOrMeta+s")
    expect(screen).to_contain_text("Ok, one module loaded", timeout=SLOW)
    workspace.pane("REPL").locator(".xterm").click()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")  # past the reload
    expect(screen).to_contain_text("ghci> answer + 1000", timeout=SLOW)
    page.keyboard.press("Enter")
    expect(screen).to_contain_text("1052", timeout=SLOW)

    workspace.write(PROGRAM.replace("41", "'x'"))
    page.keyboard.press("ControlOrMeta+s")
    expect(screen).to_contain_text("Failed, ", timeout=SLOW)  # nothing more moves what was printed
    workspace.follow_in_terminal("REPL", "Main.hs:7:10")
    workspace.is_at_line(7)


def test_the_repl_goes_on_where_it_was_left_with_what_was_saved_meanwhile(workspace: IdePage) -> None:
    page = workspace.page
    workspace.write(PROGRAM)
    workspace.is_saved()
    page.keyboard.press("ControlOrMeta+Backquote")
    screen = workspace.pane("REPL").locator(".xterm-rows")
    expect(screen).to_contain_text("ghci>", timeout=SLOW)
    page.keyboard.type("let kept = 1000\nkept + answer\n")
    expect(screen).to_contain_text("1041", timeout=SLOW)

    workspace.show("Problems")
    expect(screen).to_be_hidden()
    workspace.write(PROGRAM.replace("41", "52"))
    page.keyboard.press("ControlOrMeta+s")
    page.keyboard.press("ControlOrMeta+Backquote")
    expect(screen).to_contain_text(re.compile("(Ok, one module loaded.*){2}"), timeout=SLOW)
    page.keyboard.type("answer + 2000\n")
    expect(screen).to_contain_text("2052", timeout=SLOW)

    workspace.show("Problems")
    workspace.write(PROGRAM.replace("41", "63"))  # saved by itself: loaded by who comes back
    workspace.is_saved()
    workspace.show("REPL")
    workspace.pane("REPL").locator(".xterm").click()
    expect(screen).to_contain_text(re.compile("(Ok, one module loaded.*){3}"), timeout=SLOW)
    page.keyboard.type("answer + 3000\n")
    expect(screen).to_contain_text("3063", timeout=SLOW)


def test_who_comes_back_to_the_repl_has_what_was_typed_meanwhile(workspace: IdePage) -> None:
    page = workspace.page
    workspace.write(LENSES)
    workspace.is_saved()
    page.keyboard.press("ControlOrMeta+Backquote")
    repl = workspace.pane("REPL")
    screen = repl.locator(".xterm-rows")
    expect(screen).to_contain_text("ghci>", timeout=SLOW)
    page.keyboard.type("width * 100\n")
    expect(screen).to_contain_text("300", timeout=SLOW)
    repl.locator(".xterm").click()
    expect(screen).not_to_contain_text(":reload")  # nothing was typed

    workspace.write(LENSES.replace("Box 3", "Box 5"))
    repl.locator(".xterm").click()
    expect(screen).to_contain_text("Ok, one module", timeout=SLOW)
    page.keyboard.type("width * 100\n")
    expect(screen).to_contain_text("500", timeout=SLOW)


def test_what_is_printed_fits_the_pane(workspace: IdePage) -> None:
    page = workspace.page
    page.keyboard.press("ControlOrMeta+Backquote")
    pane = workspace.pane("REPL")
    screen = pane.locator(".xterm-rows")
    expect(screen).to_contain_text("ghci>", timeout=SLOW)
    page.keyboard.type("mapM_ print [1 .. 200]\n")  # so that there is something to scroll
    expect(screen).to_contain_text("200", timeout=SLOW)
    cells, bar = (
        pane.locator(".xterm-screen").bounding_box(),
        pane.locator(".scrollbar.vertical").bounding_box(),
    )
    line = pane.locator(".run-line").bounding_box()
    assert cells
    assert bar
    assert line
    assert cells["x"] + cells["width"] <= bar["x"]
    assert cells["y"] + cells["height"] <= line["y"]


def test_names_are_completed_and_lines_outlive_the_page_and_the_container(
    stack: Stack, workspace: IdePage
) -> None:
    page = workspace.page
    repl = workspace.pane("REPL")
    screen = repl.locator(".xterm-rows")
    workspace.write(PROGRAM)
    workspace.is_saved()
    page.keyboard.press("ControlOrMeta+Backquote")
    expect(screen).to_contain_text("ghci>", timeout=SLOW)
    page.keyboard.type("ans")
    page.keyboard.press("Tab")
    expect(screen).to_contain_text("ghci> answer", timeout=SLOW)
    page.keyboard.type(" + 500\n")
    expect(screen).to_contain_text("541", timeout=SLOW)
    page.keyboard.type(":{\nlet more = 2\n in more * answer\n:}\n")
    expect(screen).to_contain_text("ghci|")
    expect(screen).to_contain_text("82", timeout=SLOW)
    page.keyboard.type("answer + 600\n")
    expect(screen).to_contain_text("641", timeout=SLOW)

    page.reload()
    workspace.show("REPL")
    expect(screen).to_contain_text("641", timeout=SLOW)
    repl.locator(".xterm").click()
    page.keyboard.press("ArrowUp")
    page.keyboard.type(" + 700\n")
    expect(screen).to_contain_text("1341", timeout=SLOW)

    repl.get_by_role("button", name="Stop").click()
    expect(repl).to_contain_text("stopped", timeout=SLOW)
    put_to_sleep(stack, workspace)
    repl.get_by_role("button", name="Start again").click()
    expect(screen).to_have_text(re.compile(r"ghci>\s*$"), timeout=SLOW)
    page.keyboard.press("ArrowUp")
    page.keyboard.type(" + 800\n")
    expect(screen).to_contain_text("2141", timeout=SLOW)
