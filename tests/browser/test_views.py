"""What GHC makes of a module, beside its text."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.page import SLOW, IdePage
from tests.browser.programs import COMPILED
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.browser]

VERSION = """\
{-# LANGUAGE CPP #-}
module Main (main) where

main :: IO ()
main = print (__GLASGOW_HASKELL__ :: Int)
"""


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
    expect(pane.locator(".cm-line.lit", has_text="movsd").first).to_be_visible()  # the first of its lines

    pane.get_by_role("button", name="Core").click()
    pane.get_by_label("Compare with").select_option("0")
    expect(pane.locator(".cm-deletedChunk").first).to_be_visible(timeout=SLOW)

    workspace.write(COMPILED.replace("go 0", "go True"))
    pane.get_by_role("button", name="The text has changed: look again").click()
    expect(pane.get_by_role("alert")).to_contain_text("mend its errors first", timeout=SLOW)


def test_what_did_not_compile_is_not_held_against_a_text_that_was_mended(workspace: IdePage) -> None:
    workspace.write(COMPILED.replace("go 0", "go True"))
    workspace.choose("Show the Core of this file")
    pane = workspace.pane("Compiled")
    expect(pane.get_by_role("alert")).to_contain_text("mend its errors first", timeout=SLOW)
    workspace.write(COMPILED)
    again = pane.get_by_role("button", name="The text has changed: look again")
    expect(again).to_be_visible()
    expect(pane.get_by_role("alert")).to_have_count(0)
    again.click()
    expect(pane.locator(".said")).to_have_text(re.compile(r"Core of Main.hs at -O1, \d+ lines"), timeout=SLOW)


def test_each_level_has_its_button_and_details_are_shown_when_wanted(workspace: IdePage) -> None:
    workspace.write(COMPILED)
    workspace.choose("Show the Core of this file")
    pane = workspace.pane("Compiled")
    said, core = pane.locator(".said"), pane.locator(".cm-content")
    for level, code in (("-O0", "$fNumDouble"), ("-O2", "$s$wgo"), ("-O1", "+##")):
        pane.get_by_role("button", name=level).click()
        expect(said).to_contain_text(f"Core of Main.hs at {level}", timeout=SLOW)
        expect(pane.get_by_role("button", name=level, pressed=True)).to_be_visible()
        expect(core).to_contain_text(code)
    expect(core).not_to_contain_text("$s$wgo")
    details = pane.get_by_label("All details")
    details.check()
    expect(core).to_contain_text("GHC.Types.Module", timeout=SLOW)
    details.uncheck()
    expect(core).not_to_contain_text("GHC.Types.Module", timeout=SLOW)


def test_what_differs_between_two_toolchains_is_marked(workspace: IdePage, stack: Stack) -> None:
    stack.offer("ghc-9.6", "ghc-9.10")
    workspace.write(VERSION)
    workspace.choose("Show the Core of this file")
    pane = workspace.pane("Compiled")
    choice = pane.get_by_label("Compare with")
    expect(choice.locator("option", has_text="ghc-9.10")).to_be_attached(timeout=SLOW)
    choice.select_option("ghc-9.10")
    expect(pane.locator(".said")).to_contain_text("beside ghc-9.10", timeout=SLOW)
    expect(pane.locator(".cm-changedLine")).to_have_text(re.compile(r"\b906#"))
    expect(pane.locator(".cm-deletedChunk")).to_have_text(re.compile(r"\b910#"))  # only the other has it


def test_stg_is_seen_at_every_level(workspace: IdePage) -> None:
    workspace.write(COMPILED)
    workspace.choose("Show the STG of this file")
    pane = workspace.pane("Compiled")
    for level, code in (("-O0", "$fNumDouble"), ("-O2", "$s$wgo"), ("-O1", "$wgo")):
        pane.get_by_role("button", name=level).click()
        expect(pane.locator(".said")).to_contain_text(f"STG of Main.hs at {level}", timeout=SLOW)
        expect(pane.locator(".cm-content")).to_contain_text(code)
    expect(pane.locator(".cm-content")).not_to_contain_text("$s$wgo")


@pytest.mark.parametrize(("stage", "product"), [("Cmm", r"%MO_F_Mul_W64\(v\d+"), ("Assembly", "mulsd")])
def test_code_is_seen_at_every_level_beside_its_line(workspace: IdePage, stage: str, product: str) -> None:
    workspace.write(COMPILED)
    workspace.choose(f"Show the {stage.replace('A', 'a')} of this file")
    pane = workspace.pane("Compiled")
    for level, code in (("-O0", "stg_ap_pp_info"), ("-O1", product), ("-O2", product)):
        pane.get_by_role("button", name=level).click()
        expect(pane.locator(".said")).to_contain_text(f"{stage} of Main.hs at {level}", timeout=SLOW)
        workspace.page.mouse.move(0, 0)  # else what it rests on may be told of over the line
        workspace.page.locator(".editor .cm-line", has_text="squares = go 0").click()
        workspace.page.locator(".editor .cm-line", has_text="(acc + x * x)").click()
        expect(pane.locator(".cm-line.lit", has_text=re.compile(code)).first).to_be_visible()


def test_jumps_of_cmm_lead_to_labels(workspace: IdePage) -> None:
    workspace.write(COMPILED)
    workspace.choose("Show the Cmm of this file")
    lines = workspace.pane("Compiled").locator(".cm-line")
    expect(lines.filter(has_text=re.compile(r"goto L3;")).first).to_be_visible(timeout=SLOW)
    expect(lines.filter(has_text=re.compile(r"^ +L3:$")).first).to_be_visible()
