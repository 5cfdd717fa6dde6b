"""What a user sees when the session sleeps, is lost or has no room, and what typing does then."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
import redis
from playwright.sync_api import Locator, Route, expect

from sandbox import keys
from tests.browser.page import SLOW, IdePage
from tests.browser.sessions import put_to_sleep, session_of
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.browser]

UNKNOWN = "main :: IO ()\nmain = unknown\n"
WRITES_MUCH = """\
import qualified Data.ByteString as B
import System.IO

main :: IO ()
main = do
  noise <- withBinaryFile "/dev/urandom" ReadMode (`B.hGet` (40 * 1024 * 1024))
  B.writeFile "big.bin" noise
  writeFile "small.txt" "small"
"""
CORDON = """
from ide.models import Host
from ide.pool import publish_if_reachable
Host.objects.update(cordoned=%r)
publish_if_reachable()
"""


def notice(ide: IdePage) -> Locator:
    """The line under the bar."""
    return ide.page.locator(".notice")


def sign_in(ide: IdePage) -> None:
    ide.page.get_by_label("Username").fill("dora")
    ide.page.get_by_label("Password").fill("dora")
    ide.page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def full(stack: Stack) -> Iterator[Callable[[], None]]:
    """All memory of the machine is held for somebody else, until what it gives is called."""
    with redis.Redis.from_url(stack.redis_url) as client:

        def leave() -> None:
            client.hdel(keys.RESERVED % "local", "somebody")

        client.hset(keys.RESERVED % "local", "somebody", f"{10**15}:{int((time.time() + 600) * 1000)}:u0")
        yield leave
        leave()


@pytest.fixture
def cordoned(stack: Stack) -> Iterator[None]:
    stack.manage("shell", "--no-imports", "-c", CORDON % True)
    yield
    stack.manage("shell", "--no-imports", "-c", CORDON % False)


def test_a_sleeping_session_wakes_at_the_next_key(stack: Stack, workspace: IdePage) -> None:
    put_to_sleep(stack, workspace)
    workspace.write(UNKNOWN)
    expect(workspace.errors).to_have_count(1, timeout=SLOW)
    expect(workspace.status).to_contain_text("ready")
    workspace.is_saved()


def test_what_a_sleeping_session_had_no_room_for_is_said_until_one_has_read_it(
    stack: Stack, workspace: IdePage
) -> None:
    unkept = workspace.page.get_by_role("complementary", name="Not kept")
    workspace.write(WRITES_MUCH)
    workspace.run()
    workspace.ends("exited 0")
    put_to_sleep(stack, workspace)
    workspace.write(UNKNOWN)
    expect(workspace.errors).to_have_count(1, timeout=SLOW)
    expect(workspace.status).to_contain_text("ready")
    expect(unkept).to_contain_text("big.bin (40 MB). Of what programs write, up to 32 MB")
    expect(unkept).not_to_contain_text("small.txt")
    workspace.is_saved()
    workspace.page.reload()
    expect(unkept).to_be_visible(timeout=SLOW)
    unkept.get_by_role("button", name="Close").click()
    expect(unkept).to_have_count(0)
    workspace.page.reload()
    workspace.is_ready()
    expect(unkept).to_have_count(0)


def test_what_is_typed_after_a_loss_is_in_the_session_that_follows(stack: Stack, workspace: IdePage) -> None:
    page = workspace.page
    workspace.write('first :: String\nfirst = "one"\n')
    workspace.is_saved()
    workspace.is_quiet()  # a question that is under way would open the next session at once
    for container in stack.containers(session_of(workspace)):
        container.remove(force=True)
    expect(workspace.status).to_contain_text("lost", timeout=SLOW)
    expect(notice(workspace)).to_contain_text("with all your files")
    page.keyboard.insert_text("main :: IO ()\nmain = unknown\n")
    expect(workspace.errors).to_have_count(1, timeout=SLOW)
    expect(notice(workspace)).to_have_count(0)
    for _ in "unknown\n":
        page.keyboard.press("Backspace")
    page.keyboard.insert_text("putStrLn first\n")
    workspace.run()
    workspace.prints("one")


def test_what_programs_wrote_is_said_to_be_gone_with_its_container(stack: Stack, workspace: IdePage) -> None:
    unkept = workspace.page.get_by_role("complementary", name="Not kept")
    workspace.run()
    workspace.ends("exited 0")
    workspace.is_quiet()
    for container in stack.containers(session_of(workspace)):
        container.remove(force=True)
    expect(unkept).to_contain_text("is gone, with the container under it", timeout=SLOW)
    workspace.write(UNKNOWN)
    expect(workspace.errors).to_have_count(1, timeout=SLOW)
    expect(unkept).to_contain_text("Run the program again")
    unkept.get_by_role("button", name="Close").click()
    expect(unkept).to_have_count(0)


def test_who_waits_for_room_sees_the_place_and_may_stop_waiting(
    ide: IdePage, full: Callable[[], None]
) -> None:
    ide.page.goto("/")
    ide.code.click()
    expect(ide.status).to_contain_text("waiting for room (place 1", timeout=SLOW)
    ide.write(UNKNOWN)
    ide.is_saved()
    notice(ide).get_by_role("button", name="Stop waiting").click()
    expect(ide.status).to_contain_text("asleep")
    ide.run()
    ide.prints("Waiting for room, place 1")
    full()
    ide.is_ready()
    ide.ends("GHC refused it")


def test_a_pool_without_a_usable_machine_says_so(ide: IdePage, cordoned: None) -> None:
    ide.page.goto("/")
    ide.code.click()
    expect(ide.status).to_contain_text("waiting for room", timeout=SLOW)
    expect(notice(ide)).to_contain_text("No machine is usable at the moment")


def test_who_was_signed_out_finds_what_was_typed_after_signing_in(stack: Stack, ide: IdePage) -> None:
    page = ide.page
    token = stack.user("dora")
    workspace = stack.workspace(token, {"Main.hs": "main :: IO ()\n"})
    page.goto(f"/accounts/login/?next=/w/{workspace}")
    sign_in(ide)
    ide.is_ready()
    other = page.context.new_page()
    other.goto("/account")
    other.get_by_role("button", name="Sign out").click()
    expect(ide.status).to_contain_text("signed out", timeout=SLOW)
    ide.write('main :: IO ()\nmain = putStrLn "kept"\n')
    expect(page.locator(".dot.waiting")).to_be_visible()
    notice(ide).get_by_role("link", name="Sign in").click()
    sign_in(ide)
    expect(ide.code).to_contain_text("kept", timeout=SLOW)
    ide.is_saved()


def test_a_lost_connection_says_what_happens_to_what_is_typed(stack: Stack, workspace: IdePage) -> None:
    stack.stop("web")
    expect(notice(workspace)).to_contain_text("What you type is kept and sent later")
    stack.start("web")
    stack.processes.wait("The web process", lambda: stack.answers("/healthz"), 60)
    notice(workspace).get_by_role("button", name="Connect now").click()
    workspace.is_ready()
    expect(notice(workspace)).to_have_count(0)
    workspace.forgive("WebSocket connection")
    workspace.forgive("ERR_CONNECTION_REFUSED")


def test_a_slow_page_says_that_it_loads(ide: IdePage) -> None:
    held: list[Route] = []
    script = re.compile(r"/main-[^/]*\.js")
    ide.page.route(script, lambda route: held.append(route))
    with ide.page.expect_request(script):
        ide.page.goto("/", wait_until="commit")
    loading = ide.page.get_by_text("Loading …")
    expect(loading).to_be_visible()
    held.pop().continue_()
    expect(ide.code).to_be_visible(timeout=SLOW)
    expect(loading).to_have_count(0)
