"""Ways to choose a host: the service's own, and the four that it is compared with."""

import random
from collections.abc import Sequence
from typing import Protocol

from sandbox.limits import ContainerLimits
from sandbox.pool import choice
from sandbox.pool.choice import Need, Snapshot, Terms
from tests.bench.pool.hosts import Host
from tests.bench.pool.workload import LIMIT_BYTES, Session

TERMS = Terms()
LIMITS = ContainerLimits()
TRIES = 5  # hosts that the others ask before the session waits


class Policy(Protocol):
    """`manages`: it also sizes warm pools, hibernates early, shifts, and serves the queue fairly."""

    name: str
    manages: bool

    def pick(self, hosts: Sequence[Host], session: Session, now: float) -> Host | None: ...


class Ours:
    """`sandbox.pool.choice`, on what the keeper would show."""

    name = "this pool"
    manages = True

    def __init__(self) -> None:
        self.decided = 0

    def pick(
        self,
        hosts: Sequence[Host],
        session: Session,
        now: float,
        only: frozenset[str] | None = None,
        without: frozenset[str] = frozenset(),
    ) -> Host | None:
        self.decided += 1
        need = Need(session.digest, LIMITS, seed=f"{session.name} {self.decided}")
        if only is not None:
            hosts = [host for host in hosts if host.entry.name in only]
        some = choice.sample(hosts, need.seed)
        for looked_at in (some, hosts) if len(some) < len(hosts) else (hosts,):
            rooms = [host.room(session.digest, now) for host in looked_at if host.entry.name not in without]
            room = choice.choose(Snapshot(now, TERMS, rooms), need).room
            if room:
                host = looked_at[_index(looked_at, room.entry.name)]
                host.reserve(need.expected_bytes, now)
                return host
        return None


def _index(hosts: Sequence[Host], name: str) -> int:
    return next(n for n, host in enumerate(hosts) if host.entry.name == name)


def has_room(host: Host) -> bool:
    """The same for everybody: the whole limit must be free beside the host's own reserve."""
    return host.memory_bytes - TERMS.reserve_bytes - host.used_bytes >= LIMIT_BYTES


class Random:
    """As play.haskell.org chooses its workers."""

    name = "random"
    manages = False

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def pick(self, hosts: Sequence[Host], session: Session, now: float) -> Host | None:
        drawn = (hosts[self._draw.randrange(len(hosts))] for _ in range(TRIES))
        return next((host for host in drawn if has_room(host)), None)


class RoundRobin:
    name = "round robin"
    manages = False

    def __init__(self) -> None:
        self._next = 0

    def pick(self, hosts: Sequence[Host], session: Session, now: float) -> Host | None:
        for _ in range(TRIES):
            host = hosts[self._next % len(hosts)]
            self._next += 1
            if has_room(host):
                return host
        return None


def crowded(host: Host) -> float:
    """Sessions for the memory that there is: fair to machines of several sizes."""
    return len(host.sessions) / host.memory_bytes


class LeastSessions:
    name = "least sessions"
    manages = False

    def pick(self, hosts: Sequence[Host], session: Session, now: float) -> Host | None:
        return min(filter(has_room, hosts), key=crowded, default=None)


class TwoChoices:
    name = "two choices"
    manages = False

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def pick(self, hosts: Sequence[Host], session: Session, now: float) -> Host | None:
        for _ in range(TRIES):
            pair = [hosts[self._draw.randrange(len(hosts))] for _ in range(2)]
            if host := min(filter(has_room, pair), key=crowded, default=None):
                return host
        return None


def all_policies(seed: int) -> list[Policy]:
    return [Ours(), Random(seed), RoundRobin(), LeastSessions(), TwoChoices(seed)]
