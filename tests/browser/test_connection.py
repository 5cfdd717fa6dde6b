"""What a page does whose service goes away in the middle of something, or changes."""

import json
import re

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.page import IdePage

pytestmark = [pytest.mark.engine, pytest.mark.browser]

ASKS = """\
main :: IO ()
main = do
  putStr "Your name? "
  name <- getLine
  putStrLn ("Hello, " ++ name)
"""
RESTARTS = 1012  # how a server that restarts closes a WebSocket


def test_a_start_whose_answer_is_lost_is_one_run_in_its_own_pane(workspace: IdePage) -> None:
    page = workspace.page
    lost: list[str | bytes] = []

    def interrupted(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def tell(message: str | bytes) -> None:
            result = json.loads(message).get("result")
            if not lost and isinstance(result, dict) and "runId" in result:
                lost.append(message)
                server.close()
                route.close(code=RESTARTS)
            else:
                route.send(message)

        server.on_message(tell)

    page.route_web_socket(re.compile("/ws/workspaces/"), interrupted)
    page.reload()
    workspace.is_ready()
    workspace.write(ASKS)
    workspace.is_saved()
    workspace.show("Terminal")
    workspace.pane("Terminal").get_by_role("button", name="Run in the terminal").click()
    workspace.prints("Your name?", tab="Terminal")
    assert lost
    page.keyboard.type("Ada\n")
    workspace.prints("Hello, Ada", tab="Terminal")
    workspace.show("Output")
    expect(workspace.pane("Output").locator(".run-line")).to_have_count(0)


def test_a_part_of_the_page_that_is_gone_is_told_with_a_way_to_the_new_one(workspace: IdePage) -> None:
    page = workspace.page
    page.route(re.compile("/assets/ViewsPane-"), lambda route: route.fulfill(status=404, body=""))
    workspace.choose("Show the Core of this file")
    told = workspace.said("could not be loaded")
    expect(told).to_contain_text("Reloading helps")
    workspace.forgive("404")
    page.unroute(re.compile("/assets/ViewsPane-"))
    told.get_by_role("button", name="Reload").click()
    workspace.is_ready()
    workspace.choose("Show the Core of this file")
    expect(workspace.pane("Compiled")).to_be_visible()
