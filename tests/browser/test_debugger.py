"""The debugger in the page: a breakpoint in the margin, steps, what is bound, and the end."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page import SLOW, IdePage
from tests.browser.programs import STEPPED

pytestmark = [pytest.mark.engine, pytest.mark.browser]


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
    workspace.show("Output")
    workspace.prints("106")
    workspace.show("Debugger")

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


def test_a_program_stands_where_an_exception_was_thrown(workspace: IdePage) -> None:
    workspace.write(STEPPED.replace("sum numbers", "head (drop 9 numbers)"))
    workspace.page.keyboard.press("Alt+F5")
    pane = workspace.pane("Debugger")
    expect(pane.locator(".debug-at")).to_contain_text("An exception was thrown", timeout=SLOW)
    pane.get_by_role("button", name="Stop").click()
    expect(pane).to_contain_text("start with", timeout=SLOW)
