"""The simulated hosts: what they have, what is used, and how placement sees them."""

import math
from collections import deque
from dataclasses import dataclass, field

import msgspec

from sandbox.engine import kinds
from sandbox.limits import GIB
from sandbox.messages import HostEntry, HostFigures
from sandbox.pool import demand
from sandbox.pool.census import promised_cpus
from sandbox.pool.choice import Room
from sandbox.pool.demand import Demand
from sandbox.pool.watch import SUSPECT_SECONDS
from tests.bench.pool.workload import LARGE, TOOLCHAINS, USUAL, WARM_BYTES, Session

OWN_BYTES = GIB // 2  # of the machine itself
FIGURES_SECONDS = 2.0
RESERVED_SECONDS = 20.0
REFILL_SECONDS = 3.0
USUAL_WARM = 2
DIGESTS = [digest for digest, _ in TOOLCHAINS]
KINDS = [kinds.kind_for(digest, limits) for limits in (USUAL, LARGE) for digest in DIGESTS]


def usual_warm(kind: str) -> int:
    """What waits before anything is known, and under the policies that don't look at what is taken."""
    return USUAL_WARM if kinds.is_usual(kind) else 0


@dataclass(slots=True, eq=False)
class Host:
    index: int
    memory_bytes: int
    cpus: float
    used_bytes: int = 0
    used_cores: float = 0.0
    sessions: set[Session] = field(default_factory=set)
    warm: dict[str, int] = field(default_factory=lambda: {kind: usual_warm(kind) for kind in KINDS})
    coming: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    demand: dict[str, Demand] = field(default_factory=lambda: {kind: Demand(0.0, 0.0) for kind in KINDS})
    smooth: float = 0.0
    draining: bool = False
    silent_since: float = math.inf  # it does not answer from then on
    _reserved: deque[tuple[float, int]] = field(default_factory=deque)
    _reserved_bytes: int = 0
    _figures: HostFigures | None = None
    _rooms: dict[str, Room] = field(default_factory=dict)  # as last shown, by kind of warm container
    entry: HostEntry = field(init=False)

    def __post_init__(self) -> None:
        self.entry = HostEntry(f"h{self.index:05}", "fake://")
        self.used_bytes = OWN_BYTES + sum(self.warm.values()) * WARM_BYTES

    @property
    def utilisation(self) -> float:
        """The larger of its shares of memory and of CPU."""
        return max(self.used_bytes / self.memory_bytes, min(1.0, self.used_cores / self.cpus))

    def room(self, kind: str, now: float) -> Room:
        """As placement reads it: figures up to 2 s old, and what was reserved in the last 20 s."""
        figures = self._figures
        if figures is None or (now - figures.at >= FIGURES_SECONDS and self.answers(now)):
            figures = self._figures = self.figures(now)
        elif now - self.silent_since > SUSPECT_SECONDS:
            figures = self._figures = msgspec.structs.replace(figures, suspect=True)
        while self._reserved and self._reserved[0][0] <= now:
            self._reserved_bytes -= self._reserved.popleft()[1]
        room, reserved = self._rooms.get(kind), self._reserved_bytes
        if (
            room is None
            or room.figures is not figures
            or room.entry is not self.entry
            or (room.reserved_bytes, room.warm) != (reserved, self.warm[kind])
        ):
            room = Room(self.entry, figures, reserved, len(self._reserved), self.warm[kind])
            self._rooms[kind] = room
        return room

    def answers(self, now: float) -> bool:
        return now < self.silent_since

    def drain(self, *, draining: bool) -> None:
        self.draining = draining
        self.entry = msgspec.structs.replace(self.entry, cordoned=draining, draining=draining)

    def resting(self, now: float) -> float:
        return sum(one.resting(now) for one in self.sessions)

    def figures(self, now: float) -> HostFigures:
        promised_memory, promised = 0, 0.0
        for one in self.sessions:
            promised_memory += one.limits.memory_bytes
            promised += promised_cpus(one.limits, used=one.active)
        return HostFigures(
            name=self.entry.name,
            alive=True,
            at=now,
            cpus=self.cpus,
            cpu_used=min(self.used_cores, self.cpus),
            memory_bytes=self.memory_bytes,
            memory_used_bytes=self.used_bytes,
            sessions=len(self.sessions),
            promised_bytes=promised_memory,
            promised_cpus=promised,
            resting_cpus=self.resting(now),
            digests=DIGESTS,
        )

    def reserve(self, size: int, now: float) -> None:
        self._reserved.append((now + RESERVED_SECONDS, size))
        self._reserved_bytes += size

    def show(self) -> None:
        """What its sessions use stands in its figures at once, nothing is reserved any more."""
        self._reserved.clear()
        self._reserved_bytes, self._figures = 0, None

    def take_warm(self, kind: str) -> bool:
        if not self.warm[kind]:
            return False
        self.warm[kind] -= 1
        self.used_bytes -= WARM_BYTES
        return True

    def add_warm(self, kind: str) -> None:
        self.coming[kind] -= 1
        self.warm[kind] += 1
        self.used_bytes += WARM_BYTES

    def drop_warm(self, kind: str) -> None:
        self.warm[kind] -= 1
        self.used_bytes -= WARM_BYTES

    def note_taken(self, kind: str, taken: int, now: float) -> None:
        self.demand[kind] = demand.after(self.demand[kind], taken, now)


def hosts(count: int) -> list[Host]:
    """Machines of two sizes, as pools grow."""
    sizes = ((16, 4), (16, 4), (32, 8))
    return [Host(n, sizes[n % 3][0] * GIB, float(sizes[n % 3][1])) for n in range(count)]
