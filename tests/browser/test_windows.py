"""Two windows of one workspace, and one that was away for a while."""

import re

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.page import SLOW, IdePage

pytestmark = [pytest.mark.engine, pytest.mark.browser]

RESTARTS = 1012  # how a server that restarts closes a WebSocket
PRINTS = 'main :: IO ()\nmain = putStrLn ("It is " ++ show answer ++ "!")\n'
LONG = PRINTS + "\n".join(f"-- line {number}" for number in range(200))


def another(workspace: IdePage) -> IdePage:
    """A second window of the same workspace."""
    other = IdePage(workspace.page.context.new_page())
    other.page.goto(workspace.page.url)
    other.is_ready()
    return other


def test_what_another_window_types_leaves_the_cursor_and_what_can_be_undone(workspace: IdePage) -> None:
    page = workspace.page
    workspace.write(f"{LONG}\n\nanswer :: Int\nanswer = 6\n")
    workspace.is_saved()
    other = another(workspace)
    workspace.put_cursor(205, 11)
    page.keyboard.type("0")
    other.put_cursor(205, 1)
    expect(other.code).to_contain_text("answer = 60", timeout=SLOW)
    other.page.keyboard.press("ControlOrMeta+Home")
    other.page.keyboard.type("-- by the other\n")
    other.is_saved()

    expect(page.locator(".cm-activeLine")).to_have_text("answer = 60", timeout=SLOW)
    workspace.is_at_line(206)
    page.keyboard.type("1")
    expect(page.locator(".cm-activeLine")).to_have_text("answer = 601")
    for left in ("answer = 60", "answer = 6"):
        page.keyboard.press("ControlOrMeta+z")
        expect(page.locator(".cm-activeLine")).to_have_text(left)
    workspace.is_saved()
    workspace.run()
    workspace.prints("It is 6!")
    workspace.put_cursor(1, 1)
    expect(workspace.code).to_contain_text("-- by the other")
    assert other.complaints == []


def test_a_file_that_was_deleted_while_a_window_was_away_stays_deleted(workspace: IdePage) -> None:
    page = workspace.page
    lines: list[WebSocketRoute] = []
    away = False

    def interruptible(route: WebSocketRoute) -> None:
        if away:
            route.close(code=RESTARTS)
        else:
            lines.append(route)
            route.connect_to_server()

    page.route_web_socket(re.compile("/ws/workspaces/"), interruptible)
    page.reload()
    workspace.is_ready()
    workspace.make_file("Lib.hs")
    workspace.is_saved()
    other = another(workspace)
    away = True
    lines[-1].close(code=RESTARTS)
    expect(workspace.status).to_contain_text("offline", timeout=SLOW)
    other.tree.get_by_role("button", name="Lib.hs", exact=True).press("Delete")
    other.has_files("Main.hs")
    away = False
    workspace.is_ready()
    workspace.has_files("Main.hs")
    expect(workspace.tab("Lib.hs")).to_have_count(0)
    expect(workspace.code).to_contain_text("main")
    other.page.reload()
    other.has_files("Main.hs")
    assert other.complaints == []
