"""The pages by the rules of WCAG 2.1 (A and AA), as far as axe can tell, in light and dark."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import visitor
from tests.browser.page import SLOW, IdePage
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.browser]

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
BROKEN = "module Main where\n\nmain :: IO ()\nmain = putStrLn unknown\n\ntwice x = x + x -- a comment\n"


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, stack: Stack, browser: Browser) -> Iterator[IdePage]:
    with visitor(browser, stack.url) as context:
        page = context.new_page()
        page.emulate_media(color_scheme=request.param)
        yield IdePage(page)


def test_the_editor_and_its_panes(themed: IdePage) -> None:
    page = themed.page
    page.goto("/")
    themed.write(BROKEN)
    expect(themed.errors).to_have_count(1, timeout=SLOW)
    themed.is_quiet()
    assert violations(page) == []
    themed.show("Problems")
    assert violations(page) == []
    themed.choose("Hoogle: find")
    themed.pane("Hoogle").get_by_role("combobox", name="Search packages").fill("mapMaybe")
    expect(themed.pane("Hoogle")).to_contain_text("Data.Maybe", timeout=SLOW)
    assert violations(page) == []
    themed.write(BROKEN.replace("unknown", '""'))
    expect(themed.errors).to_have_count(0, timeout=SLOW)
    themed.choose("Show the Core of this file")
    expect(themed.pane("Compiled")).to_contain_text("main", timeout=SLOW)
    assert violations(page) == []
    page.keyboard.press("F1")
    expect(page.get_by_role("combobox", name="Find an action")).to_be_focused()
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/workspaces", "/account", "/accounts/login/", "/accounts/signup/", "/no"])
def test_the_other_pages(themed: IdePage, path: str) -> None:
    themed.page.goto(path)
    expect(themed.page.get_by_role("heading", level=1)).to_be_visible()
    assert violations(themed.page) == []


def test_the_tabs_are_walked_and_closed_with_keys(workspace: IdePage) -> None:
    for name in ("A.hs", "B.hs"):
        workspace.make_file(name)
    page = workspace.page
    workspace.tab("B.hs").focus()
    page.keyboard.press("ArrowLeft")
    expect(workspace.tab("A.hs")).to_be_focused()
    page.keyboard.press("Delete")
    expect(workspace.tab("B.hs")).to_be_focused()
    expect(workspace.tab("A.hs")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(workspace.tab("Main.hs")).to_be_focused()
    page.keyboard.press("Enter")
    expect(workspace.tab("Main.hs")).to_have_attribute("aria-selected", "true")
