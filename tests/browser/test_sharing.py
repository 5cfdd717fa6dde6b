"""The list of workspaces, and copies for others."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page import SLOW, IdePage
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.browser]


def sign_in(stack: Stack, ide: IdePage, name: str) -> None:
    stack.user(name)
    ide.page.goto("/accounts/login/")
    ide.page.get_by_label("Username").fill(name)
    ide.page.get_by_label("Password").fill(name)
    ide.page.get_by_role("button", name="Sign in").click()
    expect(ide.page).to_have_url(re.compile("/workspaces"))


def test_workspaces_are_made_renamed_deleted_and_brought_back(stack: Stack, ide: IdePage) -> None:
    page = ide.page
    sign_in(stack, ide, "bob")
    expect(page.get_by_text("None yet.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Counting words")).click()
    expect(ide.code).to_contain_text("Map", timeout=SLOW)

    page.goto("/workspaces")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("textbox", name="Name of the workspace").fill("Poems")
    page.keyboard.press("Enter")
    entry = page.get_by_role("link", name=re.compile("^Poems"))
    expect(entry).to_be_visible()

    page.get_by_role("button", name="Delete").click()
    expect(entry).to_have_count(0)
    ide.said("Deleting Poems").get_by_role("button", name="Undo").click()
    expect(entry).to_be_visible()


def test_a_shared_copy_is_read_by_a_stranger_who_forks_it(
    stack: Stack, browser: Browser, ide: IdePage
) -> None:
    page = ide.page
    sign_in(stack, ide, "alice-shares")
    page.get_by_role("button", name="New workspace").click()
    ide.write('main :: IO ()\nmain = putStrLn "from Alice"\n')
    ide.is_saved()
    page.keyboard.press("F1")
    page.get_by_label("Find an action").fill("share")
    page.keyboard.press("Enter")
    with page.context.expect_page() as opened:
        ide.said("shared").get_by_role("button", name="Open it").click()
    address = opened.value.url

    context = browser.new_context(base_url=stack.url)
    stranger = IdePage(context.new_page())
    stranger.page.goto(address)
    expect(stranger.code).to_contain_text("from Alice")
    stranger.code.click()
    stranger.page.keyboard.type("changed")
    expect(stranger.code).not_to_contain_text("changed")
    stranger.page.keyboard.press("Tab")
    stranger.code.click()
    stranger.page.keyboard.press("ControlOrMeta+a")
    stranger.page.keyboard.type("changed")
    expect(stranger.code).to_have_text('main :: IO ()main = putStrLn "from Alice"')
    stranger.code.click()
    for keys in ("x", "ControlOrMeta+Enter"):
        stranger.page.keyboard.press(keys)
        told = stranger.said("This copy is to read. Fork it")
        expect(told).to_have_count(1)
        told.get_by_role("button").click()
        expect(told).to_have_count(0)
    stranger.page.get_by_role("button", name="Fork").click()
    expect(stranger.page).to_have_url(re.compile("/w/"))
    stranger.run()
    stranger.prints("from Alice")
    assert stranger.complaints == []
    context.close()


def test_the_choice_of_dark_holds_on_every_page(ide: IdePage) -> None:
    page = ide.page
    page.goto("/")
    page.get_by_role("button", name=re.compile("^You: ")).click()
    page.get_by_role("button", name="Dark colours").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/accounts/login/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
