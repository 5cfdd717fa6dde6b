"""What a probe says of its machine is never believed beyond reason."""

import json
import threading
import time
from typing import Any

import msgspec
import pytest

from sandbox.engine.hosts import ContainerInfo, Machine
from sandbox.exceptions import EngineNonsense, HostError
from sandbox.limits import GIB, MIB
from sandbox.messages import HostEntry
from sandbox.pool.readings import LINE_BYTES, ContainerFigures, Line, host_figures, lines, readings

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
    assert reading.containers[CONTAINER] == ContainerFigures(3.0, 100 * MIB)
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
        b"x" * (LINE_BYTES + 1),
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
