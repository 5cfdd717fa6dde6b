"""Reports of half a machine are made anew once the rest can be seen, each host in its turn."""

import pytest

from ide.hosts import second_look
from ide.hosts.second_look import SecondLook
from ide.models import Host
from sandbox.messages import Check, HostFigures, Preflight
from tests.ide.fake_client import FakeClient

pytestmark = pytest.mark.django_db(transaction=True)

LATER = {"name": "Disk, swap, parent group", "value": "not seen yet", "verdict": "warning", "later": True}
GOOD = Preflight(1.0, [Check("Disk", "50 of 100 GiB free")], "engine")


@pytest.fixture
def client(client_of_sandbox: FakeClient) -> FakeClient:
    """A sandbox whose keeper has seen both hosts' disks, and has nothing to report yet."""
    client_of_sandbox.figures = [
        HostFigures(name=name, alive=True, at=0.0, disk_bytes=100) for name in ("vm1", "vm2")
    ]
    client_of_sandbox.report = None
    return client_of_sandbox


async def half_seen(name: str) -> Host:
    return await Host.objects.acreate(name=name, address="unix:///run/docker.sock", report=[LATER])


async def test_a_host_is_looked_at_again_once_its_rest_is_seen(client: FakeClient) -> None:
    host = await half_seen("vm1")
    figures, client.figures = client.figures, []
    client.report = GOOD
    await SecondLook().tend()
    assert client.examined == [], "nobody has seen more yet"
    client.figures = figures
    look = SecondLook()
    await look.tend()
    await look.tend()
    await host.arefresh_from_db()
    assert [check["name"] for check in host.report] == ["Disk"]
    assert len(client.examined) == 1, "once is enough"


@pytest.mark.parametrize("report", [GOOD, Preflight(2.0, [Check("Engine", "old", "bad", "Upgrade it.")], "")])
async def test_a_host_that_was_added_unchecked_is_looked_at(client: FakeClient, report: Preflight) -> None:
    host = await Host.objects.acreate(name="vm1", address="unix:///run/docker.sock")
    client.report = report
    await SecondLook().tend()
    await host.arefresh_from_db()
    assert [check["name"] for check in host.report] == [report.checks[0].name]
    assert host.checked_at


async def test_a_host_that_does_not_answer_leaves_the_turn_to_the_others(client: FakeClient) -> None:
    for name in ("vm1", "vm2"):
        await half_seen(name)
    look = SecondLook()
    for _ in range(3):
        await look.tend()
    assert sorted(entry.name for entry in client.examined) == ["vm1", "vm2"]


async def test_a_host_that_failed_is_looked_at_again_later(
    client: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_look, "AGAIN_SECONDS", 0.0)
    await half_seen("vm1")
    look = SecondLook()
    for _ in range(2):
        await look.tend()
    assert len(client.examined) == 2


async def test_a_passing_fault_leaves_the_report_as_it_is(client: FakeClient) -> None:
    host = await half_seen("vm1")
    client.report = Preflight(2.0, [Check("Engine", "no answer", "bad", "Start it.")], "")
    assert client.report.faults
    await SecondLook().tend()
    await host.arefresh_from_db()
    assert host.report == [LATER]
