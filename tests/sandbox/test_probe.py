"""A host's utilisation: read from the real machine, and never believed beyond reason."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import msgspec
import pytest

from sandbox.config import Config
from sandbox.engine import probe_script, profile
from sandbox.engine.docker_host import DockerHost
from sandbox.engine.fakes import FakeHost
from sandbox.engine.hosts import ContainerInfo, Machine
from sandbox.exceptions import EngineNonsense, HostError
from sandbox.limits import GIB, MIB, ContainerLimits
from sandbox.messages import HostEntry, ToolchainEntry
from sandbox.pool import probe
from sandbox.pool.probe import Line, Reading, Watcher, ensure_probe, host_figures, lines, readings
from tests.pool.slots import GROUPS
from tests.sandbox.inside import ADDRESS, Inside

CONTAINER = "c" * 64
DIGEST = "sha256:" + "a" * 64
MACHINE = Machine(cpus=2.0, memory_bytes=8 * GIB, cgroup_version=2, runtimes=frozenset({"runc"}))
SAID: dict[str, Any] = {
    "monotonicNs": 10**9,
    "busyNs": 0,
    "cpus": 2,
    "memoryBytes": 8 * GIB,
    "memoryAvailableBytes": 6 * GIB,
    "load": 0.5,
    "cpuPressure": 0.1,
    "memoryPressure": 0.0,
    "ioPressure": 0.0,
    "containers": {CONTAINER: [3 * 10**9, 100 * MIB]},
}


class Tape:
    """A channel that plays what it was given."""

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = list(chunks)

    def send(self, data: bytes, timeout: float = 1.0) -> None:
        raise AssertionError("the probe is told nothing")

    def receive(self, timeout: float) -> bytes | None:
        return self._chunks.pop(0) if self._chunks else b""

    def close(self) -> None:
        pass


def line(**changes: Any) -> bytes:
    return json.dumps(SAID | changes).encode() + b"\n"


def said(**changes: Any) -> Line:
    return msgspec.json.decode(line(**changes), type=Line)


def test_rates_are_between_two_lines() -> None:
    later = {"monotonicNs": 3 * 10**9, "busyNs": 10**9}
    (reading,) = readings([said(), said(**later)], MACHINE)
    assert reading.cpu_used == 0.5
    assert reading.memory_used_bytes == 2 * GIB
    assert reading.containers[CONTAINER] == probe.ContainerFigures(3.0, 100 * MIB)
    assert abs(reading.at - time.time()) < 5


def test_a_lie_is_no_more_than_the_machine_can_be() -> None:
    lies = {
        "monotonicNs": 10**9 + 1,
        "busyNs": 2**62,
        "memoryBytes": 2**62,
        "memoryAvailableBytes": 0,
        "containers": {CONTAINER: [2**62, 2**62]},
    }
    (reading,) = readings([said(), said(**lies)], MACHINE)
    assert reading.cpu_used == MACHINE.cpus
    assert reading.memory_used_bytes == MACHINE.memory_bytes
    assert reading.containers[CONTAINER].memory_bytes == MACHINE.memory_bytes


def test_an_engine_that_makes_its_machine_larger_than_it_is_gains_nothing() -> None:
    larger = msgspec.structs.replace(MACHINE, memory_bytes=16 * GIB, cpus=4.0)
    (reading,) = readings([said(), said(monotonicNs=2 * 10**9)], larger)
    assert (reading.machine.memory_bytes, reading.machine.cpus) == (8 * GIB, 2.0)
    assert reading.memory_used_bytes == 2 * GIB


@pytest.mark.parametrize("lie", [{"memory_bytes": 2**50}, {"cpus": 4096.0}])
def test_an_engine_whose_kernel_shows_another_machine_talks_nonsense(lie: dict[str, Any]) -> None:
    with pytest.raises(EngineNonsense, match="its kernel"):
        next(readings([said()], msgspec.structs.replace(MACHINE, **lie)))


def test_a_clock_that_stands_or_goes_back_gives_nothing() -> None:
    assert list(readings([said(), said(), said(monotonicNs=1)], MACHINE)) == []


def test_figures_that_fall_are_not_negative() -> None:
    before, after = said(busyNs=10**12), said(monotonicNs=2 * 10**9, memoryAvailableBytes=2**60)
    (reading,) = readings([before, after], MACHINE)
    assert (reading.cpu_used, reading.memory_used_bytes) == (0.0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        b"garbage\n",
        b"[]\n",
        line(cpus=0),
        line(busyNs=-1),
        line(busyNs=2**63),
        line(busyNs="1"),
        line(load=float("nan")),
        line(cpuPressure=1.5),
        line(containers={"../../etc": [1, 1]}),
        line(containers={CONTAINER: [1]}),
        line(containers={f"{n:064x}": [1, 1] for n in range(1001)}),
        b"x" * (probe.LINE_BYTES + 1),
        b"\xff\xfe\n",
    ],
    ids=range(13),
)
def test_nonsense_is_a_fault(wrong: bytes) -> None:
    with pytest.raises(HostError):
        list(lines(Tape(line(), wrong), threading.Event()))


def test_lines_come_out_however_they_are_cut() -> None:
    whole = line() + line(load=1.0)
    tape = Tape(whole[:10], whole[10:-3], whole[-3:])
    read = lines(tape, threading.Event())
    assert [next(read).load, next(read).load] == [0.5, 1.0]
    with pytest.raises(HostError, match="says nothing"):
        next(read)


# --- the script, on made-up machines -----------------------------------------------------------------------


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(probe_script, "GROUPS", str(tmp_path))
    return tmp_path


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)


@pytest.mark.parametrize("place", [f"docker/{CONTAINER}", f"sandboxes.slice/docker-{CONTAINER}.scope"])
def test_version_2_of_control_groups_is_read(groups: Path, place: str) -> None:
    (groups / "cgroup.controllers").touch()
    write(
        groups / place,
        cpu__stat="usage_usec 1500\nuser_usec 1000\n",
        memory__current="5000\n",
        memory__stat="anon 1\ninactive_file 1000\n",
    )
    assert probe_script.containers() == {CONTAINER: [1_500_000, 4000]}


@pytest.mark.parametrize("place", [f"docker/{CONTAINER}", f"sandboxes/{CONTAINER}"])
def test_version_1_of_control_groups_is_read(groups: Path, place: str) -> None:
    write(groups / "cpuacct" / place, cpuacct__usage="1500000\n")
    write(
        groups / "memory" / place,
        memory__usage_in_bytes="5000\n",
        memory__stat="cache 1\ntotal_inactive_file 1000\n",
    )
    assert probe_script.containers() == {CONTAINER: [1_500_000, 4000]}


def test_a_container_that_just_ended_is_nothing(groups: Path) -> None:
    (groups / "cgroup.controllers").touch()
    write(groups / "docker" / CONTAINER)
    assert probe_script.containers() == {CONTAINER: [0, 0]}


def test_the_script_says_what_is_read() -> None:
    decoded = msgspec.json.decode(json.dumps(probe_script.figures()).encode(), type=Line)
    assert decoded.memory_bytes > decoded.memory_available_bytes > 0


# --- hosts ------------------------------------------------------------------------------------------------


def spec(installation: str = "haskell-ide", image: str = DIGEST) -> dict[str, Any]:
    return profile.probe(image=image, toolchain=image, installation=installation, cgroup_parent="")


def test_a_host_has_one_probe_that_is_found_again() -> None:
    host = FakeHost(digests=[DIGEST])
    first = ensure_probe(host, spec(), "haskell-ide")
    assert ensure_probe(host, spec(), "haskell-ide") == first
    assert [one.role for one in host.containers()] == ["probe"]


def test_a_probe_that_ended_or_is_made_otherwise_is_replaced() -> None:
    newer = "sha256:" + "b" * 64
    host = FakeHost(digests=[DIGEST, newer])
    first = ensure_probe(host, spec(), "haskell-ide")
    host.container(first).end()
    second = ensure_probe(host, spec(), "haskell-ide")
    third = ensure_probe(host, spec(image=newer), "haskell-ide")
    assert len({first, second, third}) == 3
    assert [one.id for one in host.containers()] == [third]


def info(name: str, role: str = "sandbox", state: str = "running") -> ContainerInfo:
    return ContainerInfo(name, name, state, role, DIGEST, "runc", 0.0)


def test_figures_count_sessions_and_warm_containers() -> None:
    (reading,) = readings([said(), said(monotonicNs=2 * 10**9)], MACHINE)
    there = [
        info("x-s-a-1"),
        info("x-s-b-2"),
        info("x-w-1"),
        info("x-probe", "probe"),
        info("x-s-c-1", state="dead"),
    ]
    figures = host_figures(HostEntry("a", "fake://"), reading, there, [DIGEST])
    assert (figures.alive, figures.sessions, figures.warm) == (True, 2, {DIGEST: 1})
    assert figures.digests == [DIGEST]


def test_a_host_is_dead_when_its_engine_is_and_stale_without_a_reading() -> None:
    entry = HostEntry("a", "fake://")
    assert not host_figures(entry, None, [], [], error="refused").alive
    unread = host_figures(entry, None, [], [DIGEST])
    assert (unread.alive, unread.at) == (True, 0.0)


# --- the real engine ----------------------------------------------------------------------------------------


@pytest.fixture
def real(installation: str) -> Iterator[DockerHost]:
    host = DockerHost(HostEntry(name="local", address=ADDRESS), installation)
    yield host
    host.close()


def watching(host: DockerHost, toolchain: str, config: Config) -> Watcher:
    entry = HostEntry("local", ADDRESS)
    return Watcher(entry, host, [ToolchainEntry("ghc", toolchain, toolchain)], config)


def newer(watcher: Watcher, than: float) -> Reading:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        reading = watcher.latest()
        if reading and reading.at > than:
            return reading
        time.sleep(0.05)
    raise AssertionError(f"no reading: {watcher.fault}")


@pytest.mark.engine
def test_a_busy_container_shows_in_the_figures(real: DockerHost, toolchain: str, installation: str) -> None:
    watcher = watching(real, toolchain, Config(installation=installation))
    watcher.start()
    try:
        with Inside(toolchain, installation, ContainerLimits(cpus=1.0)) as inside:
            before = newer(watcher, time.time())
            inside.run(
                "import time\n"
                "kept = b'x' * (150 * 2**20)\n"
                "end = time.monotonic() + 1.5\n"
                "while time.monotonic() < end: pass"
            )
            after = newer(watcher, time.time())
            used = after.containers[inside.container].cpu_seconds
            assert used - before.containers[inside.container].cpu_seconds > 0.3
            assert after.containers[inside.container].memory_bytes > 150 * MIB
            assert 0 < after.cpu_used <= after.machine.cpus
            assert 0 < after.memory_used_bytes < after.machine.memory_bytes
    finally:
        watcher.stop()


@pytest.mark.engine
def test_a_probe_that_was_killed_comes_back(real: DockerHost, toolchain: str, installation: str) -> None:
    watcher = watching(real, toolchain, Config(installation=installation))
    watcher.start()
    try:
        newer(watcher, 0)
        (before,) = real.containers()
        real.remove(before.id)
        newer(watcher, time.time() + 1)
        (after,) = real.containers()
        assert after.role == "probe"
        assert after.id != before.id
    finally:
        watcher.stop()


@pytest.mark.engine
def test_the_probe_tells_of_the_group_of_the_sandboxes(
    real: DockerHost, toolchain: str, installation: str, engine: docker.DockerClient
) -> None:
    if engine.info()["CgroupDriver"] != "cgroupfs":
        pytest.skip("groups are systemd's here")
    unified = (GROUPS / "cgroup.controllers").exists()
    group = GROUPS / installation if unified else GROUPS / "memory" / installation
    watcher = watching(real, toolchain, Config(installation=installation, cgroup_parent=f"/{installation}"))
    watcher.start()
    try:
        assert newer(watcher, 0).machine.memory_bytes > GIB
        (group / ("memory.max" if unified else "memory.limit_in_bytes")).write_text(str(512 * MIB))
        reading = newer(watcher, time.time() + 1)
        assert (reading.capped, reading.machine.memory_bytes) == (True, 512 * MIB)
    finally:
        watcher.stop()
        for one in real.containers():
            real.remove(one.id)
        for left in GROUPS.glob(installation if unified else f"*/{installation}"):
            left.rmdir()
