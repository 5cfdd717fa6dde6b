"""A new user's way through the page, with every real part behind it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import visitor
from tests.browser.page import SLOW, IdePage
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.browser]

GREETING = """\
module Main where

import System.IO

main :: IO ()
main = do
  hSetBuffering stdout NoBuffering
  putStr "What is your name? "
  name <- getLine
  putStrLn ("Hello, " ++ name ++ "!")
"""
WRONG = GREETING.replace("getLine", "pure 'x'")
COUNTING = """\
module Main where

import Control.Concurrent (threadDelay)

main :: IO ()
main = mapM_ (\\n -> print n >> threadDelay 100000) [1 :: Int ..]
"""
OWNER = """
from ide.models import Workspace
print(Workspace.objects.get(pk=%r).user.username)
"""
SENTENCE = re.compile("runs a minute")


def test_a_new_user_edits_runs_stops_and_comes_back(stack: Stack, browser: Browser, ide: IdePage) -> None:
    page = ide.page
    page.goto("/")
    expect(ide.code).to_contain_text("main")
    ide.write(WRONG)
    expect(ide.errors.first).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("tab", name=re.compile("Problems"))).to_contain_text("1")
    ide.write(GREETING)
    expect(ide.errors).to_have_count(0, timeout=SLOW)

    ide.run()
    ide.prints("What is your name?")
    ide.answer("Ada")
    ide.prints("Hello, Ada!")
    ide.ends("exited 0")

    ide.write(COUNTING)
    ide.run()
    ide.prints("5")
    page.reload()
    ide.prints("5")  # what was printed before
    shown = max(map(int, re.findall(r"^\d+$", ide.pane("Output").inner_text(), re.MULTILINE)))
    ide.prints(re.compile(rf"\b{shown + 10}\b"))
    ide.stop()
    ide.ends("stopped")
    with page.expect_download() as saved:
        ide.pane("Output").get_by_role("button", name="Save").click()
    numbers = [int(line) for line in saved.value.path().read_text().split()]
    assert numbers == list(range(1, len(numbers) + 1)), "each once, in order"

    ide.show("REPL")
    ide.pane("REPL").get_by_role("button", name="Start GHCi").click()
    expect(ide.pane("REPL").locator(".xterm-rows")).to_contain_text("ghci>", timeout=SLOW)
    page.keyboard.type("6 * 7\n")
    expect(ide.pane("REPL").locator(".xterm-rows")).to_contain_text("42", timeout=SLOW)

    ide.show("Output")
    ide.write(GREETING.replace("putStr ", "putStrLn "))  # a native program keeps half a line back
    ide.press("Run optimised")
    ide.prints("Compiling")
    ide.prints("What is your name?")
    ide.answer("Grace")
    ide.prints("Hello, Grace!")
    ide.ends("exited 0")

    lower_runs_a_minute(stack, browser, owner(stack, page.url))
    ide.run()
    expect(ide.pane("Output").locator(".refused")).to_have_text(SENTENCE, timeout=SLOW)


def test_a_visitor_sees_and_runs_the_example_that_they_choose(ide: IdePage) -> None:
    ide.page.goto("/")
    examples = ide.page.get_by_role("navigation", name="Examples")
    for title, line in (
        ("Counting words", "import qualified Data.Map"),
        ("Interactive input", "What is your name?"),
    ):
        examples.get_by_role("button", name=title).click()
        expect(ide.page.locator(".cm-content")).to_contain_text(line)
    ide.run()
    ide.prints("What is your name?")
    expect(ide.page.locator(".cm-content")).to_contain_text("What is your name?")


def test_the_tests_of_the_example_project_run(ide: IdePage) -> None:
    page = ide.page
    page.goto("/")
    page.get_by_role("button", name=re.compile("project with tests")).click()
    ide.press("Tests")
    ide.prints(re.compile("examples?, 0 failures"))
    ide.ends("tests passed")


def owner(stack: Stack, url: str) -> str:
    """The name of the guest's account, by the address of its workspace."""
    code = OWNER % url.rpartition("/")[2]
    return stack.manage("shell", "--no-imports", "-c", code).split()[-1]


def lower_runs_a_minute(stack: Stack, browser: Browser, username: str) -> None:
    """What an administrator does, in the admin's pages."""
    stack.user("root", staff=True)
    with visitor(browser, stack.url) as context:
        lower(context.new_page(), username)


def lower(admin: Page, username: str) -> None:
    admin.goto("/admin/")
    admin.get_by_label("Username").fill("root")
    admin.get_by_label("Password").fill("root")
    admin.get_by_role("button", name="Log in").click()
    admin.goto("/admin/ide/user/")
    admin.get_by_role("link", name=username, exact=True).click()
    admin.get_by_text("Add another Different numbers").click()
    admin.locator("input[name$=runs_per_minute]:visible").fill("0")
    admin.get_by_role("button", name="Save", exact=True).click()
    expect(admin.get_by_text("was changed successfully")).to_be_visible()
