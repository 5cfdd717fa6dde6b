"""Chromium against the whole real stack, one stack for all browser tests of a process."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.chromium import launch, visitor
from tests.browser.page import USUAL, IdePage
from tests.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=USUAL)
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser, stack: Stack) -> Iterator[BrowserContext]:
    """A browser nobody has used; it may speak to the stack only."""
    with visitor(browser, stack.url) as fresh:
        yield fresh


@pytest.fixture
def ide(context: BrowserContext) -> Iterator[IdePage]:
    """The page, with nothing in its console but what a test expects."""
    page = IdePage(context.new_page())
    yield page
    assert page.complaints == []


@pytest.fixture
def workspace(stack: Stack, ide: IdePage) -> IdePage:
    """The page with a workspace of its own in it, its session ready."""
    ide.page.goto("/")
    ide.code.click()
    expect(ide.page).to_have_url(re.compile("/w/"))
    ide.is_ready()
    return ide
