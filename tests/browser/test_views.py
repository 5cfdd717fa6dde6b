"""What GHC makes of a module, beside its text."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.page import SLOW, IdePage
from tests.browser.programs import COMPILED
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.browser]


def test_core_and_assembly_light_up_with_the_lines_they_come_from(workspace: IdePage) -> None:
    workspace.write(COMPILED)
    workspace.choose("Show the Core of this file")
    pane = workspace.pane("Compiled")
    multiplied = pane.locator(".cm-line", has_text="*##").first
    expect(multiplied).to_be_visible(timeout=SLOW)
    expect(pane.locator(".said")).to_have_text(re.compile(r"Core of Main.hs at -O1, \d+ lines"))
    multiplied.hover()
    source = workspace.page.locator(".editor .cm-line.lit, .code .cm-line.lit").first
    expect(source).to_contain_text("go (acc + x * x) rest")

    pane.get_by_role("button", name="Assembly").click()
    expect(pane.locator(".said")).to_contain_text("Assembly of Main.hs", timeout=SLOW)
    workspace.page.locator(".cm-line", has_text="(acc + x * x)").first.click()
    expect(pane.locator(".cm-line.lit", has_text="mulsd").first).to_be_visible()

    pane.get_by_role("button", name="Core").click()
    pane.get_by_label("Compare with").select_option("0")
    expect(pane.locator(".cm-deletedChunk").first).to_be_visible(timeout=SLOW)

    workspace.write(COMPILED.replace("go 0", "go True"))
    pane.get_by_role("button", name="The text has changed: look again").click()
    expect(pane.get_by_role("alert")).to_contain_text("mend its errors first", timeout=SLOW)


def test_two_toolchains_are_compared(workspace: IdePage, stack: Stack) -> None:
    stack.offer("ghc-9.6", "ghc-9.10")
    workspace.write(COMPILED)
    workspace.choose("Show the Core of this file")
    pane = workspace.pane("Compiled")
    choice = pane.get_by_label("Compare with")
    expect(choice.locator("option", has_text="ghc-9.10")).to_be_attached(timeout=SLOW)
    choice.select_option("ghc-9.10")
    expect(pane.locator(".said")).to_contain_text("ghc-9.10", timeout=SLOW)


def test_stg_and_cmm_are_shown(workspace: IdePage) -> None:
    workspace.write(COMPILED)
    workspace.choose("Show the Core of this file")
    pane = workspace.pane("Compiled")
    expect(pane.locator(".said")).to_contain_text("Core of Main.hs", timeout=SLOW)
    for stage, code in (("STG", "let-no-escape|case"), ("Cmm", "call|goto")):
        pane.get_by_role("button", name=stage).click()
        expect(pane.locator(".said")).to_contain_text(f"{stage} of Main.hs", timeout=SLOW)
        expect(pane.locator(".cm-content").first).to_contain_text(re.compile(code))
