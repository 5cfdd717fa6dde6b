"""The menu of what a user may use says what the API says."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.page import SLOW, IdePage

pytestmark = [pytest.mark.engine, pytest.mark.browser]


def test_the_menu_shows_the_numbers_of_the_api(workspace: IdePage) -> None:
    page = workspace.page
    workspace.run()
    workspace.ends("exited 0")
    page.get_by_role("button", name=re.compile("^Quota")).click()
    menu = page.locator(".quota-body")
    expect(menu).to_contain_text("Runs", timeout=SLOW)
    told = page.request.get("/api/v1/quota").json()
    expect(menu.get_by_role("heading")).to_have_text(f"Plan: {told['plan']['name']}")
    menu.get_by_text("What each session and run may use").click()
    expect(menu.get_by_role("listitem")).to_have_count(len(told["items"]))
    counted = [each for each in told["items"] if each["unit"] == "count" and each["used"] is not None]
    assert counted
    for item in counted:
        line = menu.get_by_role("listitem").filter(
            has_text=re.compile(re.escape(item["label"]), re.IGNORECASE)
        )
        expect(line.first).to_contain_text(f"{item['used']:,g} of {item['limit']:,g}, {item['left']:,g} left")
