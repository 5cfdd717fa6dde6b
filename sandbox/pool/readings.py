"""What a probe says of its machine, of which nothing is believed that the machine can't be.

bytes ──► lines ──► readings ──► host_figures
          strictly  rates, within what the machine    what placement and people see
          decoded   is and its sandboxes may have
"""

import threading
import time
from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from sandbox.engine.hosts import Channel, ContainerInfo, Machine
from sandbox.exceptions import EngineNonsense, HostError
from sandbox.messages import DecodeError, HostEntry, HostFigures

LINE_BYTES = 256 * 1024
SILENCE_SECONDS = 5.0  # without a line for so long the probe is started anew
ABSURD = 4  # times what the kernel shows; less may be memory or processors that were taken away meanwhile

Number = Annotated[int, Meta(ge=0, le=2**62)]
Portion = Annotated[float, Meta(ge=0, le=1)]
ContainerId = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Disk(msgspec.Struct, frozen=True, rename="camel"):
    """The file system of the engine's data."""

    bytes: Number = 0
    free_bytes: Number = 0


class Share(msgspec.Struct, frozen=True, rename="camel"):
    """Of all sandboxes together: what they used and may use; 0: as much as there is."""

    cpu_ns: Number = 0
    memory_bytes: Number = 0
    memory_limit_bytes: Number = 0
    millicpus: Number = 0


class Line(msgspec.Struct, frozen=True, rename="camel"):
    """One line of the probe."""

    monotonic_ns: Number
    busy_ns: Number
    cpus: Annotated[int, Meta(ge=1, le=4096)]
    memory_bytes: Number
    memory_available_bytes: Number
    load: Annotated[float, Meta(ge=0, le=1e6)]
    cpu_pressure: Portion
    memory_pressure: Portion
    io_pressure: Portion
    containers: Annotated[dict[ContainerId, tuple[Number, Number]], Meta(max_length=1000)]
    swap_bytes: Number = 0
    swap_free_bytes: Number = 0
    disk: Disk = Disk()
    share: Share = Share()


class ContainerFigures(msgspec.Struct, frozen=True):
    """`cpu_seconds` since its start; memory without page cache that can go."""

    cpu_seconds: float
    memory_bytes: int


class Reading(msgspec.Struct, frozen=True):
    """A host's figures at a moment (Unix time, by our own clock)."""

    at: float
    machine: Machine
    cpu_used: float  # cores
    memory_used_bytes: int
    cpu_pressure: float
    memory_pressure: float
    io_pressure: float
    load: float
    containers: dict[str, ContainerFigures]
    disk: Disk = Disk()
    swap_bytes: int = 0
    swap_used_bytes: int = 0
    capped: bool = False


_decode = msgspec.json.Decoder(Line).decode


def lines(channel: Channel, stop: threading.Event) -> Iterator[Line]:
    """What the probe says, strictly decoded, until `stop`. HostError when it is silent or talks nonsense."""
    rest = b""
    while not stop.is_set():
        data = channel.receive(SILENCE_SECONDS)
        if not data:
            raise HostError("The probe says nothing.")
        *complete, rest = (rest + data).split(b"\n")
        if len(rest) > LINE_BYTES:
            raise EngineNonsense("The probe's line is too long.")
        try:
            yield from map(_decode, complete)
        except DecodeError as error:
            raise EngineNonsense(f"The probe talks nonsense: {error}") from error


def readings(said: Iterable[Line], machine: Machine) -> Iterator[Reading]:
    """A reading for each line but the first (rates need two), no figure beyond what the machine can be.

    EngineNonsense when the engine makes it much larger than its kernel shows: it would draw all sessions.
    """
    before: Line | None = None
    for line in said:
        for what, claimed, shown in (
            ("bytes of memory", machine.memory_bytes, line.memory_bytes),
            ("processors", machine.cpus, line.cpus),
        ):
            if claimed > ABSURD * shown:
                raise EngineNonsense(f"Its engine says {claimed:,.0f} {what}, its kernel {shown:,}.")
        if before and line.monotonic_ns > before.monotonic_ns:
            yield _reading(before, line, machine)
        before = line


def _reading(before: Line, line: Line, machine: Machine) -> Reading:
    """The machine that it names is the pool's share of it."""
    seconds_ns = line.monotonic_ns - before.monotonic_ns
    whole = Share(memory_limit_bytes=line.memory_bytes, millicpus=1000 * line.cpus)
    room = capacity(capacity(machine, whole), line.share)
    apart = room.cpus < line.cpus and bool(line.share.cpu_ns)
    busy = line.share.cpu_ns - before.share.cpu_ns if apart else line.busy_ns - before.busy_ns
    return Reading(
        at=time.time(),
        machine=room,
        cpu_used=min(max(0, busy) / seconds_ns, room.cpus),
        memory_used_bytes=_memory_used(line, room),
        cpu_pressure=line.cpu_pressure,
        memory_pressure=line.memory_pressure,
        io_pressure=line.io_pressure,
        load=line.load,
        containers={
            container: ContainerFigures(cpu_ns / 1e9, min(memory_bytes, machine.memory_bytes))
            for container, (cpu_ns, memory_bytes) in line.containers.items()
        },
        disk=line.disk,
        swap_bytes=line.swap_bytes,
        swap_used_bytes=max(0, line.swap_bytes - line.swap_free_bytes),
        capped=bool(line.share.memory_limit_bytes),
    )


def capacity(machine: Machine, share: Share) -> Machine:
    """What all sandboxes together can have of the machine: their control group may say less than all."""
    cpus = min(machine.cpus, share.millicpus / 1000 or machine.cpus)
    memory = min(machine.memory_bytes, share.memory_limit_bytes or machine.memory_bytes)
    return msgspec.structs.replace(machine, cpus=cpus, memory_bytes=memory)


def _memory_used(line: Line, room: Machine) -> int:
    """So much that what is left is free both in the sandboxes' share and on the whole machine."""
    used = max(0, line.memory_bytes - line.memory_available_bytes)
    if room.memory_bytes < line.memory_bytes:
        used = max(line.share.memory_bytes, room.memory_bytes - line.memory_available_bytes)
    return min(used, room.memory_bytes)


def granted(machine: Machine, entry: HostEntry) -> Machine:
    """The machine as far as the administrator lets the pool have it."""
    return capacity(machine, Share(memory_limit_bytes=entry.memory_bytes, millicpus=int(entry.cpus * 1000)))


def host_figures(
    entry: HostEntry,
    reading: Reading | None,
    containers: Iterable[ContainerInfo],
    digests: list[str],
    error: str = "",
) -> HostFigures:
    """What placement and people see of a host. `error`: why its engine does not answer; it is not alive then.

    Without a reading it is alive but its figures are stale, so that nothing is placed there.
    """
    if error:
        return HostFigures(name=entry.name, alive=False, at=reading.at if reading else 0.0, error=error)
    if reading is None:
        return HostFigures(name=entry.name, alive=True, at=0.0, digests=digests)
    running = [one for one in containers if one.role == "sandbox" and one.state == "running"]
    warm: dict[str, int] = {}
    for one in running:
        if one.session is None:
            warm[one.toolchain] = warm.get(one.toolchain, 0) + 1
    return HostFigures(
        name=entry.name,
        alive=True,
        at=reading.at,
        cpus=reading.machine.cpus,
        cpu_used=reading.cpu_used,
        memory_bytes=reading.machine.memory_bytes,
        memory_used_bytes=reading.memory_used_bytes,
        cpu_pressure=reading.cpu_pressure,
        memory_pressure=reading.memory_pressure,
        io_pressure=reading.io_pressure,
        load=reading.load,
        disk_bytes=reading.disk.bytes,
        disk_free_bytes=reading.disk.free_bytes,
        swap_bytes=reading.swap_bytes,
        swap_used_bytes=reading.swap_used_bytes,
        capped=reading.capped,
        sessions=sum(1 for one in running if one.session is not None),
        warm=warm,
        digests=digests,
    )
