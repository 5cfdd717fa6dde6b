"""GHCi in the page follows the editor."""

import pytest
from playwright.sync_api import expect

from tests.browser.page import SLOW, IdePage

pytestmark = [pytest.mark.engine, pytest.mark.browser]

PROGRAM = """\
module Main (main) where

main :: IO ()
main = print answer

answer :: Int
answer = 41
"""


def test_the_repl_follows_saves_and_remembers_lines(workspace: IdePage) -> None:
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
    expect(screen.get_by_text("Main.hs:7:10").last).to_be_visible(timeout=SLOW)
