import time

import pytest
from django.test import Client
from pytest_django import Settings

from ide.models import Run, User, Workspace
from sandbox.messages import Attendance, HostEntry, HostFigures, Pool, WorkerFigures
from tests.ide.fake_client import FakeClient

ALL_OK = {"database": "ok", "redis": "ok", "hosts": "ok", "workers": "ok"}


def test_the_process_is_up(alice: User) -> None:
    assert Client().get("/healthz").content == b"ok\n"


def test_ready_means_database_redis_and_a_host(alice: User, client_of_sandbox: FakeClient) -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, ALL_OK)


def test_no_usable_host_is_not_ready(alice: User, client_of_sandbox: FakeClient) -> None:
    client_of_sandbox.figures = [HostFigures(name="here", alive=False, at=0.0)]
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["hosts"]) == (503, "none is usable")


def test_hosts_that_are_all_cordoned_are_not_ready(alice: User, client_of_sandbox: FakeClient) -> None:
    client_of_sandbox.published = Pool([HostEntry("here", "unix:///x", cordoned=True)], [])
    assert Client().get("/readyz").json()["hosts"] == "none is usable"


@pytest.mark.parametrize(
    "host",
    [
        HostFigures(name="here", alive=False, at=time.time()),
        HostFigures(name="here", alive=True, at=time.time() - 60),
        HostFigures(
            name="here", alive=True, at=time.time(), refused="These limits do not bite here: memory."
        ),
    ],
    ids=["down", "not watched", "refused"],
)
def test_a_host_that_takes_no_sessions_is_not_ready(
    alice: User, client_of_sandbox: FakeClient, host: HostFigures
) -> None:
    client_of_sandbox.figures = [host]
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {**ALL_OK, "hosts": "none is usable"})


def worker(*, seconds_ago: float = 0, busy: int = 0) -> WorkerFigures:
    return WorkerFigures(name="one", at=time.time() - seconds_ago, slots=2, busy=busy)


def test_no_worker_is_not_ready(alice: User, client_of_sandbox: FakeClient) -> None:
    for workers in ([], [worker(seconds_ago=20)]):
        client_of_sandbox.attending = Attendance(workers)
        answer = Client().get("/readyz")
        assert (answer.status_code, answer.json()["workers"]) == (503, "none runs")


def test_workers_that_have_nothing_to_do_while_a_session_waits_are_not_ready(
    alice: User, client_of_sandbox: FakeClient
) -> None:
    client_of_sandbox.attending = Attendance([worker(busy=2), worker()], unserved_since=time.time() - 7)
    answer = Client().get("/readyz")
    said = "a session has waited for 7 s while workers have nothing to do"
    assert (answer.status_code, answer.json()["workers"]) == (503, said)
    assert "ide_unserved_seconds 7." in Client().get("/metrics").content.decode()


@pytest.mark.parametrize(("busy", "seconds"), [(2, 60), (0, 2)], ids=["full", "a moment ago"])
def test_full_workers_and_a_wake_up_on_its_way_are_no_fault(
    alice: User, client_of_sandbox: FakeClient, busy: int, seconds: float
) -> None:
    client_of_sandbox.attending = Attendance([worker(busy=busy)], unserved_since=time.time() - seconds)
    assert Client().get("/readyz").json() == ALL_OK


def test_redis_that_is_gone_is_named(
    alice: User, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone() -> list[HostFigures]:
        raise ConnectionRefusedError

    monkeypatch.setattr(client_of_sandbox, "hosts", gone)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["redis"]) == (503, "ConnectionRefusedError")


def test_metrics_count_what_is_there(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    Run.objects.create(
        user=workspace.user,
        workspace=workspace,
        session_id=workspace.session_id,
        toolchain_name="t",
        toolchain_digest="d",
        mode="interpret",
    )
    text = Client().get("/metrics").content.decode()
    assert 'ide_runs_live{mode="interpret"} 1.0' in text
    assert 'ide_users{kind="account"} 1.0' in text
    assert "ide_workspaces 1.0" in text
    assert 'ide_host_alive{host="here"} 1.0' in text


def test_metrics_are_for_this_machine_or_who_has_the_token(
    alice: User, client_of_sandbox: FakeClient, settings: Settings
) -> None:
    assert Client(REMOTE_ADDR="10.1.2.3").get("/metrics").status_code == 403
    for name in ("X-Forwarded-For", "X-Real-IP"):
        assert Client().get("/metrics", headers={name: "127.0.0.1"}).status_code == 403
    settings.METRICS_TOKEN = "t0ken"
    assert Client().get("/metrics").status_code == 403
    assert Client().get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    far = Client(REMOTE_ADDR="10.1.2.3")
    assert far.get("/metrics", headers={"Authorization": "Bearer t0ken"}).status_code == 200
