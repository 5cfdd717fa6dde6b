"""Watches a host's utilisation: finds or starts its probe container, reads its lines, believes none of them.

Watcher (a thread) ── attach ──► probe container (probe_script.py)
    latest() → Reading: the machine's and each container's figures, clamped to what the machine can be
"""

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from sandbox.engine import profile
from sandbox.engine.hosts import PROFILE_LABEL, Channel, ContainerInfo, Host, Machine, Spec
from sandbox.exceptions import AlreadyClaimed, HostError, SandboxError
from sandbox.messages import DecodeError, HostEntry, HostFigures, ToolchainEntry

LINE_BYTES = 256 * 1024
SILENCE_SECONDS = 5.0  # without a line for so long the probe is started anew
RETRY_SECONDS = 2.0

Number = Annotated[int, Meta(ge=0, le=2**62)]
Share = Annotated[float, Meta(ge=0, le=1)]
ContainerId = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]

log = logging.getLogger(__name__)


class Line(msgspec.Struct, frozen=True, rename="camel"):
    """One line of the probe."""

    monotonic_ns: Number
    busy_ns: Number
    cpus: Annotated[int, Meta(ge=1, le=4096)]
    memory_bytes: Number
    memory_available_bytes: Number
    load: Annotated[float, Meta(ge=0, le=1e6)]
    cpu_pressure: Share
    memory_pressure: Share
    io_pressure: Share
    containers: Annotated[dict[ContainerId, tuple[Number, Number]], Meta(max_length=1000)]


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
            raise HostError("The probe's line is too long.")
        try:
            yield from map(_decode, complete)
        except DecodeError as error:
            raise HostError(f"The probe talks nonsense: {error}") from error


def readings(said: Iterable[Line], machine: Machine) -> Iterator[Reading]:
    """A reading for each line but the first (rates need two), no figure beyond what the machine can be."""
    before: Line | None = None
    for line in said:
        if before and line.monotonic_ns > before.monotonic_ns:
            yield _reading(before, line, machine)
        before = line


def _reading(before: Line, line: Line, machine: Machine) -> Reading:
    busy = max(0, line.busy_ns - before.busy_ns) / (line.monotonic_ns - before.monotonic_ns)
    used = max(0, line.memory_bytes - line.memory_available_bytes)
    return Reading(
        at=time.time(),
        machine=machine,
        cpu_used=min(busy, machine.cpus),
        memory_used_bytes=min(used, machine.memory_bytes),
        cpu_pressure=line.cpu_pressure,
        memory_pressure=line.memory_pressure,
        io_pressure=line.io_pressure,
        load=line.load,
        containers={
            container: ContainerFigures(cpu_ns / 1e9, min(memory_bytes, machine.memory_bytes))
            for container, (cpu_ns, memory_bytes) in line.containers.items()
        },
    )


def probe_name(installation: str) -> str:
    """The one probe that an installation has on a host."""
    return f"{installation}-probe"


def ensure_probe(host: Host, spec: Spec, installation: str) -> str:
    """The id of the host's running probe; one that ended, or was made otherwise, is replaced."""
    for container in _probes(host):
        if container.state == "running" and container.profile == spec["Labels"][PROFILE_LABEL]:
            return container.id
        host.remove(container.id)
    try:
        return host.create(spec, probe_name(installation))
    except AlreadyClaimed:  # another keeper was first
        return next((one.id for one in _probes(host)), "")


def _probes(host: Host) -> list[ContainerInfo]:
    return [container for container in host.containers() if container.role == "probe"]


class Watcher:
    """Keeps a host's last reading; a thread, so that an engine that hangs holds up nobody."""

    def __init__(self, host: Host, toolchain: ToolchainEntry, installation: str) -> None:
        self._host = host
        self._spec = profile.probe(
            image=toolchain.image, toolchain=toolchain.digest, installation=installation
        )
        self._installation = installation
        self._latest: Reading | None = None
        self._error = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"probe {host.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer; the probe stays for whoever watches next."""
        self._stop.set()

    def latest(self) -> Reading | None:
        """The last reading, however old (see its `at`); None before the first."""
        return self._latest

    @property
    def error(self) -> str:
        """Why there is no newer reading; empty while there is."""
        return self._error

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._watch()
            except SandboxError as error:
                self._error = str(error)
                log.warning("probe of %s: %s", self._host.name, error)
                self._stop.wait(RETRY_SECONDS)

    def _watch(self) -> None:
        machine = self._host.machine()
        container = ensure_probe(self._host, self._spec, self._installation)
        channel = self._host.attach(container)
        try:
            for reading in readings(lines(channel, self._stop), machine):
                self._latest, self._error = reading, ""
        except HostError:
            self._host.remove(container)
            raise
        finally:
            channel.close()


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
        sessions=sum(1 for one in running if one.session is not None),
        warm=warm,
        digests=digests,
    )
