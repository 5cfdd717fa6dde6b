"""An editor is told that GHC is at work, where that takes long."""

from typing import Any

import pytest

from ide.editor import work
from ide.models import Workspace
from sandbox.messages import Edit, Published, Status
from tests.ide.fake_client import FakeClient
from tests.ide.sockets import Socket, connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_for_sockets")]

MAIN = "file:///work/Main.hs"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "PATIENCE_SECONDS", 0.05)


async def opened(socket: Socket, *, shows: bool = True) -> None:
    capabilities = {"window": {"workDoneProgress": shows}}
    await socket.request("initialize", {"processId": None, "capabilities": capabilities})
    await socket.did_open("Main.hs", "main = print 1\n")


async def publish(workspace: Workspace, client: FakeClient) -> None:
    """The diagnostics of the newest text."""
    await client.until(lambda: client.sent(workspace.session_id, Edit))
    *_, edit = client.sent(workspace.session_id, Edit)
    assert isinstance(edit, Edit)
    await client.say(workspace.session_id, Published(uri=MAIN, version=edit.version, diagnostics=[]))


async def begun(socket: Socket) -> Any:
    """The token of what began."""
    created = await socket.told("window/workDoneProgress/create")
    progress = await socket.told("$/progress")
    assert progress == {
        "token": created["token"],
        "value": {"kind": "begin", "title": "GHC checks the workspace", "cancellable": False},
    }
    return created["token"]


async def test_a_long_check_begins_and_ends_with_its_diagnostics(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        first = await begun(socket)
        await publish(workspace, client_of_sandbox)
        assert await socket.told("$/progress") == {"token": first, "value": {"kind": "end"}}
        await socket.did_change("Main.hs", 2, {"text": "main = print 2\n"})
        assert await begun(socket) != first


async def test_a_check_that_nobody_makes_any_more_ends(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        token = await begun(socket)
        await client_of_sandbox.say(workspace.session_id, Status(state="lost", reason="gone"))
        assert await socket.told("$/progress") == {"token": token, "value": {"kind": "end"}}


async def test_a_file_that_is_closed_is_waited_for_no_longer(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        token = await begun(socket)
        await socket.notify("textDocument/didClose", {"textDocument": {"uri": MAIN}})
        assert await socket.told("$/progress") == {"token": token, "value": {"kind": "end"}}


async def test_a_client_that_shows_no_progress_is_told_of_none(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "PATIENCE_SECONDS", 0.0)
    async with connected(workspace) as socket:
        await opened(socket, shows=False)
        await socket.request("textDocument/codeAction", _nothing_to_do())
        await publish(workspace, client_of_sandbox)
        await socket.told("textDocument/publishDiagnostics")
        assert not [each for each in socket.unread if "rogress" in each.get("method", "")]


def _nothing_to_do() -> dict[str, Any]:
    place = {"line": 0, "character": 0}
    return {
        "textDocument": {"uri": MAIN},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": []},
    }
