"""Chromium, and visitors who have never been here."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright, Route, ViewportSize

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 780}


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


@contextmanager
def visitor(
    browser: Browser, url: str, viewport: ViewportSize = DESK, **options: Any
) -> Iterator[BrowserContext]:
    """A browser nobody has used; what its pages ask of other hosts is not sent, and is a fault."""
    context = browser.new_context(base_url=url, viewport=viewport, has_touch=viewport is PHONE, **options)
    elsewhere: list[str] = []

    def refuse(route: Route) -> None:
        elsewhere.append(route.request.url)
        route.abort()

    context.route(re.compile(f"^(?!{re.escape(url)}/)"), refuse)
    yield context
    context.close()
    assert elsewhere == [], "content from other hosts"
