"""What a run shows of itself besides its output: shaded code, figures, the spread of a benchmark."""

import re
from threading import Event

import pytest
from playwright.sync_api import Locator, expect

from sandbox.toolchains import Toolchain
from tests.browser.page import SECONDS, SLOW, IdePage
from tests.browser.programs import COVERED, PROFILED
from tests.builder import building
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.browser]


SIZE = """\
module Size (size, unused) where

size :: Int -> String
size n
  | n > 1000 = "many"
  | otherwise = "some"

unused :: Int -> Int
unused n = n + 1
"""
SPEC = """\
module Main (main) where

import Size
import Test.Hspec

main :: IO ()
main = hspec $ it "is some" $ size 3 `shouldBe` "some"
"""


def row(page: IdePage, name: str) -> Locator:
    return page.pane("Insight").get_by_role("row", name=name)


def test_coverage_is_shaded_until_the_text_changes(workspace: IdePage) -> None:
    workspace.write(COVERED)
    workspace.choose("Run with coverage")
    never = workspace.page.locator(".cm-content .covered.never")
    expect(never).to_have_text('"many"', timeout=SLOW)
    expect(never).to_have_attribute("title", "never executed")
    expect(workspace.page.locator(".cm-content .covered.alwaysFalse")).to_have_text("n > 1000")
    expect(workspace.page.locator(".cm-content .covered.executed").first).to_have_attribute(
        "title", "entered 1 time"
    )
    expect(row(workspace, "Main")).to_contain_text(re.compile(r"\d\d %.*0 %.*100 %"))
    workspace.show("Output")
    workspace.prints("some")
    workspace.code.click()
    workspace.page.keyboard.type(" ")
    expect(workspace.page.locator(".cm-content .covered")).to_have_count(0)
    workspace.show("Insight")
    expect(row(workspace, "Main")).to_contain_text("edited since")


def test_coverage_of_the_tests_is_shaded_in_what_they_reach(workspace: IdePage) -> None:
    page = workspace.page
    workspace.make_file("Size.hs")
    workspace.write(SIZE)
    workspace.make_file("test/Spec.hs")
    workspace.write(SPEC)
    workspace.is_saved()
    workspace.choose("Run the tests with coverage")
    expect(row(workspace, "Size")).to_contain_text(re.compile(r"\d\d %.*50 %.*0 %.*50 %"), timeout=SLOW)
    expect(row(workspace, "all")).to_contain_text("%")
    workspace.show("Output")
    workspace.prints("1 example, 0 failures")
    workspace.show("Insight")
    row(workspace, "Size").get_by_role("button", name="Size").click()
    expect(workspace.tab("Size.hs")).to_have_attribute("aria-selected", "true")
    workspace.is_at_line(5)
    covered = page.locator(".cm-content .covered")
    expect(page.locator(".cm-content .covered.never").first).to_have_text('"many"')
    expect(page.locator(".cm-content .covered.alwaysFalse")).to_have_text("n > 1000")
    expect(page.locator(".cm-content .covered.never").last).to_have_text("n + 1")
    page.get_by_role("tab", name="Spec.hs").click()
    expect(page.locator(".cm-content .covered.executed").first).to_be_visible()
    workspace.pane("Insight").get_by_role("button", name="Hide").click()
    expect(covered).to_have_count(0)


def test_all_columns_of_the_coverage_are_in_sight_on_a_phone(workspace: IdePage) -> None:
    workspace.make_file("src/Data/Structures/Balanced/Size.hs")
    workspace.write(SIZE.replace("module Size", "module Data.Structures.Balanced.Size"))
    workspace.tab("Main.hs").click()
    workspace.write(
        "import Data.Structures.Balanced.Size\n\nmain :: IO ()\nmain = putStrLn (size (unused 3))\n"
    )
    workspace.choose("Run with coverage")
    whole = row(workspace, "all")
    expect(whole).to_contain_text("%", timeout=SLOW)
    workspace.page.set_viewport_size({"width": 360, "height": 780})
    pane = workspace.pane("Insight").locator(".insight")
    assert pane.evaluate("each => each.scrollWidth <= each.clientWidth")
    expect(pane.get_by_role("columnheader", name="top-level bindings")).to_be_in_viewport(ratio=1)


def test_time_and_allocation_stand_beside_the_end_of_a_run(workspace: IdePage) -> None:
    workspace.write(COVERED)
    workspace.choose("Run with time and allocation")
    workspace.ends("exited 0")
    told = workspace.pane("Output").get_by_label("Time and allocation")
    expect(told).to_contain_text(re.compile(r"allocated\s*[\d.]+ [KM]B in all"))
    expect(told).to_contain_text("productivity")


def test_a_benchmark_shows_its_spread_and_the_one_before(workspace: IdePage) -> None:
    workspace.write(COVERED)
    workspace.choose("Benchmark")
    insight = workspace.pane("Insight")
    expect(insight.get_by_role("img", name=re.compile("^this one: median [0-9.]+ ms"))).to_be_visible(
        timeout=SLOW
    )
    expect(row(workspace, "quartiles")).to_contain_text("ms")
    workspace.choose("Benchmark")
    expect(insight.get_by_role("img", name=re.compile("^before: Main"))).to_be_visible(timeout=SLOW)
    expect(insight.locator(".verdict")).to_contain_text(re.compile("no clear difference|×"))


def test_the_variant_for_profiling_is_made_when_it_is_wanted_and_then_shows_where_the_time_goes(
    stack: Stack, workspace: IdePage
) -> None:
    variant, seen = stack.small_variant("ghc-9.6-profiling"), Event()

    def build(_name: str) -> Toolchain:
        seen.wait(SLOW / SECONDS)
        return variant

    workspace.write(PROFILED)
    output = workspace.pane("Output")
    awaited = output.get_by_text("it is being made")
    with building(stack, build):
        workspace.choose("Profile")
        expect(awaited).to_contain_text("The run begins when it is there.", timeout=SLOW)
        output.get_by_role("button", name="Do not wait").click()
        expect(awaited).to_have_count(0)
        workspace.choose("Profile")
        expect(awaited).to_contain_text(re.compile(r"since ([2-9]|\d\d) s"), timeout=SLOW)
        seen.set()
        shows_where_the_time_goes(workspace)
    expect(awaited).to_have_count(0)


def shows_where_the_time_goes(workspace: IdePage) -> None:
    insight = workspace.pane("Insight")
    flame = insight.get_by_role("img", name=re.compile("Flame graph"))
    expect(flame.locator(".own", has_text="pairs").first).to_be_visible(timeout=SLOW)
    expect(row(workspace, "Main.pairs")).to_contain_text(re.compile(r"\d\d %"))
    insight.get_by_role("button", name="Main.pairs").click()
    at = workspace.page.locator(".cm-lineNumbers .cm-activeLineGutter")
    expect(at).to_have_text("7")
    insight.get_by_role("button", name="Allocation").click()
    expect(flame.locator(".own").first).to_be_visible()
