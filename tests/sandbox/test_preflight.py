"""What makes a machine unfit to be a host, each said with what to do about it."""

import platform
import time
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from sandbox.engine import facts
from sandbox.engine.facts import Facts
from sandbox.engine.hosts import Machine
from sandbox.exceptions import EngineNonsense
from sandbox.limits import GIB
from sandbox.messages import HostEntry, HostFigures
from sandbox.pool.preflight import judge, warnings

SAID: dict[str, Any] = {
    "ID": "engine",
    "ServerVersion": "24.0.7",
    "NCPU": 4,
    "MemTotal": 16 * GIB,
    "Architecture": platform.machine(),
    "KernelVersion": "6.1",
    "Driver": "overlay2",
    "CgroupDriver": "systemd",
    "CgroupVersion": "2",
    "SecurityOptions": ["name=apparmor", "name=seccomp,profile=default"],
    "Runtimes": {"runc": {"path": "runc"}},
    "MemoryLimit": True,
    "SwapLimit": True,
    "PidsLimit": True,
    "CpuCfsQuota": True,
}
ENTRY = HostEntry("vm1", "tcp://10.0.0.5:2376", "vm1")
SEEN = HostFigures("vm1", alive=True, at=0.0, disk_bytes=100 * GIB, disk_free_bytes=50 * GIB, capped=True)


def gathered(clock: float = 0.0, **changes: Any) -> Facts:
    now = time.time()
    said = datetime.fromtimestamp(now + clock, UTC).isoformat().replace("+00:00", "") + "123Z"
    version = {"Components": [{"Name": "runc", "Version": "1.1.5"}]}
    return facts.gather(SAID | {"SystemTime": said} | changes, version, asked=now, answered=now)


def verdicts(found: Facts, entry: HostEntry = ENTRY, seen: HostFigures | None = SEEN) -> dict[str, str]:
    """What is not good, by its name."""
    checks = judge(entry, found, {"other": "vm0"}, seen)
    assert all(check.advice for check in checks if check.verdict == "bad")
    return {check.name: check.verdict for check in checks if check.verdict != "good"}


def test_a_machine_as_it_should_be_has_nothing_to_say() -> None:
    assert verdicts(gathered()) == {}


@pytest.mark.parametrize(
    ("changes", "name", "verdict"),
    [
        ({"ServerVersion": "19.03.15"}, "Engine version", "bad"),
        ({"ServerVersion": "unknown"}, "Engine version", "bad"),
        ({"ID": "other"}, "Engine", "bad"),
        ({"Architecture": "riscv64"}, "Architecture", "bad"),
        ({"Driver": "vfs"}, "Storage driver", "bad"),
        ({"SecurityOptions": None}, "seccomp", "bad"),
        ({"Runtimes": None}, "Runtimes", "bad"),
        ({"CgroupVersion": "1"}, "Control groups", "warning"),
        ({"PidsLimit": False}, "Limits", "bad"),
        ({"clock": 3600.0}, "Clock", "bad"),
        ({"clock": -3600.0}, "Clock", "bad"),
        ({"clock": 5.0}, "Clock", "warning"),
        ({"SystemTime": "yesterday"}, "Clock", "warning"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], name: str, verdict: str) -> None:
    assert verdicts(gathered(**changes)) == {name: verdict}


@pytest.mark.parametrize(
    ("clock", "days", "said"),
    [
        (0.0, 300, []),
        (None, None, ["Clock: not said. Its engine is too old to say, or says nonsense."]),
        (
            3600.0,
            300,
            ["Clock: 3600.0 s ahead. Set it: timedatectl set-ntp true."],
        ),
        (
            -5.0,
            None,
            ["Clock: 5.0 s behind. Set it: timedatectl set-ntp true."],
        ),
        (0.0, 3, ["Certificate: valid until 1970-01-05. "]),
    ],
)
def test_what_may_go_wrong_later_is_said_of_a_host(
    clock: float | None, days: int | None, said: list[str]
) -> None:
    until = None if days is None else 86400.0 + days * 86400.0
    machine = Machine(4.0, GIB, 2, frozenset(), clock_seconds=clock, valid_until=until)
    found = warnings(machine, now=86400.0)
    assert len(found) == len(said)
    assert all(one.startswith(start) for one, start in zip(found, said, strict=True))


def test_a_certificate_is_in_the_report() -> None:
    def found(days: float) -> dict[str, str]:
        return verdicts(msgspec.structs.replace(gathered(), valid_until=time.time() + days * 86400))

    assert found(200) == {}
    assert found(20) == {"Certificate": "warning"}


def test_limits_above_the_machine_are_bad() -> None:
    entry = msgspec.structs.replace(ENTRY, cpus=5.0, memory_bytes=17 * GIB)
    assert verdicts(gathered(), entry) == {"CPUs": "bad", "Memory": "bad"}
    assert verdicts(gathered(), msgspec.structs.replace(ENTRY, cpus=4.0, memory_bytes=16 * GIB)) == {}


@pytest.mark.parametrize(("memory_bytes", "fits"), [(0, True), (1, False), (GIB, False), (2 * GIB, True)])
def test_a_machine_must_have_room_for_a_session(memory_bytes: int, fits: bool) -> None:
    entry = msgspec.structs.replace(ENTRY, memory_bytes=memory_bytes)
    [memory] = [one for one in judge(entry, gathered(), {}, SEEN, GIB) if one.name == "Memory"]
    assert (memory.verdict == "good") is fits
    assert ("no session fits" in memory.value) is not fits


def test_what_the_probe_sees_is_a_warning() -> None:
    poor = msgspec.structs.replace(SEEN, disk_free_bytes=GIB, swap_bytes=GIB, capped=False)
    assert set(verdicts(gathered(), seen=poor)) == {"Disk", "Swap", "Parent group"}
    assert set(verdicts(gathered(), seen=None)) == {"Disk, swap, parent group"}


@pytest.mark.parametrize(
    "lie", [{"NCPU": 0}, {"MemTotal": 2**60}, {"ID": None}, {"Runtimes": []}, {"ID": "x" * 500}]
)
def test_absurd_facts_are_nonsense(lie: dict[str, Any]) -> None:
    with pytest.raises(EngineNonsense):
        gathered(**lie)


@pytest.mark.parametrize(
    ("address", "credentials", "fine"),
    [
        ("unix:///run/docker.sock", "", True),
        ("unix:///run/docker.sock", "vm1", False),
        ("unix://run/docker.sock", "", False),
        ("tcp://10.0.0.5:2376", "vm1", True),
        ("tcp://[2001:db8::1]:2376", "vm1", True),
        ("tcp://10.0.0.5:2376", "", False),
        ("tcp://10.0.0.5", "vm1", False),
        ("tcp://10.0.0.5:0", "vm1", False),
        ("tcp://10.0.0.5:2376/path", "vm1", False),
        ("https://10.0.0.5:2376", "vm1", False),
        ("tcp://vm1.example.org.:2376", "vm1", True),
        ("tcp://[2001:db8:::1]:2376", "vm1", False),
        ("tcp://vm1..example:2376", "vm1", False),
        ("tcp://.:2376", "vm1", False),
        (f"tcp://{'x' * 64}:2376", "vm1", False),
        ("", "", False),
    ],
)
def test_addresses_are_checked_before_anybody_is_asked(address: str, credentials: str, fine: bool) -> None:
    assert (HostEntry("vm1", address, credentials).address_fault == "") is fine
