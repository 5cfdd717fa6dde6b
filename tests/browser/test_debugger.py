"""The debugger in the page: a breakpoint in the margin, steps, what is bound, and the end."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page import SLOW, IdePage
from tests.browser.programs import STEPPED

pytestmark = [pytest.mark.engine, pytest.mark.browser]


ASKING = """\
module Main (main) where

main :: IO ()
main = do
  putStrLn "first?"
  first <- getLine
  putStrLn (shout first)
  putStrLn "second?"
  second <- getLine
  putStrLn (shout second)

shout :: String -> String
shout word =
  map upper word

upper :: Char -> Char
upper = toEnum . subtract 32 . fromEnum
"""
COUNTING = """\
module Main (main) where

main :: IO ()
main = print (countdown 100)

countdown :: Int -> Int
countdown n = if n == 0 then ended else countdown (n - 1)

ended :: Int
ended =
  7 * 6
"""


def click_margin(page: Page, line: int) -> None:
    """Left of the numbers, where the margin has nothing yet."""
    margin = page.locator(".cm-break-gutter").bounding_box()
    beside = page.locator(".cm-line").nth(line).bounding_box()
    assert margin
    assert beside
    page.mouse.click(margin["x"] + margin["width"] / 2, beside["y"] + beside["height"] / 2)


def test_a_program_stands_at_a_breakpoint_and_goes_on(workspace: IdePage) -> None:
    page = workspace.page
    workspace.write(STEPPED)
    expect(workspace.errors).to_have_count(0)
    breakpoints = page.locator(".cm-break-gutter .break-dot:visible")
    page.locator(".cm-line").nth(5).click()
    page.keyboard.press("F9")
    expect(breakpoints).to_have_count(1)
    click_margin(page, 8)
    expect(breakpoints).to_have_count(2)
    click_margin(page, 5)
    expect(breakpoints).to_have_count(1)
    page.keyboard.press("Alt+F5")

    pane = workspace.pane("Debugger")
    expect(pane).to_contain_text(re.compile(r"Stopped in total, .*Main\.hs:9"), timeout=SLOW)
    expect(page.locator(".cm-standing-line")).to_contain_text("total numbers")
    row = pane.get_by_role("row", name=re.compile("^numbers"))
    expect(row).to_contain_text("[Int]")
    row.get_by_role("button", name="Evaluate numbers").click()
    expect(row).to_contain_text("[2,4,6]", timeout=SLOW)

    ask = pane.get_by_label("Expression to evaluate where the program stands")
    ask.fill("maximum numbers + 100")
    ask.press("Enter")
    expect(ask).to_have_value("")
    page.keyboard.type("minimum numbers + 200")  # the keyboard is still there
    page.keyboard.press("Enter")
    workspace.show("Output")
    workspace.prints("106")
    workspace.prints("202")
    workspace.show("Debugger")
    expect(workspace.code).not_to_contain_text("minimum")

    whole = page.locator(".cm-standing", has_text="length")
    expect(whole).to_have_count(1)
    page.keyboard.press("Shift+F10")
    expect(whole).to_have_count(0, timeout=SLOW)  # at a part of it
    expect(page.locator(".cm-standing").first).to_have_text("sum")
    page.keyboard.press("F10")
    way = pane.get_by_role("list", name="How the program came here").get_by_role("listitem")
    expect(way.first).to_contain_text("total", timeout=SLOW)
    pane.get_by_role("button", name="Back").click()
    expect(pane.locator(".debug-at")).to_contain_text("1 back in total", timeout=SLOW)
    expect(way.first).to_have_class("current")
    pane.get_by_role("button", name="Forward").click()
    expect(pane.locator(".debug-at")).to_contain_text("Stopped in total", timeout=SLOW)
    pane.get_by_role("button", name="Continue").click()
    expect(pane).to_contain_text("start with", timeout=SLOW)
    expect(page.locator(".cm-standing-line")).to_have_count(0)
    workspace.show("Output")
    workspace.prints("begun")
    workspace.prints("15")
    page.reload()
    expect(breakpoints).to_have_count(1, timeout=SLOW)


def test_breakpoints_move_with_their_lines_also_while_the_program_stands(workspace: IdePage) -> None:
    page, pane = workspace.page, workspace.pane("Debugger")
    workspace.write(STEPPED)
    marked = page.locator(".cm-break-gutter .cm-gutterElement:has(.break-dot:visible)")

    def is_beside(text: str) -> None:
        dot, line = marked.bounding_box(), page.locator(".cm-line", has_text=text).bounding_box()
        assert dot
        assert line
        assert abs(dot["y"] - line["y"]) < 5, text

    click_margin(page, 8)
    is_beside("= sum numbers")
    workspace.put_cursor(3, 1)
    page.keyboard.type("-- above\n")
    is_beside("= sum numbers")
    workspace.put_cursor(10, 1)
    page.keyboard.press("Enter")  # at the start of the line itself
    is_beside("= sum numbers")
    page.keyboard.press("Backspace")
    is_beside("= sum numbers")

    page.keyboard.press("Alt+F5")
    expect(pane).to_contain_text(re.compile(r"Stopped in total, .*Main\.hs:10"), timeout=SLOW)
    pane.get_by_role("button", name="Stop").click()
    expect(pane).to_contain_text("start with", timeout=SLOW)

    click_margin(page, 9)
    expect(marked).to_have_count(0)
    click_margin(page, 5)
    page.keyboard.press("Alt+F5")
    expect(pane).to_contain_text(re.compile(r"Stopped in main, .*Main\.hs:6"), timeout=SLOW)
    workspace.put_cursor(3, 1)
    page.keyboard.type("-- more\n")  # the program that stands knows nothing of it
    click_margin(page, 6)
    expect(marked).to_have_count(0)
    click_margin(page, 10)
    is_beside("= sum numbers")
    pane.get_by_role("button", name="Continue").click()
    expect(pane).to_contain_text(re.compile(r"Stopped in total, .*Main\.hs:10"), timeout=SLOW)
    pane.get_by_role("button", name="Stop").click()
    expect(pane).to_contain_text("start with", timeout=SLOW)


def test_a_breakpoint_that_is_set_while_the_program_runs_holds_from_its_next_stop(workspace: IdePage) -> None:
    page, pane = workspace.page, workspace.pane("Debugger")
    workspace.write(ASKING)
    expect(workspace.errors).to_have_count(0)
    click_margin(page, 4)
    click_margin(page, 7)
    page.keyboard.press("Alt+F5")
    expect(pane).to_contain_text(re.compile(r"Stopped in main, .*Main\.hs:5"), timeout=SLOW)
    pane.get_by_role("button", name="Continue").click()
    expect(pane).to_contain_text("The program waits for input", timeout=SLOW)
    workspace.show("Output")
    workspace.prints("first?")
    click_margin(page, 13)
    for words, stops in (("one", r"Stopped in main, .*:8"), ("two", r"Stopped in shout, .*:14")):
        workspace.show("Output")
        workspace.answer(words)
        workspace.show("Debugger")
        expect(pane).to_contain_text(re.compile(stops), timeout=SLOW)
        pane.get_by_role("button", name="Continue").click()
    workspace.show("Output")
    workspace.prints("TWO")


def test_a_program_that_waits_for_input_says_so_in_the_debugger(workspace: IdePage) -> None:
    workspace.write(ASKING)
    workspace.is_saved()
    workspace.page.keyboard.press("Alt+F5")
    pane = workspace.pane("Debugger")
    expect(pane).to_contain_text("The program waits for input.", timeout=SLOW)
    pane.get_by_role("button", name="Type it in the output").click()
    expect(workspace.page.get_by_label("Input for the program")).to_be_focused()
    for word in ("ada", "bob"):
        workspace.page.keyboard.type(f"{word}\n")
        workspace.prints(word.upper())
    workspace.ends("exited 0")


def test_the_last_fifty_steps_are_listed_and_lead_to_their_lines(workspace: IdePage) -> None:
    page, pane = workspace.page, workspace.pane("Debugger")
    workspace.write(COUNTING)
    expect(workspace.errors).to_have_count(0)
    click_margin(page, 10)
    page.keyboard.press("Alt+F5")
    expect(pane.locator(".debug-at")).to_contain_text(re.compile(r"Stopped in ended, .*:11"), timeout=SLOW)
    way = pane.get_by_role("list", name="How the program came here").get_by_role("listitem")
    expect(way).to_have_count(50)
    expect(way.first).to_contain_text(re.compile(r"Main\.hs:\d+ *countdown"))
    way.nth(20).get_by_role("button").click()
    expect(page.locator(".cm-lineNumbers .cm-activeLineGutter")).to_have_text(re.compile("^[67]$"))
    for back in range(1, 4):
        pane.get_by_role("button", name="Back").click()
        expect(pane.locator(".debug-at")).to_contain_text(f"{back} back in countdown", timeout=SLOW)
    expect(way.nth(2)).to_have_class("current")
    expect(pane.get_by_role("row", name=re.compile("^n "))).to_contain_text("Int")


def test_a_program_stands_where_an_exception_was_thrown(workspace: IdePage) -> None:
    workspace.write(STEPPED.replace("sum numbers", "head (drop 9 numbers)"))
    workspace.page.keyboard.press("Alt+F5")
    pane = workspace.pane("Debugger")
    expect(pane.locator(".debug-at")).to_contain_text("An exception was thrown", timeout=SLOW)
    pane.get_by_role("button", name="Stop").click()
    expect(pane).to_contain_text("start with", timeout=SLOW)
    workspace.put_cursor(9, 1)
    pane.get_by_role("button", name="Breakpoint at the cursor").click()
    expect(pane).to_contain_text("1 breakpoint")
    pane.get_by_role("button", name="Debug").click()
    expect(pane.locator(".debug-at")).to_contain_text("Stopped in total", timeout=SLOW)
    pane.get_by_role("button", name="Stop").click()
