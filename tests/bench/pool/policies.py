"""Ways to choose a host: the service's own, and the four that it is compared with."""

import random
from collections.abc import Sequence
from typing import Protocol

from sandbox.pool import choice
from sandbox.pool.choice import Need, Share, Snapshot, Terms
from tests.bench.pool.hosts import Host
from tests.bench.pool.workload import USUAL, Session

TERMS = Terms()
LIMITS = USUAL
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
        self._owned: dict[str, set[Session]] = {}

    def pick(
        self,
        hosts: Sequence[Host],
        session: Session,
        now: float,
        only: frozenset[str] | None = None,
        without: frozenset[str] = frozenset(),
    ) -> Host | None:
        need = self._need(session)
        if only is not None:
            hosts = [host for host in hosts if host.entry.name in only]
        some = choice.sample(hosts, need.seed)
        for looked_at in (some, hosts) if len(some) < len(hosts) else (hosts,):
            rooms = [host.room(need.kind, now) for host in looked_at if host.entry.name not in without]
            room = choice.choose(Snapshot(now, TERMS, rooms), need).room
            if room:
                host = looked_at[_index(looked_at, room.entry.name)]
                host.reserve(need.expected_bytes, now)
                return host
        return None

    def roomiest(self, hosts: Sequence[Host], session: Session, now: float) -> str:
        """The host that is kept free for a large one."""
        rooms = [host.room(session.kind, now) for host in hosts]
        return choice.roomiest(Snapshot(now, TERMS, rooms), self._need(session))

    def note(self, session: Session) -> None:
        """It began on a host, or left one."""
        own = self._owned.setdefault(session.owner, set())
        if session.host is None:
            own.discard(session)
        else:
            own.add(session)
        if not own:
            del self._owned[session.owner]

    def _need(self, session: Session) -> Need:
        self.decided += 1
        return Need(
            session.digest,
            session.limits,
            last_host=session.last_host,
            shares=self._shares(session),
            seed=f"{session.name} {self.decided}",
        )

    def _shares(self, session: Session) -> dict[str, Share]:
        """What the same user's other sessions have where; what computes does so at the moment, here."""
        shares: dict[str, Share] = {}
        for one in self._owned.get(session.owner, set()) - {session}:
            had = shares.get(one.last_host, Share())
            cores = had.cores + one.cores * one.active
            shares[one.last_host] = Share(
                had.sessions + 1, had.promised_bytes + one.limits.memory_bytes, cores
            )
        return shares


def _index(hosts: Sequence[Host], name: str) -> int:
    return next(n for n, host in enumerate(hosts) if host.entry.name == name)


def has_room(host: Host, session: Session, now: float) -> bool:
    """The same for everybody: the whole limit must be free beside the host's own reserve."""
    free = host.memory_bytes - TERMS.reserve_bytes - host.used_bytes
    return free >= session.limits.memory_bytes and not host.draining and host.answers(now)


class Random:
    """As play.haskell.org chooses its workers."""

    name = "random"
    manages = False

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def pick(self, hosts: Sequence[Host], session: Session, now: float) -> Host | None:
        drawn = (hosts[self._draw.randrange(len(hosts))] for _ in range(TRIES))
        return next((host for host in drawn if has_room(host, session, now)), None)


class RoundRobin:
    name = "round robin"
    manages = False

    def __init__(self) -> None:
        self._next = 0

    def pick(self, hosts: Sequence[Host], session: Session, now: float) -> Host | None:
        for _ in range(TRIES):
            host = hosts[self._next % len(hosts)]
            self._next += 1
            if has_room(host, session, now):
                return host
        return None


def crowded(host: Host) -> float:
    """Sessions for the memory that there is: fair to machines of several sizes."""
    return len(host.sessions) / host.memory_bytes


class LeastSessions:
    name = "least sessions"
    manages = False

    def pick(self, hosts: Sequence[Host], session: Session, now: float) -> Host | None:
        return min((host for host in hosts if has_room(host, session, now)), key=crowded, default=None)


class TwoChoices:
    name = "two choices"
    manages = False

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def pick(self, hosts: Sequence[Host], session: Session, now: float) -> Host | None:
        for _ in range(TRIES):
            pair = [hosts[self._draw.randrange(len(hosts))] for _ in range(2)]
            fitting = (host for host in pair if has_room(host, session, now))
            if host := min(fitting, key=crowded, default=None):
                return host
        return None


def all_policies(seed: int) -> list[Policy]:
    return [Ours(), Random(seed), RoundRobin(), LeastSessions(), TwoChoices(seed)]
