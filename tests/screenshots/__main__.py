"""`make screenshots`: pictures of the page, light and dark, in `docs/screenshots`.

python -m tests.screenshots [--png FOLDER] [scene …]
"""

import argparse
import base64
import re
import tempfile
from collections.abc import Container
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, ViewportSize, expect, sync_playwright

from sandbox import toolchains
from tests.browser.chromium import PHONE, launch, visitor
from tests.browser.page import IdePage
from tests.screenshots.scenes import OF_A_PHONE, OF_A_WORKSPACE, OTHERS, Scene
from tests.stack import Stack

TARGET = Path("docs/screenshots")
QUALITY = 82  # of WebP: no fringe is seen around letters, and a page takes 30 to 60 KB
WIDE: ViewportSize = {"width": 1280, "height": 760}
SCENES = {scene.__name__: scene for scene in (*OF_A_WORKSPACE, *OF_A_PHONE, *OTHERS)}


# To click on a thing Playwright may scroll to it, sideways too.
UNSCROLL = "document.querySelectorAll('.cm-scroller').forEach((each) => (each.scrollLeft = 0))"


def take(page: Page, name: str, png: Path | None) -> None:
    """WebP for the docs, else PNG in that folder."""
    page.evaluate(UNSCROLL)
    page.wait_for_timeout(400)  # what fades in has done so
    if png:
        page.screenshot(path=png / f"{name}.png")
        return
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    (TARGET / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))


def show(stack: Stack, ide: IdePage, scene: Scene) -> None:
    if scene not in OTHERS:
        ide.page.goto("/")
        ide.code.click()
        expect(ide.page).to_have_url(re.compile("/w/"))
        ide.is_ready()
    scene(stack, ide)


def pose(stack: Stack, browser: Browser, name: str, scheme: str, png: Path | None) -> None:
    """One picture; a second try where a busy machine held the first one up."""
    scene = SCENES[name]
    look: dict[str, Any] = {"color_scheme": scheme, "reduced_motion": "reduce"}
    for is_last in (False, True):
        with visitor(browser, stack.url, PHONE if scene in OF_A_PHONE else WIDE, **look) as context:
            ide = IdePage(context.new_page())
            try:
                show(stack, ide, scene)
            except (AssertionError, Error):
                if is_last:
                    raise
                continue
            take(ide.page, f"{name.replace('_', '-')}-{scheme}", png)
            return


def offer(stack: Stack, names: Container[str]) -> None:
    """What the scenes need besides the default toolchain."""
    if "matrix" in names:
        stack.offer(*toolchains.names())
    if "profile" in names:
        stack.offer_profiling()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="scene", help=", ".join(SCENES))
    parser.add_argument("--png", type=Path, help="a folder for PNGs, instead of the docs' pictures")
    arguments = parser.parse_args()
    (arguments.png or TARGET).mkdir(parents=True, exist_ok=True)
    names = arguments.names or list(SCENES)
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder)) as stack, sync_playwright() as player:
        offer(stack, names)
        browser = launch(player)
        for name in names:
            for scheme in ("light", "dark"):
                pose(stack, browser, name, scheme, arguments.png)
                print(f"{name}, {scheme}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
