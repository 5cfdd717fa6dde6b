"""Everything is reached with the keyboard, and with a thumb."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import PHONE, visitor
from tests.browser.page import SLOW, IdePage
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.browser]

TWO_ERRORS = """\
main :: IO ()
main = do
  putStrLn 'a'
  putStrLn True
"""
ASKING = """\
main :: IO ()
main = putStr "Name? " >> getLine >>= putStrLn . ("Hello " ++)
"""
REVERSING = "main :: IO ()\nmain = getLine >>= putStrLn . reverse\n"
SLEEPING = "import Control.Concurrent\n\nmain :: IO ()\nmain = threadDelay maxBound\n"
ENDLESS = """\
main :: IO ()
main = do
  putStrLn "begun"
  mapM_ (\\_ -> pure ()) (repeat ())
"""


def test_run_and_stop_have_keys(workspace: IdePage) -> None:
    workspace.write(ENDLESS)
    workspace.page.keyboard.press("ControlOrMeta+Enter")
    workspace.prints("begun")
    workspace.page.keyboard.press("ControlOrMeta+.")
    workspace.ends("stopped")


def test_f8_goes_from_error_to_error(workspace: IdePage) -> None:
    workspace.write(TWO_ERRORS)
    expect(workspace.errors).to_have_count(2, timeout=60_000)
    workspace.page.keyboard.press("ControlOrMeta+Home")
    for line in ("3", "4", "3"):
        workspace.page.keyboard.press("F8")
        expect(workspace.page.locator(".cm-lineNumbers .cm-activeLineGutter")).to_have_text(line)


def test_the_palette_runs_what_it_finds_also_itself(workspace: IdePage) -> None:
    page = workspace.page
    page.keyboard.press("ControlOrMeta+p")
    files = page.get_by_label("Go to a file")
    files.fill("> go to a file")
    page.keyboard.press("Enter")
    expect(files).to_have_value("")
    expect(files).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("F1")
    page.get_by_label("Find an action").fill("show the problems")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name=re.compile("Problems"))).to_have_attribute("aria-selected", "true")


def test_escape_then_tab_leaves_the_editor(workspace: IdePage) -> None:
    workspace.code.click()
    workspace.page.keyboard.press("Tab")
    assert workspace.page.evaluate("document.activeElement.closest('.cm-editor') !== null")
    workspace.page.keyboard.press("Escape")
    workspace.page.keyboard.press("Tab")
    assert workspace.page.evaluate("document.activeElement.closest('.cm-editor') === null")


def test_files_are_switched_with_keys(workspace: IdePage) -> None:
    page = workspace.page
    workspace.make_file("src/Shapes.hs")
    page.keyboard.press("ControlOrMeta+p")
    page.get_by_label("Go to a file").fill("main")
    page.keyboard.press("Enter")
    for key, name in ((None, "Main.hs"), ("Alt+PageDown", "Shapes.hs"), ("Alt+PageUp", "Main.hs")):
        if key:
            page.keyboard.press(key)
        expect(workspace.tab(name)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Alt+g")
    page.get_by_role("combobox").fill("2")
    page.keyboard.press("Enter")
    page.keyboard.type("-- typed here")
    expect(page.locator(".cm-line").nth(1)).to_contain_text("-- typed here")


def test_the_native_program_the_repl_and_help_have_keys(workspace: IdePage) -> None:
    page = workspace.page
    workspace.code.click()
    page.keyboard.press("ControlOrMeta+Shift+Enter")
    workspace.prints("Compiling")
    workspace.ends("exited 0")
    page.keyboard.press("ControlOrMeta+Backquote")
    screen = workspace.pane("REPL").locator(".xterm-rows")
    expect(screen).to_contain_text("ghci>", timeout=SLOW)
    page.get_by_role("tab", name="REPL").focus()
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog")
    expect(help_).to_contain_text("Next problem")
    expect(help_.get_by_role("heading", name="Keys")).to_be_in_viewport()
    expect(help_.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(help_).to_have_count(0)


def test_the_keyboard_goes_to_a_program_that_asks_and_back_to_the_editor_when_it_ends(
    workspace: IdePage,
) -> None:
    workspace.write(ASKING)
    workspace.is_saved()
    workspace.page.keyboard.press("ControlOrMeta+Enter")
    field = workspace.page.get_by_label("Input for the program")
    expect(field).to_be_focused(timeout=SLOW)
    workspace.page.keyboard.type("Ada\n")
    workspace.prints("Hello Ada")
    expect(workspace.code).to_be_focused()
    workspace.page.keyboard.press("ControlOrMeta+Enter")
    expect(field).to_be_focused(timeout=SLOW)
    workspace.page.keyboard.press("Control+d")
    expect(workspace.code).to_be_focused()
    workspace.ends("exited with code 1")


@pytest.mark.parametrize("start", ["Run", "Run optimised", "the key"])
def test_the_keyboard_goes_to_a_program_that_reads_and_asks_nothing(workspace: IdePage, start: str) -> None:
    workspace.write(REVERSING)
    workspace.is_saved()
    if start == "the key":
        workspace.page.keyboard.press("ControlOrMeta+Enter")
    else:
        workspace.press(start)
    field = workspace.page.get_by_label("Input for the program")
    expect(field).to_have_attribute("placeholder", re.compile("waits"), timeout=SLOW)
    expect(field).to_be_focused()
    workspace.page.keyboard.type("stressed\n")
    workspace.prints("desserts")
    workspace.ends("exited 0")
    expect(workspace.page.locator(".cm-line").first).to_have_text("main :: IO ()")


def test_no_key_is_too_fast_for_the_keyboard_to_follow(workspace: IdePage) -> None:
    page = workspace.page
    workspace.write(REVERSING)
    workspace.is_saved()
    page.clock.set_fixed_time(1_800_000_000)
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.get_by_label("Input for the program")).to_be_focused(timeout=SLOW)
    workspace.stop()


def test_the_keyboard_stays_with_who_goes_on_with_the_code(workspace: IdePage) -> None:
    page = workspace.page
    field = page.get_by_label("Input for the program")
    waits = re.compile("waits")
    workspace.write(REVERSING)
    going_on: list[Callable[[], None]] = [
        lambda: page.keyboard.type("-- more"),
        lambda: page.keyboard.press("ArrowUp"),
        workspace.code.click,
    ]
    for go_on in going_on:
        page.keyboard.press("ControlOrMeta+Enter")
        go_on()
        expect(field).to_have_attribute("placeholder", waits, timeout=SLOW)
        expect(workspace.code).to_be_focused()
        workspace.stop()
        workspace.ends("stopped")
        workspace.code.click()
    page.keyboard.press("ControlOrMeta+Enter")
    page.keyboard.press("ControlOrMeta+f")
    expect(field).to_have_attribute("placeholder", waits, timeout=SLOW)
    expect(page.get_by_label("Find", exact=True)).to_be_focused()


def test_a_program_that_sleeps_takes_no_keyboard(workspace: IdePage) -> None:
    workspace.write(SLEEPING)
    workspace.page.keyboard.press("ControlOrMeta+Enter")
    line = workspace.pane("Output").locator(".run-line")
    expect(line).to_contain_text(re.compile(r"Running [3-9][\d.]* s"), timeout=SLOW)
    expect(workspace.code).to_be_focused()
    workspace.stop()


def test_what_can_do_nothing_where_the_cursor_is_says_so(workspace: IdePage) -> None:
    workspace.write("module Main (main) where\n\nmain :: IO ()\nmain = print 1\n")
    workspace.is_saved()
    workspace.is_quiet()
    tried = [
        ("F2", "Put the cursor on a name to rename it."),
        ("F12", "Put the cursor on a name to go to its definition."),
        ("Shift+F12", "Put the cursor on a name to find its uses."),
        ("Alt+i", "Nothing is known of what stands at the cursor."),
        ("Alt+Enter", "There is nothing to fix here."),
        ("Shift+Alt+f", "It is formatted already."),
        ("Shift+Alt+e", "There is no example here"),
        ("F8", "There are no problems."),
    ]
    workspace.put_cursor(2, 1)
    says(workspace, tried)
    workspace.make_file("notes.txt")
    workspace.code.click()
    tried[-3:] = [
        ("Shift+Alt+f", "Only Haskell files (.hs) can be formatted."),
        ("Shift+Alt+e", "Only examples in Haskell files (.hs)"),
        ("Shift+Alt+r", "There is nothing here that can be run by itself"),
        ("F9", "A breakpoint stands in a Haskell file."),
    ]
    says(workspace, tried)


def says(ide: IdePage, tried: list[tuple[str, str]]) -> None:
    for key, sentence in tried:
        ide.page.keyboard.press(key)
        told = ide.said(sentence)
        expect(told).to_be_visible(timeout=SLOW)
        told.get_by_role("button").click()
        expect(told).to_have_count(0)
        ide.code.focus()


def test_screen_readers_hear_what_changes(workspace: IdePage) -> None:
    heard = workspace.page.locator(".heard[aria-live=polite]")
    expect(heard).to_have_text("Ready.")
    workspace.run()
    expect(heard).to_contain_text("exited 0", timeout=SLOW)
    workspace.write(TWO_ERRORS)
    expect(workspace.errors).to_have_count(2, timeout=SLOW)
    workspace.page.keyboard.press("F8")
    expect(heard).to_contain_text("Couldn't match")


def test_a_phone_shows_one_part_at_a_time_and_runs(stack: Stack, browser: Browser) -> None:
    with visitor(browser, stack.url, PHONE) as context:
        shows_one_part_and_runs(IdePage(context.new_page()))


def test_a_message_has_room_on_a_phone(workspace: IdePage) -> None:
    workspace.write('main :: IO ()\nmain = putStrLn "some words to the left" >> putStrLn True\n')
    expect(workspace.errors).to_have_text(["True"], timeout=SLOW)
    workspace.page.set_viewport_size(PHONE)
    workspace.page.keyboard.press("F8")
    workspace.page.keyboard.press("Alt+i")
    box = workspace.page.locator(".cm-tooltip-hover")
    expect(box).to_contain_text("Couldn't match", timeout=SLOW)
    expect(box).to_be_in_viewport(ratio=1)
    assert box.evaluate("each => each.clientWidth") > 300


def test_a_message_leads_to_its_line_on_a_phone(workspace: IdePage) -> None:
    workspace.write("main :: IO ()\nmain = putStrLn True\n")
    expect(workspace.errors).to_have_count(1, timeout=SLOW)
    workspace.page.set_viewport_size(PHONE)
    workspace.page.keyboard.press("ControlOrMeta+Enter")
    place = workspace.pane("Output").get_by_role("button", name=re.compile("2:17"))
    expect(workspace.code).to_be_hidden(timeout=SLOW)
    place.click(timeout=SLOW)
    expect(workspace.code).to_be_focused()
    workspace.is_at_line(2)


def shows_one_part_and_runs(phone: IdePage) -> None:
    phone.page.goto("/")
    expect(phone.code).to_be_visible()
    expect(phone.page.get_by_role("tree", name="Files")).to_be_hidden()
    bar = phone.page.get_by_role("navigation", name="Parts of the page")
    bar.get_by_role("button", name="Run").tap()
    phone.ends("exited 0")
    expect(phone.code).to_be_hidden()
    bar.get_by_role("button", name="Code").tap()
    phone.write(ENDLESS + "  print ")
    for key in ("()", "::", "Undo", "Undo"):
        phone.page.get_by_role("toolbar", name="Keys").get_by_role("button", name=key, exact=True).tap()
    expect(phone.code).to_have_text(re.compile(r"print $"))
    phone.write("-- a line that is longer than a phone is wide, by far\n" + ENDLESS)
    assert phone.page.locator(".cm-scroller").evaluate("each => each.scrollWidth <= each.clientWidth")
    bar.get_by_role("button", name="Run").tap()
    bar.get_by_role("button", name="Stop").tap()
    phone.ends("stopped")
    phone.page.get_by_role("button", name=re.compile("Workspace: ")).click()
    phone.page.get_by_role("button", name="Rename").click()
    phone.page.get_by_role("dialog").get_by_role("textbox").fill("A name that is longer than a phone is wide")
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator(".workspace-name")).to_have_text(re.compile("longer than"), timeout=SLOW)
    word = phone.page.locator(".status-word")
    assert word.evaluate("each => each.scrollWidth <= each.clientWidth"), "the state can be read"
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert phone.complaints == []
