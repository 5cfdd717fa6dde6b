"""Examples evaluated in place, and run buttons in the margin with their results beside the code."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.page import SLOW, IdePage
from tests.browser.programs import TESTED

pytestmark = [pytest.mark.engine, pytest.mark.browser]


def mark(workspace: IdePage, name: str) -> Locator:
    """A button in the margin, which is hidden from screen readers: a key and the palette do the same."""
    return workspace.page.locator(f'.cm-run-gutter button[aria-label^="{name}"]')


def test_examples_and_tests_are_run_beside_the_code(workspace: IdePage) -> None:
    workspace.write(TESTED)
    said = workspace.page.locator(".run-said")

    mark(workspace, "Check the examples").click(timeout=SLOW)
    expect(said).to_have_text(re.compile(r"line \d+ gives:\s*8"), timeout=SLOW)
    workspace.page.get_by_role("button", name="Evaluate", exact=True).click()
    expect(workspace.code).to_contain_text("-- 8", timeout=SLOW)
    expect(said).to_have_count(0)

    mark(workspace, "Check prop_small").click(timeout=SLOW)
    expect(said).to_have_text(re.compile(r"Falsified.*\n5$", re.DOTALL), timeout=SLOW)
    expect(mark(workspace, "Check prop_small: failed")).to_have_text("✗")

    mark(workspace, "Run the test double").first.click()
    expect(mark(workspace, "Run the test double/doubles: passed")).to_have_text("✓", timeout=SLOW)
    expect(mark(workspace, "Run the test double/is wrong: failed")).to_have_text("✗")
    expect(said.last).to_contain_text("expected: 5")

    workspace.code.click()
    workspace.page.keyboard.press("ControlOrMeta+End")
    workspace.page.keyboard.press("Backspace")
    expect(said).to_have_count(0)
    expect(workspace.page.locator(".run-mark:is(.passed, .failed)")).to_have_count(0)

    workspace.page.keyboard.press("Alt+Shift+r")
    expect(mark(workspace, "Run the test double/is wrong: failed")).to_have_text("✗", timeout=SLOW)
