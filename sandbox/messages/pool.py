"""The pool as the database knows it (ide → keeper and workers), and as the keeper sees it."""

import ipaddress
import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from sandbox.messages.parts import Id, Wire

SILENT_SECONDS = 10.0  # a worker or a host that nothing was heard of for so long does not count
UNSERVED_SECONDS = 5.0  # a wake-up is taken within milliseconds


class HostEntry(Wire, frozen=True):
    """A host of the pool.

    `address` is `unix://…` or `tcp://…`; `credentials` names a folder beside others that only workers and
    keepers can read. `cpus` and `memory_bytes` are what the pool may have of it; 0: all that there is.
    """

    name: Id
    address: str
    credentials: str = ""
    runtime: Literal["runc", "runsc"] = "runc"
    cordoned: bool = False
    draining: bool = False  # its sessions move away; takes no new ones
    cpus: float = 0.0
    memory_bytes: int = 0

    @property
    def machine(self) -> "HostEntry":
        """The same but for what may change while it is watched."""
        return msgspec.structs.replace(self, cordoned=False, draining=False)

    @property
    def address_fault(self) -> str:
        """What is wrong with the address, seen without asking anybody; empty: nothing."""
        if re.fullmatch(r"unix:///\S+", self.address):
            return "A socket takes no credentials." if self.credentials else ""
        found = re.fullmatch(r"tcp://(\[[0-9a-fA-F:.]+\]|[0-9A-Za-z.-]+):([0-9]{1,5})", self.address)
        if not found or not 0 < int(found[2]) < 65536 or not _names_machine(found[1]):
            return "An address is unix:///run/docker.sock, or tcp:// with machine and port, like tcp://10.0.0.5:2376."
        if not self.credentials:
            return (
                "An engine that listens on the network needs credentials: else everybody there is root on it."
            )
        return ""


def _names_machine(text: str) -> bool:
    """Whether it is a name as machines have them, or an address, whoever has it."""
    if text.startswith("["):
        try:
            return bool(ipaddress.IPv6Address(text[1:-1]))
        except ValueError:
            return False
    return all(0 < len(label) < 64 for label in text.removesuffix(".").split("."))


class ToolchainEntry(Wire, frozen=True):
    """A toolchain that sessions may ask for.

    `image` is what engines know it by where no registry gives digests. One that is `arriving` is brought to
    the hosts before people get it; one that is `retired` serves sessions that began with it, and a way back.
    """

    name: Annotated[str, Meta(min_length=1, max_length=64, pattern="^[0-9A-Za-z._-]+$")]
    digest: str
    image: str
    warm: bool = True
    stage: Literal["current", "arriving", "retired"] = (
        "current"  # arriving: spread, not yet given to sessions
    )

    @property
    def reference(self) -> str:
        """What containers are made from: always a digest, as anybody may put a name on another image."""
        return self.image if "@sha256:" in self.image else self.digest


class Pool(Wire, frozen=True):
    """`unused` are digests of images that no toolchain needs any more: hosts are rid of them."""

    hosts: list[HostEntry]
    toolchains: list[ToolchainEntry]
    unused: list[str] = []


class Transfer(Wire, frozen=True):
    """An image on its way to a host. `whence` is the host that gives it, or the registry."""

    toolchain: str
    digest: str
    whence: str
    began: float
    bytes: int = 0
    whole_bytes: int = 0  # about
    error: str = ""


class HostFigures(Wire, frozen=True):
    """A host as last watched.

    CPU in cores, memory in bytes, pressure as the share of time that something waited. What is there and what
    is used are those of the pool's share, where the machine or the administrator gives it less than all.
    """

    name: str
    alive: bool
    at: float
    cpus: float = 0.0
    cpu_used: float = 0.0
    memory_bytes: int = 0
    memory_used_bytes: int = 0
    cpu_pressure: float = 0.0
    memory_pressure: float = 0.0
    sessions: int = 0
    promised_bytes: int = 0  # sum of its sessions' memory limits
    promised_cpus: float = 0.0
    resting_cpus: float = 0.0  # that its sessions burned lately, do not burn now, and may burn again
    warm: dict[str, int] = {}
    digests: list[str] = []
    error: str = ""  # why its engine does not answer, or what it said that no engine says
    last_error: str = ""  # what `error` last said, and when (Unix time): kept when all is well again
    last_error_at: float = 0.0
    refused: str = ""  # why it takes no sessions although its engine answers
    warnings: list[str] = []  # what somebody should see to before it does harm
    suspect: bool = False  # nothing was heard of it for a moment: it counts as full
    quarantined: bool = False  # `error` says what it said; it is asked again after a while
    heard_at: float = 0.0  # when it last gave a sign of life
    io_pressure: float = 0.0
    load: float = 0.0
    disk_bytes: int = 0  # of the file system that holds images and containers
    disk_free_bytes: int = 0
    swap_bytes: int = 0
    swap_used_bytes: int = 0
    images: list[str] = []  # digests that it holds, whether or not it takes sessions
    transfer: Transfer | None = None  # the image that it is being given, or why it was not
    capped: bool = False  # all sandboxes together have a limit below the machine
    engine: str = ""  # the engine's own id

    def takes_sessions(self, entry: HostEntry | None, now: float) -> bool:
        """The keeper sees it and accepted it, and `entry` (as the pool was told of it) is not cordoned."""
        seen = self.alive and not self.refused and now - self.at < SILENT_SECONDS
        return seen and not (entry and entry.cordoned)

    @property
    def state(self) -> Literal["alive", "suspect", "refused", "quarantined", "lost"]:
        """In one word."""
        if self.quarantined:
            return "quarantined"
        if not self.alive:
            return "lost"
        return "suspect" if self.suspect else "refused" if self.refused else "alive"


class HostSample(Wire, frozen=True):
    """A host at a moment of the last hour."""

    at: float
    cpu: float  # portion of the pool's share that was used
    memory: float
    cpu_pressure: float
    memory_pressure: float
    io_pressure: float
    disk: float
    sessions: int
    warm: int
    alive: bool


class SessionFigures(Wire, frozen=True):
    """A session that has a container, as last watched. Times are Unix time; CPU in cores, of this moment."""

    session_id: str
    owner: str
    host: str
    container: str
    cpu_used: float
    memory_bytes: int
    opened_at: float
    used_at: float
    runs: list[str]  # live ones
    cpu_weight: int
    moving: bool = False


class WaitingFigures(Wire, frozen=True):
    """A session that waits for room, since `since` (Unix time).

    `reason` says why no host could take it, were it empty; it has no position then.
    """

    session_id: str
    owner: str
    since: float
    position: int | None = None
    estimate_seconds: float | None = None
    reason: str | None = None


class Check(Wire, frozen=True):
    """One line of a preflight's report."""

    name: str
    value: str
    verdict: Literal["good", "warning", "bad"] = "good"
    advice: str = ""
    later: bool = False  # it can't be seen yet


class Preflight(Wire, frozen=True):
    """What a keeper found of a machine before it takes sessions, or why it found nothing."""

    at: float
    checks: list[Check]
    engine: str = ""  # the engine's own id

    @property
    def faults(self) -> list[str]:
        """Why it can't be a host, a sentence each; none: it can."""
        return [
            f"{one.name}: {one.value}. {one.advice}".strip() for one in self.checks if one.verdict == "bad"
        ]


class PreflightAsked(Wire, frozen=True):
    """The service asks the keeper, who alone reaches engines; the answer lies under `id` for a moment."""

    id: Id
    entry: HostEntry


class Recall(Wire, frozen=True):
    """What Redis knows of a run and of its session's container.

    `container_lost_at` (Unix time): Redis had lost the session when its container was found and removed.
    """

    known: bool
    complete: bool  # nothing was lost, or every host was looked at since
    container_lost_at: float | None = None

    def may_have_begun(self, sent_after: float) -> bool:
        """A run that is not known may have begun in a container that was there after it was accepted."""
        return not self.known and (self.container_lost_at or 0.0) > sent_after


class WorkerFigures(Wire, frozen=True):
    """A worker's last sign of life (Unix time): how many sessions it can serve, and how many it does."""

    name: str
    at: float
    slots: int
    busy: int


class Attendance(Wire, frozen=True):
    """Who takes wake-ups. `unserved_since`: since when one waits for a worker; None: none does."""

    workers: list[WorkerFigures]
    unserved_since: float | None = None

    def fault(self, now: float) -> str:
        """What is wrong, empty: nothing. Full workers are no fault; free ones that let sessions wait are."""
        live = [one for one in self.workers if now - one.at < SILENT_SECONDS]
        if not live:
            return "none runs"
        waited = now - self.unserved_since if self.unserved_since else 0.0
        if waited > UNSERVED_SECONDS and any(one.busy < one.slots for one in live):
            return f"a session has waited for {waited:.0f} s while workers have nothing to do"
        return ""
