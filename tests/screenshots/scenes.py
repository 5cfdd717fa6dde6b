"""How each picture's page is brought about; a scene's name is the name of its file."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.page import SLOW, IdePage
from tests.browser.programs import COMPILED, COVERED, PROFILED, STEPPED, TESTED
from tests.screenshots import programs
from tests.stack import Stack

Scene = Callable[[Stack, IdePage], None]


def hover(ide: IdePage, text: str) -> None:
    """The pointer rests on a word of the code."""
    ide.page.locator(".cm-line", has_text=text).last.get_by_text(text).last.hover()


def error(stack: Stack, ide: IdePage) -> None:
    ide.write(programs.WRONG)
    expect(ide.errors.first).to_be_visible(timeout=SLOW)
    ide.show("Problems")
    ide.errors.first.hover()
    expect(ide.page.locator(".message-fixes")).to_be_visible(timeout=SLOW)


def prompt(stack: Stack, ide: IdePage) -> None:
    ide.write(programs.ASKING)
    ide.run()
    ide.prints("What is your name?")
    ide.answer("Ada")
    ide.prints("favourite number?")
    ide.answer("12")
    ide.ends("exited 0")
    ide.run()
    ide.prints("What is your name?")


def types(stack: Stack, ide: IdePage) -> None:
    ide.write(COVERED)
    expect(ide.page.get_by_role("navigation", name="Outline")).to_contain_text("size", timeout=SLOW)
    hover(ide, "fromList")
    expect(ide.page.locator(".hover-doc")).to_contain_text("Build a map", timeout=SLOW)


def repl(stack: Stack, ide: IdePage) -> None:
    ide.write(COMPILED)
    ide.is_saved()
    ide.show("REPL")
    ide.pane("REPL").get_by_role("button", name="Start GHCi").click()
    screen = ide.pane("REPL").locator(".xterm-rows")
    expect(screen).to_contain_text("ghci>", timeout=SLOW)
    for line, answer in (
        (":type squares", "-> Double"),
        ("squares [3, 4]", "25.0"),
        ("map squares [[x] | x <- [1 .. 4]]", "16.0]"),
    ):
        ide.page.keyboard.type(line + "\n")
        expect(screen).to_contain_text(answer, timeout=SLOW)


def hoogle(stack: Stack, ide: IdePage) -> None:
    ide.page.keyboard.press("Shift+Alt+h")
    query = ide.page.get_by_role("combobox", name="Search packages and workspace by name or type")
    query.fill("(a -> b) -> [a] -> [b]")
    found = ide.page.get_by_role("listbox", name="Found definitions").get_by_role("option")
    expect(found.first).to_contain_text("[b]", timeout=SLOW)
    expect(ide.page.get_by_role("article")).to_be_visible(timeout=SLOW)


def tests(stack: Stack, ide: IdePage) -> None:
    ide.write(TESTED)
    for name in ("Check the examples", "Check prop_small", "Run the test double"):
        ide.page.locator(f'.cm-run-gutter button[aria-label^="{name}"]').first.click(timeout=SLOW)
        expect(ide.page.locator(".run-mark.running")).to_have_count(0, timeout=SLOW)
    expect(ide.page.locator(".run-said").last).to_contain_text("expected: 5", timeout=SLOW)


def debugger(stack: Stack, ide: IdePage) -> None:
    ide.write(STEPPED)
    ide.page.locator(".cm-line").nth(8).click()
    ide.page.keyboard.press("F9")
    ide.page.keyboard.press("Alt+F5")
    pane = ide.pane("Debugger")
    expect(pane).to_contain_text("Stopped in total", timeout=SLOW)
    row = pane.get_by_role("row", name=re.compile("^numbers"))
    row.get_by_role("button", name="Evaluate numbers").click()
    expect(row).to_contain_text("[2,4,6]", timeout=SLOW)


def coverage(stack: Stack, ide: IdePage) -> None:
    ide.write(COVERED)
    ide.choose("Run with coverage")
    expect(ide.page.locator(".cm-content .covered.never").first).to_be_visible(timeout=SLOW)


def profile(stack: Stack, ide: IdePage) -> None:
    ide.write(PROFILED)
    ide.choose("Profile")
    expect(ide.pane("Insight").get_by_role("img", name=re.compile("Flame graph"))).to_be_visible(timeout=SLOW)


def core(stack: Stack, ide: IdePage) -> None:
    ide.write(COMPILED)
    ide.choose("Show the Core of this file")
    line = ide.pane("Compiled").locator(".cm-line", has_text="*##").first
    expect(line).to_be_visible(timeout=SLOW)
    line.hover()


def matrix(stack: Stack, ide: IdePage) -> None:
    ide.write(programs.VERSION)
    ide.choose("Run on every toolchain")
    newer = ide.pane("Toolchains").get_by_role("row", name="ghc-9.10")
    expect(newer).to_contain_text("differs", timeout=SLOW)
    newer.get_by_role("button", name="ghc-9.10").click()
    expect(ide.pane("Toolchains").locator(".details pre")).to_be_visible()


def written(stack: Stack, ide: IdePage) -> None:
    ide.write(programs.DRAWING)
    ide.run()
    ide.ends("exited 0")
    ide.page.get_by_role("region", name="Written by programs").get_by_role(
        "button", name="triangles.svg"
    ).click()
    expect(ide.page.get_by_role("img", name="What is in triangles.svg")).to_be_visible(timeout=SLOW)


def quota(stack: Stack, ide: IdePage) -> None:
    ide.run()
    ide.ends("exited 0")
    ide.page.get_by_role("button", name=re.compile("^Quota")).click()
    expect(ide.page.locator(".quota-body progress").first).to_be_visible(timeout=SLOW)


def palette(stack: Stack, ide: IdePage) -> None:
    ide.page.keyboard.press("F1")
    expect(ide.page.get_by_role("option").first).to_be_visible()


def admin_quotas(stack: Stack, ide: IdePage) -> None:
    sign_in(stack, ide)
    ide.page.goto("/admin/ide/user/")


def pool(stack: Stack, ide: IdePage) -> None:
    sign_in(stack, ide)
    ide.page.goto("/admin/ide/host/live/")
    expect(ide.page.get_by_text("local").first).to_be_visible(timeout=SLOW)
    ide.page.wait_for_timeout(3000)  # figures come once a second


def sign_in(stack: Stack, ide: IdePage) -> None:
    stack.user("root", staff=True)
    ide.page.goto("/admin/login/?next=/admin/")
    ide.page.get_by_label("Username").fill("root")
    ide.page.get_by_label("Password").fill("root")
    ide.page.get_by_role("button", name="Log in").click()
    expect(ide.page).to_have_url(re.compile("/admin/$"))


def phone_code(stack: Stack, ide: IdePage) -> None:
    ide.write(programs.ASKING)
    expect(ide.errors).to_have_count(0, timeout=SLOW)


def phone_output(stack: Stack, ide: IdePage) -> None:
    ide.write(programs.ASKING)
    bar = ide.page.get_by_role("navigation", name="Parts of the page")
    bar.get_by_role("button", name="Run").click()
    ide.prints("What is your name?")


OF_A_WORKSPACE: tuple[Scene, ...] = (
    *(error, types, prompt, repl, hoogle, tests, debugger, coverage),
    *(profile, core, matrix, written, quota, palette),
)
OF_A_PHONE: tuple[Scene, ...] = (phone_code, phone_output)
OTHERS: tuple[Scene, ...] = (admin_quotas, pool)
