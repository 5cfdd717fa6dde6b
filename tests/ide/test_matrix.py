"""Runs beside a workspace's own session: on every toolchain of the plan, and on the variant for profiling."""

import time
from typing import Any

import pytest

from ide.database import in_database
from ide.models import Plan, Run, Toolchain, User, Workspace
from sandbox.exceptions import SessionLost
from sandbox.messages import Build, End, Finished, InboxMessage, Output, Start, Started, Status, Stop
from tests.ide.fake_client import FakeClient
from tests.ide.sockets import Socket, connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_for_sockets")]


@pytest.fixture(autouse=True)
def newer(workspace: Workspace) -> Toolchain:
    """A second toolchain, and one that nobody chooses."""
    Toolchain.objects.create(
        name="ghc-9.6-profiling", digest="sha256:" + "c" * 64, image="p", ghc="9.6.6", profiles="ghc-9.6"
    )
    return Toolchain.objects.create(name="ghc-9.10", digest="sha256:" + "b" * 64, image="n", ghc="9.10.3")


async def matrix(socket: Socket, request_id: str = "m1", mode: str = "interpret", **more: Any) -> Any:
    answer = await socket.request("haskell/matrix", {"requestId": request_id, "mode": mode, **more})
    assert "result" in answer, answer
    return answer["result"]["rows"]


async def test_each_toolchain_has_a_run_in_a_session_of_its_own(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        await socket.did_open("Main.hs", "main = print 2\n")
        rows = await matrix(socket, stdin="in")
        assert [(row["toolchain"], row["ghc"], row["refusal"]) for row in rows] == [
            ("ghc-9.6", "9.6.6", None),
            ("ghc-9.10", "9.10.3", None),
        ]
        for row, digest in zip(rows, ("a", "b"), strict=True):
            opening = client_of_sandbox.openings[row["runId"]]
            assert (opening.toolchain, opening.once) == ("sha256:" + digest * 64, True)
            (start,) = client_of_sandbox.sent(row["runId"], Start)
            assert isinstance(start, Start)
            assert (start.mode, start.stdin) == ("interpret", "in")
            (sha256,) = (start.manifest or {}).values()
            assert client_of_sandbox.blobs[sha256] == b"main = print 2\n"
        run_id = rows[1]["runId"]
        exited = Finished(outcome="exited", phase="run", exit_code=0)
        await client_of_sandbox.run_says(run_id, Started("run"), Output("stdout", "2\n"), exited)
        events = [(await socket.told("run/event"))["type"] for _ in range(3)]
        assert events == ["started", "output", "finished"]
        assert await matrix(socket, stdin="in") == rows
        assert (await socket.request("run/list", {}))["result"] == []


async def test_a_quota_refuses_a_row_and_not_the_others(
    workspace: Workspace, alice: User, client_of_sandbox: FakeClient
) -> None:
    await in_database(Plan.objects.update, runs=1)
    async with connected(workspace) as socket:
        first, second = await matrix(socket)
        assert (first["refusal"], second["runId"], second["limit"]) == (None, None, "runs")
        await client_of_sandbox.run_says(first["runId"], Finished(outcome="exited", phase="run", exit_code=0))
        (later,) = await matrix(socket, toolchains=["ghc-9.10"])
        assert (later["toolchain"], later["refusal"]) == ("ghc-9.10", None)


async def test_a_run_whose_session_is_lost_at_once_has_ended_and_costs_nothing(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = client_of_sandbox.send

    async def lost(session_id: str, *messages: InboxMessage) -> None:
        if client_of_sandbox.openings[session_id].toolchain.endswith("a"):
            raise SessionLost
        await send(session_id, *messages)

    async with connected(workspace) as socket:
        monkeypatch.setattr(client_of_sandbox, "send", lost)
        first, second = await matrix(socket)
        assert ("send the request again" in first["refusal"], first["limit"]) == (True, None)
        assert client_of_sandbox.sent(second["runId"], Start)
        run = await in_database(Run.objects.get, counted=False)
        assert client_of_sandbox.finished[run.run_id].outcome == "internal_error"


async def test_only_the_plans_toolchains_count(
    workspace: Workspace, newer: Toolchain, client_of_sandbox: FakeClient
) -> None:
    plan = await in_database(Plan.objects.get)
    await in_database(plan.toolchains.set, [newer])
    async with connected(workspace) as socket:
        assert [row["toolchain"] for row in await matrix(socket, mode="check")] == ["ghc-9.10"]
        for names in (["ghc-9.6"], ["ghc-9.6-profiling"], ["no such"], []):
            params = {"requestId": "m2", "mode": "check", "toolchains": names}
            answer = await socket.request("haskell/matrix", params)
            assert answer["error"]["data"] == {"field": "toolchains"}


async def test_a_run_beside_the_session_is_stopped_and_is_nobody_elses(
    workspace: Workspace, charlie: User, toolchain_row: Toolchain, client_of_sandbox: FakeClient
) -> None:
    foreign = await in_database(
        lambda: Workspace.objects.create(user=charlie, name="hers", toolchain=toolchain_row)
    )
    async with connected(workspace) as socket:
        first, second = await matrix(socket)
        await client_of_sandbox.say(first["runId"], Status("ready"))
        await socket.request("run/stop", {"runId": first["runId"]})
        assert client_of_sandbox.sent(first["runId"], Stop) == [Stop(first["runId"])]
        await socket.request("run/stop", {"runId": second["runId"]})
        assert client_of_sandbox.sent(second["runId"], End) == [End()]
        assert client_of_sandbox.finished[second["runId"]].outcome == "stopped"
        async with connected(foreign) as other:
            answer = await other.request("run/stop", {"runId": first["runId"]})
            assert answer["error"]["code"] == 5


async def test_a_profile_runs_on_the_variant_and_says_when_there_is_none(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    params = {"mode": "compile", "insight": "profile"}
    async with connected(workspace) as socket:
        answer = await socket.request("run/start", {"requestId": "p1", **params})
        run_id = answer["result"]["runId"]
        assert client_of_sandbox.openings[run_id].toolchain == "sha256:" + "c" * 64
        row = await in_database(Run.objects.get, pk=run_id)
        assert (row.toolchain_name, row.is_aside) == ("ghc-9.6", True)
        await in_database(Toolchain.objects.filter(profiles="ghc-9.6").delete)
        answer = await socket.request("run/start", {"requestId": "p2", **params})
        assert "build --profiling ghc-9.6" in answer["error"]["message"]
        client_of_sandbox.build = Build("ghc-9.6-profiling", "building", time.time() - 50)
        answer = await socket.request("run/start", {"requestId": "p2", **params})
        assert "being made, since 50 s" in answer["error"]["message"]
        assert answer["error"]["data"]["building"] is True
        client_of_sandbox.build = Build("ghc-9.6-profiling", "failed", time.time(), "no mirror")
        answer = await socket.request("run/start", {"requestId": "p2", **params})
        assert answer["error"]["message"].endswith("no mirror")
        assert client_of_sandbox.wanted == ["ghc-9.6-profiling"] * 3


async def test_a_variant_that_was_retired_is_not_made_again_and_nobody_waits_for_it(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    params = {"mode": "compile", "insight": "profile"}
    variants = Toolchain.objects.filter(profiles="ghc-9.6")
    client_of_sandbox.build = Build("ghc-9.6-profiling", "built", time.time() - 5000)
    async with connected(workspace) as socket:
        await in_database(variants.update, enabled=False)
        answer = await socket.request("run/start", {"requestId": "p1", **params})
        retired = "The administrator has retired the variant for profiling of ghc-9.6."
        assert answer["error"]["message"] == retired
        assert "building" not in answer["error"].get("data", {})
        await in_database(variants.update, arriving=True)
        answer = await socket.request("run/start", {"requestId": "p2", **params})
        assert answer["error"]["message"].endswith("on its way to the machines.")
        assert answer["error"]["data"]["building"] is True
    assert client_of_sandbox.wanted == []
