"""What programs print is text, whatever it is and however much."""

import re

import pytest
from playwright.sync_api import expect

from sandbox.limits import FILE_BYTES, INPUT_BYTES
from tests.browser.page import SLOW, IdePage

pytestmark = [pytest.mark.engine, pytest.mark.browser]

MARKUP = """\
main :: IO ()
main = putStrLn "<img src=x onerror=\\"document.title='owned'\\"> \\ESC[31mred\\ESC[0m \\ESC]0;title\\BEL end"
"""
FLOOD = """\
main :: IO ()
main = mapM_ (\\n -> putStrLn (show n ++ replicate 60 '.')) [1 :: Int .. 60000]
"""
ECHO = """\
import System.Environment

main :: IO ()
main = do
  arguments <- getArgs
  print arguments
  interact (unwords . reverse . lines)
"""
FAILING = """\
main :: IO ()
main = error "boom"
"""
SHAPES = """\
module Shapes (area) where

import GHC.Stack (HasCallStack)

area :: HasCallStack => Int -> Int
area side = if side < 0 then error "negative" else side * side
"""
CALLING = """\
module Main (main) where

import Shapes (area)

main :: IO ()
main = do
  putStrLn "see Gone.hs:1:1"
  print (area (-1))
"""
WAITING = """\
import Control.Concurrent
import Data.Char (toUpper)

main :: IO ()
main = do
  getContents >>= putStr . map toUpper
  putStrLn "waiting on"
  threadDelay 600000000
"""
DEAF = 'import Control.Concurrent\n\nmain :: IO ()\nmain = putStrLn "up" >> threadDelay maxBound\n'
SUMS = """\
import Data.List (foldl')

main :: IO ()
main = print (foldl' (+) 0 [1 .. 2000000000 :: Int])
"""


def test_markup_and_escape_sequences_are_never_followed(workspace: IdePage) -> None:
    workspace.write(MARKUP)
    workspace.run()
    workspace.prints(re.compile(r"<img src=x onerror=.*> red\s+end"))
    expect(workspace.pane("Output").locator("img[src]")).to_have_count(0)
    expect(workspace.pane("Output").locator(".fg-1")).to_have_text("red")
    assert workspace.page.title() != "owned"


def test_a_flood_is_bounded_in_the_page_and_can_be_searched(workspace: IdePage) -> None:
    workspace.write(FLOOD)
    workspace.run()
    workspace.ends("exited 0")
    workspace.prints("60000....")
    assert workspace.page.locator(".rows .row").count() < 300
    workspace.page.get_by_label("Find in the output").fill("55555.")
    expect(workspace.page.locator(".found.current")).to_have_text("55555.", timeout=SLOW)
    workspace.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    workspace.pane("Output").get_by_role("button", name="Copy").click()
    expect(workspace.said("What is shown was copied")).to_be_visible()
    copied = workspace.page.evaluate("navigator.clipboard.readText()")
    assert copied.strip().endswith("60000" + "." * 60)
    with workspace.page.expect_download() as saved:
        workspace.pane("Output").get_by_role("button", name="Save").click()
    text = saved.value.path().read_text()
    assert text.count("\n") == 60_000, "what left the view is in the file"


def test_an_uncaught_exception_is_shown_as_an_error_and_explained(workspace: IdePage) -> None:
    workspace.write(FAILING)
    workspace.run()
    workspace.ends("exited with code 1")
    expect(workspace.pane("Output").locator(".stderr").first).to_contain_text("boom")
    expect(workspace.pane("Output").locator(".run-line")).to_contain_text("uncaught exception")


def test_places_in_what_a_program_says_lead_to_their_lines(workspace: IdePage) -> None:
    workspace.make_file("Shapes.hs")
    workspace.write(SHAPES)
    workspace.tab("Main.hs").click()
    workspace.write(CALLING)
    workspace.is_saved()
    for press in ("Run", "Run optimised"):
        workspace.press(press)
        workspace.ends("exited with code 1")
        ways = workspace.pane("Output").get_by_role("link")
        expect(ways.filter(has_text="Gone.hs")).to_have_count(0)
        for place, file, line in (("Shapes.hs:6:", "Shapes.hs", 6), ("Main.hs:8:", "Main.hs", 8)):
            ways.filter(has_text=place).first.click()
            expect(workspace.tab(file)).to_have_attribute("aria-selected", "true")
            workspace.is_at_line(line)
            expect(workspace.code).to_be_focused()
    ways.filter(has_text="Shapes.hs:6:").first.press("Enter")
    workspace.is_at_line(6)
    expect(workspace.page.locator(".cm-line")).to_have_count(7)

    workspace.show("Terminal")
    workspace.tab("Main.hs").click()
    workspace.pane("Terminal").get_by_role("button", name="Run in the terminal").click()
    expect(workspace.pane("Terminal").locator(".run-line.ended")).to_contain_text("code 1", timeout=SLOW)
    workspace.follow_in_terminal("Terminal", "Shapes.hs:6:")
    workspace.is_at_line(6)


def test_the_form_names_the_program_that_would_run(workspace: IdePage) -> None:
    pane = workspace.pane("Output")
    form = pane.get_by_role("button", name="Run with")
    expect(form).to_contain_text("Run with Main.hs · no arguments · typed input")
    workspace.make_file("app/Main.hs")
    expect(form).to_contain_text("app/Main.hs")
    form.click()
    program = pane.get_by_label("Program")
    expect(program.locator("option:checked")).to_have_text("the workspace’s own (app/Main.hs)")
    workspace.make_file("thing.cabal")
    expect(program.locator("option:checked")).to_have_text("found by itself")
    program.select_option("Main.hs")
    expect(form).to_contain_text("Run with Main.hs")


def test_a_program_gets_the_arguments_and_the_input_of_the_form(workspace: IdePage) -> None:
    workspace.write(ECHO)
    pane = workspace.pane("Output")
    pane.get_by_role("button", name="Run with").click()
    pane.get_by_label("Arguments").fill('--name "Ada Lovelace" 42')
    pane.get_by_label("Standard input").fill("one\ntwo\nthree")
    workspace.run()
    workspace.prints('["--name","Ada Lovelace","42"]')
    workspace.prints("three two one")
    workspace.ends("exited 0")


def test_how_much_ghc_optimises_is_chosen_from_a_menu_and_kept(workspace: IdePage) -> None:
    page = workspace.page
    runs = page.get_by_role("group", name="Run")
    title = workspace.pane("Output").locator(".output-tools .title")
    runs.get_by_role("button", name="Optimisation: -O as the package says").click()
    runs.get_by_role("button", name="-O2 compiles longest, runs fastest").click()
    level = runs.get_by_role("button", name="Optimisation: -O2")
    expect(level).to_have_text("-O2")
    workspace.press("Run optimised")
    workspace.ends("exited 0")
    expect(title).to_have_text("$ Main  (-O2)")
    page.reload()
    workspace.is_ready()
    level.focus()
    page.keyboard.press("Enter")
    expect(runs.get_by_role("button", name="-O2 compiles longest")).to_have_class(re.compile("chosen"))
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(runs.get_by_role("button", name="-O0 compiles quickest")).to_be_focused()
    page.keyboard.press("Enter")
    expect(runs.get_by_role("button", name="Optimisation: -O0")).to_be_focused()
    page.keyboard.press("ControlOrMeta+Shift+Enter")
    expect(title).to_have_text("$ Main  (-O0)", timeout=SLOW)
    workspace.ends("exited 0")
    level = runs.get_by_role("button", name="Optimisation: -O0")
    level.click()
    page.keyboard.press("Escape")
    expect(runs.get_by_role("button", name="-O0 compiles quickest")).to_have_count(0)
    expect(level).to_be_focused()


def test_input_that_has_ended_stays_ended_when_the_page_is_loaded_anew(workspace: IdePage) -> None:
    workspace.write(WAITING)
    workspace.run()
    workspace.answer("first")
    workspace.prints("FIRST")
    field = workspace.page.get_by_label("Input for the program")
    field.press("Control+d")
    expect(field).to_have_count(0)
    workspace.page.reload()
    workspace.prints("FIRST")
    workspace.prints("waiting on")
    expect(workspace.pane("Output").locator(".run-line")).to_contain_text("Running", timeout=SLOW)
    expect(field).to_have_count(0)
    workspace.stop()


def test_several_lines_that_are_pasted_are_several_lines_to_the_program(workspace: IdePage) -> None:
    page = workspace.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    workspace.write(
        "main :: IO ()\nmain = do\n  lines <- mapM (const getLine) [1 :: Int .. 4]\n  print lines\n"
    )
    workspace.run()
    field = page.get_by_label("Input for the program")
    field.fill("ab")
    field.press("ArrowLeft")
    page.evaluate("navigator.clipboard.writeText('1\\r\\n2\\n\\n3')")
    field.press("ControlOrMeta+v")
    expect(field).to_have_value("3b")
    field.press("Enter")
    workspace.prints('["a1","2","","3b"]')


def test_input_that_is_refused_is_said_to_be(workspace: IdePage) -> None:
    workspace.write(WAITING)
    workspace.run()
    workspace.page.get_by_label("Input for the program").fill("x" * (512 * 1024 + 1))
    workspace.page.get_by_label("Input for the program").press("Enter")
    expect(workspace.said("text")).to_be_visible(timeout=SLOW)
    workspace.answer("first")
    workspace.prints("FIRST")
    workspace.stop()


def test_the_input_of_a_program_that_does_not_read_is_closed_with_a_sentence(workspace: IdePage) -> None:
    workspace.write(DEAF)
    workspace.run()
    workspace.prints("up")
    field = workspace.page.get_by_label("Input for the program")
    for _ in range(INPUT_BYTES // FILE_BYTES + 1):
        field.fill("x" * (FILE_BYTES - 1))
        field.press("Enter")
    closed = workspace.pane("Output").get_by_role("status").filter(has_text="Input is closed.")
    expect(closed).to_contain_text("has not read 4 MB of input: it is given no more", timeout=SLOW)
    expect(field).to_have_count(0)
    workspace.page.reload()
    expect(closed).to_contain_text("it is given no more", timeout=SLOW)
    workspace.stop()
    workspace.ends("stopped")


def test_time_cpu_and_memory_are_told_while_a_program_runs_and_when_it_has_run(workspace: IdePage) -> None:
    workspace.write(SUMS)
    workspace.run()
    line = workspace.pane("Output").locator(".run-line")
    expect(line).to_contain_text(re.compile(r"Running [\d.]+ s · [\d.]+ m?s CPU · [\d.]+ MB"), timeout=SLOW)
    workspace.stop()
    workspace.ends("stopped")
    expect(line).to_contain_text(re.compile(r"[\d.]+ m?s · [\d.]+ m?s CPU · [\d.]+ MB"))


def test_the_line_between_code_and_output_is_dragged_and_moved_with_keys(workspace: IdePage) -> None:
    line = workspace.page.get_by_role("separator", name="Width of the output")
    panel = workspace.page.get_by_role("region", name="Output and tools")

    def width() -> float:
        box = panel.bounding_box()
        assert box
        return box["width"]

    first = width()
    box = line.bounding_box()
    assert box
    workspace.page.mouse.move(box["x"] + 1, box["y"] + 100)
    workspace.page.mouse.down()
    workspace.page.mouse.move(box["x"] - 99, box["y"] + 100, steps=4)
    workspace.page.mouse.up()
    assert abs(width() - first - 100) < 5
    line.focus()
    workspace.page.keyboard.press("ArrowRight")
    assert width() < first + 95
    workspace.page.reload()
    workspace.is_ready()
    assert first + 50 < width() < first + 95, "it is remembered"


def test_interpreted_code_that_computes_long_is_offered_to_run_optimised(workspace: IdePage) -> None:
    workspace.write(SUMS)
    workspace.run()
    hint = workspace.pane("Output").locator(".run-line .advice")
    expect(hint).to_contain_text("Interpreted code is slow at computing.", timeout=SLOW)
    hint.get_by_role("button", name="Run optimised").click()
    workspace.prints("2000000001000000000")  # for which GHCi needs minutes
    workspace.ends("exited 0")
