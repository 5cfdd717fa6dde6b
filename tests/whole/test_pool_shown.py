"""What administrators are shown of the pool is what runs there: the page and the terminal ask the same."""

import json
from typing import Any

import httpx
import pytest

from tests.stack import Stack
from tests.wire import Window

pytestmark = pytest.mark.engine

BURNS = """main :: IO ()
main = putStrLn "begun" >> print (length (show (product [1 .. 400000 :: Integer])))
"""


def shown(stack: Stack) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(stack.manage("hosts", "--json"))
    return found


def own(found: dict[str, Any], workspace: str) -> dict[str, Any]:
    """The session behind the workspace; nothing while none is shown."""
    sessions = [one for one in found["sessions"] if one["sessionId"] == workspace.replace("-", "")]
    return sessions[0] if sessions else {}


def page(stack: Stack) -> dict[str, Any]:
    """What the page of the administration is told, to somebody of the staff."""
    stack.user("admin", staff=True)
    with httpx.Client(base_url=stack.url, headers={"Referer": stack.url}) as browser:
        browser.get("/admin/login/")
        form = {"username": "admin", "password": "admin", "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        assert browser.post("/admin/login/", data=form).status_code == 302
        found: dict[str, Any] = browser.get("/admin/ide/host/live.json?history").json()
    return found


async def test_a_session_is_shown_with_its_user_its_host_and_what_it_runs_and_burns(
    stack: Stack, token: str
) -> None:
    workspace = stack.workspace(token, {"Main.hs": BURNS})
    async with Window.open(stack.url, workspace, token) as window:
        run = await window.start(entry="Main.hs")
        await window.printed(run, "begun")

        def burns() -> bool:
            return float(own(shown(stack), workspace).get("cpuUsed", 0.0)) > 0.5

        stack.processes.wait("It is seen to burn", burns, 30)
        found = shown(stack)
        session, (host,) = own(found, workspace), found["hosts"]
        assert (session["user"], session["host"], session["runs"]) == (
            "alice",
            "local",
            ["interpret Main.hs"],
        )
        assert session["memoryBytes"] > 50 * 2**20
        assert 0 <= session["age"] < 120
        assert session["why"][0]["host"] == "local"
        assert (host["state"], host["sessions"]) == ("alive", 1)
        assert host["cpus"] >= host["cpuUsed"] > 0
        assert host["memoryBytes"] > host["memoryUsedBytes"] > session["memoryBytes"]
        assert host["diskBytes"] > host["diskFreeBytes"] > 0
        assert host["images"]
        assert host["engine"]
        assert host["age"] < 10
        stack.processes.wait("A sample of its hour", lambda: bool(shown(stack)["hosts"][0]["history"]), 30)
        assert own(page(stack), workspace)["runs"] == session["runs"]
        assert page(stack)["hosts"][0]["history"]
        await window.request("run/stop", {"runId": run.id})
        await window.ended(run)
