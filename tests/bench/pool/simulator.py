"""Plays a workload on simulated hosts under one policy, and measures balance, waits and moves.

What the service does of itself it does here with the same code: `choice`, `turns`, `shifting`, `demand`.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.pool import demand, shifting
from sandbox.pool.shifting import Idle, Load, Marks
from sandbox.pool.turns import Clock, Found, Line, Waiter, after, fair_order
from tests.bench.pool.hosts import REFILL_SECONDS, USUAL_WARM, Host
from tests.bench.pool.policies import TERMS, Ours, Policy
from tests.bench.pool.workload import (
    BASE_BYTES,
    COLD_START_SECONDS,
    HOUR_SECONDS,
    LIMIT_BYTES,
    WARM_BYTES,
    WARM_START_SECONDS,
    Session,
    Workload,
)

HIBERNATE_SECONDS = 900.0
QUEUE_SECONDS = 2.0
UPKEEP_SECONDS = 10.0
SAMPLE_SECONDS = 60.0
QUEUE_MOST = 200


@dataclass
class Measured:
    """Of one policy on one pool, after the pool was filled."""

    policy: str
    hosts: int
    ratios: list[float] = field(default_factory=list)  # max ÷ mean utilisation, a sample a minute
    means: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    moves: int = 0
    session_hours: float = 0.0
    early: int = 0  # sessions that hibernated before their time
    cold: int = 0
    refused: int = 0

    @property
    def ratio(self) -> float:
        return sum(self.ratios) / len(self.ratios)

    @property
    def mean(self) -> float:
        return sum(self.means) / len(self.means)

    def wait(self, share: float) -> float:
        """A quantile of the seconds from asking for a container until it is there."""
        return sorted(self.waits)[min(len(self.waits) - 1, int(share * len(self.waits)))]

    @property
    def moves_per_session_hour(self) -> float:
        return self.moves / self.session_hours


class Simulator:
    """One policy, one pool, one workload."""

    def __init__(self, policy: Policy, hosts: list[Host], workload: Workload) -> None:
        self.policy, self.hosts, self.load = policy, hosts, workload
        self.now = 0.0
        self.result = Measured(policy.name, len(hosts))
        self._by_name = {host.entry.name: host for host in hosts}
        self._events: list[tuple[float, int, Callable[..., None], tuple[object, ...]]] = []
        self._number = itertools.count()
        self._queue: deque[Session] = deque()
        self._clock, self._line, self._marks = Clock(), Line(), Marks()
        self._measuring = False
        self._live = 0

    def at(self, when: float, what: Callable[..., None], *about: object) -> None:
        heapq.heappush(self._events, (when, next(self._number), what, about))

    def run(self, seconds: float) -> Measured:
        """Fill the pool to its usual load, let it settle for a third of the time, then measure."""
        self._fill()
        settled = seconds / 3
        self.at(self.load.next_arrival(0.0), self._arrive)
        self.at(HOUR_SECONDS, self._begin_classes)
        self.at(settled, self._begin_to_measure)
        self.at(UPKEEP_SECONDS, self._keep)
        self.at(QUEUE_SECONDS, self._serve)
        self.at(settled, self._sample)
        end = settled + seconds
        while self._events and self._events[0][0] <= end:
            self.now, _, what, about = heapq.heappop(self._events)
            what(*about)
        return self.result

    def _begin_to_measure(self) -> None:
        self._measuring = True

    # --- people ---------------------------------------------------------------------------------------

    def _fill(self) -> None:
        for _ in range(int(self.load.sessions)):
            session = self.load.session(0.0)
            host = self.policy.pick(self.hosts, session, 0.0)
            if host is None:
                continue
            self.at(session.leaves_at, self._leave, session)
            self._start(session, host)
            session.used_at = -self.load.times.uniform(0, HIBERNATE_SECONDS)
            self._grow(session)
            self.at(self.load.times.uniform(0, 300), self._toggle, session)
        for host in self.hosts:
            host._reserved.clear()
            host._figures = None
            for digest in host.warm:
                while host.warm[digest] < USUAL_WARM and host.coming[digest] == 0:
                    host.coming[digest] += 1
                    host.add_warm(digest)

    def _arrive(self) -> None:
        self.at(self.load.next_arrival(self.now), self._arrive)
        self._come(self.load.session(self.now))

    def _begin_classes(self) -> None:
        self.at(self.now + HOUR_SECONDS, self._begin_classes)
        for _ in range(self.load.classes):
            for when, session in self.load.class_of(self.now):
                self.at(when, self._come, session)

    def _come(self, session: Session) -> None:
        self.at(session.leaves_at, self._leave, session)
        self._toggle(session)

    def _toggle(self, session: Session) -> None:
        """Begin to type and run, or to think."""
        if self.now >= session.leaves_at:
            return
        session.active = not session.active
        if session.active:
            if session.host is None:
                self._ask(session)
                if session.host is None:
                    return  # goes on once there is room
            self._burn(session, 1)
            if not session.grown:
                self._grow(session)
            self.at(self.now + self.load.active_seconds(), self._toggle, session)
        else:
            self._rest(session)
            self.at(self.now + self.load.think_seconds(), self._toggle, session)

    def _leave(self, session: Session) -> None:
        if session.active and session.host is not None:
            session.active = False
            self._rest(session)
        session.active = False
        if session.asked_at is not None:
            session.asked_at = None
            self._queue.remove(session)

    def _rest(self, session: Session) -> None:
        session.used_at = self.now
        if session.host is not None:
            self._burn(session, -1)
            self.at(self.now + HIBERNATE_SECONDS + 1, self._sleep, session)

    def _sleep(self, session: Session) -> None:
        if (
            session.host is not None
            and not session.active
            and self.now - session.used_at >= HIBERNATE_SECONDS
        ):
            self._stop(session)

    # --- containers -----------------------------------------------------------------------------------

    def _burn(self, session: Session, sign: int) -> None:
        assert session.host is not None
        host = self.hosts[session.host]
        host.used_cores = max(0.0, host.used_cores + sign * session.cores)

    def _grow(self, session: Session) -> None:
        if session.host is None:
            return
        session.grown = True
        self.hosts[session.host].used_bytes += session.full_bytes - session.memory_bytes
        session.memory_bytes = session.full_bytes

    def _ask(self, session: Session) -> None:
        """For a container; whoever comes while others wait, waits behind them."""
        host = None if self._queue else self.policy.pick(self.hosts, session, self.now)
        if host is not None:
            self._note_wait(self._start(session, host))
        elif len(self._queue) >= QUEUE_MOST * max(1, len(self.hosts) // 100):
            self.result.refused += self._measuring
            session.active = False
            self.at(self.now + 60.0, self._toggle, session)
        else:
            session.asked_at, session.stamp = self.now, self._clock.now
            self._queue.append(session)

    def _start(self, session: Session, host: Host) -> float:
        """Returns how long it takes."""
        warm = host.take_warm(session.digest)
        host.note_taken(session.digest, 1, self.now)
        self._refill(host, session.digest)
        session.host, session.grown = host.index, False
        session.memory_bytes = BASE_BYTES
        host.used_bytes += BASE_BYTES
        host.sessions.add(session)
        self.result.cold += self._measuring and not warm
        return WARM_START_SECONDS if warm else COLD_START_SECONDS

    def _stop(self, session: Session) -> None:
        assert session.host is not None
        host = self.hosts[session.host]
        host.sessions.discard(session)
        host.used_bytes -= session.memory_bytes
        session.host, session.memory_bytes = None, 0

    def _note_wait(self, seconds: float) -> None:
        if self._measuring:
            self.result.waits.append(seconds)

    def _refill(self, host: Host, digest: str) -> None:
        wanted = USUAL_WARM
        if self.policy.manages:
            wanted = demand.wanted(host.demand[digest], USUAL_WARM)
        spare = host.memory_bytes - TERMS.reserve_bytes - host.used_bytes - LIMIT_BYTES
        while host.warm[digest] + host.coming[digest] < wanted and spare > WARM_BYTES:
            host.coming[digest] += 1
            spare -= WARM_BYTES
            behind = sum(host.coming.values())
            self.at(self.now + REFILL_SECONDS * ((behind + 1) // 2), self._warmed, host, digest)

    def _warmed(self, host: Host, digest: str) -> None:
        host.add_warm(digest)

    # --- upkeep ---------------------------------------------------------------------------------------

    def _serve(self) -> None:
        self.at(self.now + QUEUE_SECONDS, self._serve)
        if not self._queue:
            self._clock = Clock()
        elif self.policy.manages:
            self._serve_fairly()
        else:
            while self._queue and (host := self.policy.pick(self.hosts, self._queue[0], self.now)):
                self._admit(self._queue.popleft(), host)

    def _serve_fairly(self) -> None:
        assert isinstance(self.policy, Ours)
        ours = self.policy
        waiting = {session.name: session for session in self._queue}
        waiters = [
            Waiter(one.name, one.owner, one.asked_at or 0.0, one.weight, one.stamp, one.digest, LIMIT_BYTES)
            for one in waiting.values()
        ]

        def place(waiter: Waiter, without: frozenset[str]) -> Found:
            session = waiting[waiter.session_id]
            host = ours.pick(self.hosts, session, self.now, without=without)
            if host is None:
                return "full"
            self._queue.remove(session)
            self._admit(session, host)
            return "placed"

        served = self._line.serve(fair_order(waiters, self._clock), place, lambda _: "", self.now)
        names = {turn.waiter.session_id for turn in served}
        left = [waiter for waiter in waiters if waiter.session_id not in names]
        self._clock = after(self._clock, served, left)

    def _admit(self, session: Session, host: Host) -> None:
        assert session.asked_at is not None
        waited = self.now - session.asked_at
        session.asked_at = None
        self._note_wait(waited + self._start(session, host))
        session.active = False
        self._toggle(session)

    def _keep(self) -> None:
        self.at(self.now + UPKEEP_SECONDS, self._keep)
        for host in self.hosts:
            for digest in host.warm:
                self._refill(host, digest)
        if not self.policy.manages:
            return
        for host in self.hosts:
            self._relieve(host)
        if not self._queue:
            self._shift()

    def _relieve(self, host: Host) -> None:
        """Warm containers beyond what is wanted go, then idle sessions sooner than usual."""
        spare = host.memory_bytes - TERMS.reserve_bytes - host.used_bytes - LIMIT_BYTES
        for digest, warm in host.warm.items():
            wanted = (
                0 if spare < 0 else demand.wanted(demand.after(host.demand[digest], 0, self.now), USUAL_WARM)
            )
            for _ in range(max(0, warm - wanted)):
                host.drop_warm(digest)
        share = host.used_bytes / host.memory_bytes
        least = demand.patience(HIBERNATE_SECONDS, share, bool(self._queue))
        if least >= HIBERNATE_SECONDS:
            return
        idle = [one for one in host.sessions if not one.active and self.now - one.used_at > least]
        idle.sort(key=lambda one: (one.used_at, one.name))
        for session in idle[: 4 * int(UPKEEP_SECONDS / 2)]:
            self._stop(session)
            self.result.early += self._measuring

    def _shift(self) -> None:
        assert isinstance(self.policy, Ours)
        for host in self.hosts:
            full = host.used_bytes / (host.memory_bytes - TERMS.reserve_bytes)
            host.smooth += 0.3 * (full - host.smooth) if host.smooth else full
        mean = sum(host.smooth for host in self.hosts) / len(self.hosts)
        loads = [self._load_of(host, host.smooth > mean + shifting.LOW) for host in self.hosts]
        moves, self._marks = shifting.plan(loads, self._marks, self.now)
        by_name = {one.name: one for move in moves for one in self._by_name[move.source].sessions}
        for move in moves:
            session = by_name[move.session]
            target = self.policy.pick(self.hosts, session, self.now, only=move.targets)
            if target is None or not target.warm[session.digest]:
                continue
            self._stop(session)
            self._start(session, target)
            session.grown, session.moved_at = False, self.now
            self._marks = shifting.moved(self._marks, move.source, target.entry.name, self.now)
            self.result.moves += self._measuring

    def _load_of(self, host: Host, hot: bool) -> Load:
        idle = [
            Idle(one.name, one.memory_bytes, self.now - one.used_at, self.now - one.moved_at)
            for one in (host.sessions if hot else ())
            if not one.active
        ]
        cpu = host.used_cores / host.cpus
        return Load(host.entry.name, host.smooth, host.memory_bytes, cpu, idle=idle)

    def _sample(self) -> None:
        self.at(self.now + SAMPLE_SECONDS, self._sample)
        loads = [host.utilisation for host in self.hosts]
        mean = sum(loads) / len(loads)
        self.result.means.append(mean)
        self.result.ratios.append(max(loads) / mean)
        self.result.session_hours += sum(len(host.sessions) for host in self.hosts) * SAMPLE_SECONDS / 3600
