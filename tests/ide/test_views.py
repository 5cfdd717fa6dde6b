"""`haskell/dump`: a question to the session, or a run aside on another toolchain."""

import json
from typing import Any

import pytest

from ide.database import in_database
from ide.models import Plan, Run, Toolchain, Workspace
from ide.protocol import ErrorCode
from sandbox.messages import Ask, Dump, Dumped, End, Finished, Measured, Start, Started
from tests.ide.fake_client import FakeClient
from tests.ide.sockets import Socket, connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_for_sockets")]

WANTED = {"uri": "file:///work/Main.hs", "stage": "core", "optimization": 2}
DUMPED = Dumped(text="main = 2\n", sources=[0])
EXITED = Finished(outcome="exited", phase="compile", exit_code=0)


@pytest.fixture(autouse=True)
def newer(workspace: Workspace) -> Toolchain:
    return Toolchain.objects.create(name="ghc-9.10", digest="sha256:" + "b" * 64, image="n", ghc="9.10.3")


async def ask(socket: Socket, toolchain: str | None) -> None:
    params = {**WANTED, "toolchain": toolchain}
    message = {"jsonrpc": "2.0", "id": 7, "method": "haskell/dump", "params": params}
    await socket.raw(json.dumps(message))


async def begun(client: FakeClient) -> Start:
    """The run that looks, once it was sent."""

    def starts() -> list[Any]:
        return [each for inbox in client.inbox.values() for each in inbox if isinstance(each, Start)]

    await client.until(starts)
    (start,) = starts()
    assert isinstance(start, Start)
    return start


async def test_another_toolchain_looks_at_the_saved_text_in_a_session_of_its_own(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        await socket.did_open("Main.hs", "main = print 2\n")
        await ask(socket, "ghc-9.10")
        start = await begun(client_of_sandbox)
        assert (start.mode, start.dump) == ("check", Dump("Main.hs", "core", 2))
        assert client_of_sandbox.openings[start.run_id].toolchain == "sha256:" + "b" * 64
        (sha256,) = (start.manifest or {}).values()
        assert client_of_sandbox.blobs[sha256] == b"main = print 2\n"
        await client_of_sandbox.run_says(start.run_id, Started("compile"), Measured(DUMPED), EXITED)
        assert (await socket.answer())["result"] == {
            "text": "main = 2\n",
            "sources": [0],
            "truncated": False,
        }


@pytest.mark.parametrize("toolchain", [None, "ghc-9.6"])
async def test_the_own_toolchain_is_asked_in_the_workspaces_session(
    workspace: Workspace, client_of_sandbox: FakeClient, toolchain: str | None
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        await ask(socket, toolchain)
        await client_of_sandbox.until(lambda: client_of_sandbox.sent(workspace.session_id, Ask))
        assert not await in_database(Run.objects.exists)


async def test_what_does_not_compile_there_is_said(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        await ask(socket, "ghc-9.10")
        start = await begun(client_of_sandbox)
        failed = Finished(outcome="compile_failed", phase="compile", reason="Mend its errors first.")
        await client_of_sandbox.run_says(start.run_id, Started("compile"), failed)
        assert (await socket.answer())["error"]["message"] == "Mend its errors first."


async def test_a_toolchain_that_is_not_there_and_a_quota_refuse_at_once(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        await ask(socket, "ghc-1.0")
        assert (await socket.answer())["error"]["code"] == ErrorCode.INVALID_PARAMS
        await in_database(Plan.objects.update, runs=0)
        await ask(socket, "ghc-9.10")
        assert (await socket.answer())["error"]["code"] == ErrorCode.QUOTA


async def test_whoever_cancels_ends_the_run_and_its_session(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        await ask(socket, "ghc-9.10")
        start = await begun(client_of_sandbox)
        await socket.notify("$/cancelRequest", {"id": 7})
        assert (await socket.answer())["error"]["code"] == ErrorCode.REQUEST_CANCELLED
        await client_of_sandbox.until(lambda: client_of_sandbox.sent(start.run_id, End))
        assert client_of_sandbox.finished[start.run_id].outcome == "stopped"
