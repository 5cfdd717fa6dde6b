"""What programs print is text, whatever it is and however much."""

import re

import pytest
from playwright.sync_api import expect

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


def test_an_uncaught_exception_is_shown_as_an_error_and_explained(workspace: IdePage) -> None:
    workspace.write(FAILING)
    workspace.run()
    workspace.ends("exited with code 1")
    expect(workspace.pane("Output").locator(".stderr").first).to_contain_text("boom")
    expect(workspace.pane("Output").locator(".run-line")).to_contain_text("uncaught exception")


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


def test_interpreted_code_that_computes_long_is_offered_to_run_optimised(workspace: IdePage) -> None:
    workspace.write(SUMS)
    workspace.run()
    hint = workspace.pane("Output").locator(".run-line .advice")
    expect(hint).to_contain_text("Interpreted code is slow at computing.", timeout=SLOW)
    hint.get_by_role("button", name="Run optimised").click()
    workspace.prints("2000000001000000000")  # for which GHCi needs minutes
    workspace.ends("exited 0")
