"""Who comes to the simulated pool, and what they need: heavy-tailed, by time of day, a class at a time.

A user opens a workspace, types and runs for a while, thinks for a while, and leaves. Memory and CPU are drawn
from Pareto distributions that nobody knows beforehand: a session is small until it first computes.
"""

import math
import random
from dataclasses import dataclass, field

from sandbox.engine import kinds
from sandbox.limits import GIB, MIB, ContainerLimits
from sandbox.pool import weights

BASE_BYTES = 110 * MIB  # of an idle session, GHCi up
USUAL, LARGE = ContainerLimits(), ContainerLimits(memory_bytes=4 * GIB, cpus=2.0, disk_bytes=GIB)
LARGE_SHARE = 0.01  # of sessions: of a plan that gives more, with twice the weight in the queue
WARM_BYTES = 110 * MIB
MEMORY_SHAPE, MEMORY_FROM = 1.4, 130 * MIB
CORES_SHAPE, CORES_FROM = 1.3, 0.03
STAY_SECONDS = 2400.0  # means
ACTIVE_SECONDS = 240.0
THINK_SECONDS = 420.0
DAY_SECONDS = 7200.0  # a day, quickened
SWING = 0.8  # by which arrivals go up and down in a day
HOUR_SECONDS = 1800.0  # at which classes begin, quickened too
CLASS_SESSIONS = 30
CLASS_SECONDS = 120.0
WARM_START_SECONDS = 0.1
COLD_START_SECONDS = 1.0
CLASS_SHARE = 0.25  # of all who come
TOOLCHAINS = (("sha256:a", 0.7), ("sha256:b", 0.2), ("sha256:c", 0.1))


@dataclass(slots=True, eq=False)
class Session:
    """One workspace of one user; `host` is None while it has no container."""

    name: str
    owner: str
    digest: str
    full_bytes: int
    cores: float
    leaves_at: float
    limits: ContainerLimits = USUAL
    weight: float = 100.0
    host: int | None = None
    last_host: str = ""
    memory_bytes: int = 0
    active: bool = False
    used_at: float = 0.0
    began_at: float = 0.0  # to compute
    peak: float = 0.0  # the most cores that it burned on average in this container, as of `used_at`
    moved_at: float = -1e9
    asked_at: float | None = None  # since when it waits for room
    stamp: float = 0.0
    grown: bool = False

    @property
    def kind(self) -> str:
        """Of warm containers that suit it."""
        return kinds.kind_for(self.digest, self.limits)

    def resting(self, now: float) -> float:
        """The cores that it burned lately, and does not now."""
        return 0.0 if self.active else weights.faded(self.peak, now - self.used_at)


@dataclass
class Workload:
    """Draws sessions and times; all follows from the seed, and who comes does not depend on the policy."""

    seed: int
    sessions: float  # that live at a time, on average
    draw: random.Random = field(init=False)  # who comes
    times: random.Random = field(init=False)  # how long they compute and think
    machines: random.Random = field(init=False)  # which hosts fall silent
    _number: int = 0

    def __post_init__(self) -> None:
        self.draw, self.times = random.Random(self.seed), random.Random(self.seed + 1)
        self.machines = random.Random(self.seed + 2)

    def session(self, now: float, digest: str = "") -> Session:
        self._number += 1
        kinds = [kind for kind, _ in TOOLCHAINS]
        shares = [share for _, share in TOOLCHAINS]
        memory = MEMORY_FROM * self.draw.paretovariate(MEMORY_SHAPE)
        cores = CORES_FROM * self.draw.paretovariate(CORES_SHAPE)
        # One in five has another session open already.
        owner = self._number - 1 if self.draw.random() < 0.2 else self._number
        large = self.draw.random() < LARGE_SHARE
        limits = LARGE if large else USUAL
        return Session(
            name=f"s{self._number}",
            owner=f"u{owner}",
            digest=digest or self.draw.choices(kinds, shares)[0],
            full_bytes=int(min(memory, 0.9 * limits.memory_bytes)),
            cores=min(cores, limits.cpus),
            limits=limits,
            weight=200.0 if large else 100.0,
            leaves_at=now + self.draw.expovariate(1 / STAY_SECONDS),
        )

    def rate(self, now: float) -> float:
        """Single users a second at that time of the day."""
        usual = self.sessions * (1 - CLASS_SHARE) / STAY_SECONDS
        return usual * (1 + SWING * math.sin(2 * math.pi * now / DAY_SECONDS))

    def next_arrival(self, now: float) -> float:
        return now + self.draw.expovariate(self.rate(now))

    @property
    def classes(self) -> int:
        """How many begin at the hour."""
        return max(1, round(self.sessions * CLASS_SHARE * HOUR_SECONDS / STAY_SECONDS / CLASS_SESSIONS))

    def class_of(self, now: float) -> list[tuple[float, Session]]:
        """Everybody of a class, within two minutes, with one toolchain."""
        digest = self.draw.choice(TOOLCHAINS)[0]
        times = [now + self.draw.uniform(0, CLASS_SECONDS) for _ in range(CLASS_SESSIONS)]
        return [(at, self.session(at, digest)) for at in times]

    def active_seconds(self) -> float:
        return self.times.expovariate(1 / ACTIVE_SECONDS)

    def think_seconds(self) -> float:
        return self.times.expovariate(1 / THINK_SECONDS)
