"""Everything is reached with the keyboard, and with a thumb."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page import IdePage
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.browser]

TWO_ERRORS = """\
main :: IO ()
main = do
  putStrLn 'a'
  putStrLn True
"""
ENDLESS = """\
main :: IO ()
main = do
  putStrLn "begun"
  mapM_ (\\_ -> pure ()) (repeat ())
"""


def test_run_and_stop_have_keys(workspace: IdePage) -> None:
    workspace.write(ENDLESS)
    workspace.page.keyboard.press("ControlOrMeta+Enter")
    workspace.prints("begun")
    workspace.page.keyboard.press("ControlOrMeta+.")
    workspace.ends("stopped")


def test_f8_goes_from_error_to_error(workspace: IdePage) -> None:
    workspace.write(TWO_ERRORS)
    expect(workspace.errors).to_have_count(2, timeout=60_000)
    workspace.page.keyboard.press("ControlOrMeta+Home")
    for line in ("3", "4", "3"):
        workspace.page.keyboard.press("F8")
        expect(workspace.page.locator(".cm-lineNumbers .cm-activeLineGutter")).to_have_text(line)


def test_the_palette_runs_what_it_finds(workspace: IdePage) -> None:
    page = workspace.page
    page.keyboard.press("F1")
    page.get_by_label("Find an action").fill("show the problems")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name=re.compile("Problems"))).to_have_attribute("aria-selected", "true")


def test_escape_then_tab_leaves_the_editor(workspace: IdePage) -> None:
    workspace.code.click()
    workspace.page.keyboard.press("Tab")
    assert workspace.page.evaluate("document.activeElement.closest('.cm-editor') !== null")
    workspace.page.keyboard.press("Escape")
    workspace.page.keyboard.press("Tab")
    assert workspace.page.evaluate("document.activeElement.closest('.cm-editor') === null")


def test_a_phone_shows_one_part_at_a_time_and_runs(stack: Stack, browser: Browser) -> None:
    context = browser.new_context(base_url=stack.url, viewport={"width": 390, "height": 780}, has_touch=True)
    phone = IdePage(context.new_page())
    phone.page.goto("/")
    expect(phone.code).to_be_visible()
    expect(phone.page.get_by_role("tree", name="Files")).to_be_hidden()
    bar = phone.page.get_by_role("navigation", name="Parts of the page")
    bar.get_by_role("button", name="Run").tap()
    phone.ends("exited 0")
    expect(phone.code).to_be_hidden()
    bar.get_by_role("button", name="Code").tap()
    phone.write(ENDLESS + "  print ")
    for key in ("()", "::", "Undo", "Undo"):
        phone.page.get_by_role("toolbar", name="Keys").get_by_role("button", name=key, exact=True).tap()
    expect(phone.code).to_have_text(re.compile(r"print $"))
    phone.write(ENDLESS)
    bar.get_by_role("button", name="Run").tap()
    bar.get_by_role("button", name="Stop").tap()
    phone.ends("stopped")
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert phone.complaints == []
    context.close()
