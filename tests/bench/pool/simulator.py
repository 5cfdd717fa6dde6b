"""Plays a workload on simulated hosts under one policy, and measures balance, waits and moves.

What the service does of itself it does here with the same code: `choice`, `turns`, `shifting`, `demand`.
"""

import heapq
import itertools
from collections.abc import Callable

from sandbox.limits import KEEPER_SECONDS
from sandbox.pool import demand, weights
from tests.bench.pool.hosts import REFILL_SECONDS, USUAL_WARM, Host, usual_warm
from tests.bench.pool.measured import Measured
from tests.bench.pool.mishaps import SILENCE_SECONDS, Mishaps
from tests.bench.pool.policies import TERMS, Ours, Policy
from tests.bench.pool.queue import QUEUE_SECONDS, Queue
from tests.bench.pool.upkeep import HIBERNATE_SECONDS, Upkeep
from tests.bench.pool.workload import (
    ACTIVE_SECONDS,
    BASE_BYTES,
    COLD_START_SECONDS,
    HOUR_SECONDS,
    STAY_SECONDS,
    THINK_SECONDS,
    USUAL,
    WARM_BYTES,
    WARM_START_SECONDS,
    Session,
    Workload,
)

SAMPLE_SECONDS = 60.0


class Simulator:
    """One policy, one pool, one workload."""

    def __init__(self, policy: Policy, hosts: list[Host], workload: Workload) -> None:
        self.policy, self.hosts, self.load = policy, hosts, workload
        self.now = 0.0
        self.result = Measured(policy.name, len(hosts))
        self.by_name = {host.entry.name: host for host in hosts}
        self._events: list[tuple[float, int, Callable[..., None], tuple[object, ...]]] = []
        self._number = itertools.count()
        self.queue = Queue(self)
        self.measuring = False
        self._live = 0

    def at(self, when: float, what: Callable[..., None], *about: object) -> None:
        heapq.heappush(self._events, (when, next(self._number), what, about))

    def run(self, seconds: float, settled: float = 0.0, round_seconds: float = KEEPER_SECONDS) -> Measured:
        """Fill the pool to its usual load, let it settle (for a third of the time), then measure."""
        self._fill()
        settled = settled or seconds / 3
        self.at(self.load.next_arrival(0.0), self._arrive)
        self.at(HOUR_SECONDS, self._begin_classes)
        self.at(settled, self._begin_to_measure)
        mishaps = Mishaps(self)
        self.at(SILENCE_SECONDS, mishaps.fall_silent)
        self.at(settled + seconds / 2, mishaps.drain)
        self.at(round_seconds, Upkeep(self, round_seconds).keep)
        self.at(QUEUE_SECONDS, self._serve)
        self.at(settled, self._sample)
        end = settled + seconds
        while self._events and self._events[0][0] <= end:
            self.now, _, what, about = heapq.heappop(self._events)
            what(*about)
        return self.result

    def _begin_to_measure(self) -> None:
        self.measuring = True

    # --- people ---------------------------------------------------------------------------------------

    def _fill(self) -> None:
        """As it is after a while: so many compute and think, and who left a moment ago is not asleep yet."""
        for _ in range(int(self.load.sessions)):
            session = self.load.session(0.0)
            computes = self.load.times.random() < ACTIVE_SECONDS / (ACTIVE_SECONDS + THINK_SECONDS)
            until = self.load.active_seconds() if computes else self.load.think_seconds()
            self.at(session.leaves_at, self._leave, session)
            self.at(until, self._toggle, session)
            self._put(session, computes, 0.0 if computes else self.load.think_seconds())
        for _ in range(int(self.load.sessions * HIBERNATE_SECONDS / STAY_SECONDS)):
            session = self.load.session(-STAY_SECONDS)
            session.leaves_at = 0.0
            self._put(session, False, self.load.times.uniform(0, HIBERNATE_SECONDS))
        for host in self.hosts:
            for kind in host.warm:
                while host.warm[kind] < usual_warm(kind) and host.coming[kind] == 0:
                    host.coming[kind] += 1
                    host.add_warm(kind)

    def _put(self, session: Session, computes: bool, thought: float) -> None:
        """It was there before the play begins, unless it thought for so long that it sleeps."""
        if thought >= HIBERNATE_SECONDS or not (host := self.policy.pick(self.hosts, session, 0.0)):
            return
        self.start(session, host)
        self._grow(session)
        session.active, session.used_at = computes, -thought
        session.peak = session.cores * (1 - 0.5 ** (ACTIVE_SECONDS / weights.HALF_LIFE_SECONDS))
        if computes:
            session.began_at = -ACTIVE_SECONDS
            self._burn(session, 1)
        else:
            self.at(HIBERNATE_SECONDS + 1 - thought, self._sleep, session)
        host.show()

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
            session.began_at = self.now
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
            self.queue.leave(session)

    def _rest(self, session: Session) -> None:
        burned = session.cores * (1 - 0.5 ** ((self.now - session.began_at) / weights.HALF_LIFE_SECONDS))
        session.peak = max(weights.faded(session.peak, self.now - session.used_at), burned)
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
            self.stop(session)

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
        host = None if self.queue else self.policy.pick(self.hosts, session, self.now)
        if host is not None:
            self._note_wait(self.start(session, host))
        elif self.queue.is_full:
            self.result.refused += self.measuring
            session.active = False
            self.at(self.now + 60.0, self._toggle, session)
        else:
            self.queue.join(session)

    def start(self, session: Session, host: Host) -> float:
        """Returns how long it takes."""
        warm = host.take_warm(session.kind)
        host.note_taken(session.kind, 1, self.now)
        self.refill(host, session.kind)
        session.host, session.grown, session.last_host = host.index, False, host.entry.name
        session.memory_bytes = BASE_BYTES
        host.used_bytes += BASE_BYTES
        host.sessions.add(session)
        self._note(session)
        self.result.cold += self.measuring and not warm
        return WARM_START_SECONDS if warm else COLD_START_SECONDS

    def stop(self, session: Session) -> None:
        assert session.host is not None
        host = self.hosts[session.host]
        host.sessions.discard(session)
        host.used_bytes -= session.memory_bytes
        session.host, session.memory_bytes, session.peak = None, 0, 0.0
        self._note(session)

    def move(self, session: Session, host: Host) -> None:
        """It comes up small there; what it burned is remembered."""
        burned = session.peak
        self.stop(session)
        self.start(session, host)
        session.grown, session.moved_at, session.peak = False, self.now, burned

    def _note(self, session: Session) -> None:
        if isinstance(self.policy, Ours):
            self.policy.note(session)

    def _note_wait(self, seconds: float) -> None:
        if self.measuring:
            self.result.waits.append(seconds)

    def refill(self, host: Host, kind: str) -> None:
        wanted = 0 if host.draining else usual_warm(kind)
        if self.policy.manages and not host.draining:
            wanted = demand.wanted_of(kind, host.demand[kind], USUAL_WARM)
        spare = host.memory_bytes - TERMS.reserve_bytes - host.used_bytes - USUAL.memory_bytes
        while host.warm[kind] + host.coming[kind] < wanted and spare > WARM_BYTES:
            host.coming[kind] += 1
            spare -= WARM_BYTES
            behind = sum(host.coming.values())
            self.at(self.now + REFILL_SECONDS * ((behind + 1) // 2), self._warmed, host, kind)

    def _warmed(self, host: Host, kind: str) -> None:
        host.add_warm(kind)

    # --- upkeep ---------------------------------------------------------------------------------------

    def _serve(self) -> None:
        self.at(self.now + QUEUE_SECONDS, self._serve)
        self.queue.serve()

    def admit(self, session: Session, host: Host) -> None:
        assert session.asked_at is not None
        waited = self.now - session.asked_at
        session.asked_at = None
        self._note_wait(waited + self.start(session, host))
        session.active = False
        self._toggle(session)

    def _sample(self) -> None:
        self.at(self.now + SAMPLE_SECONDS, self._sample)
        loads = [host.utilisation for host in self.hosts if not host.draining]
        mean = sum(loads) / len(loads)
        self.result.means.append(mean)
        self.result.ratios.append(max(loads) / mean)
        self.result.session_hours += sum(len(host.sessions) for host in self.hosts) * SAMPLE_SECONDS / 3600
