"""Who waits for room in a simulated pool: in turns where the policy manages it, else who came first."""

from collections import deque
from typing import TYPE_CHECKING

from sandbox.pool.turns import Clock, Found, Line, Waiter, after, fair_order
from tests.bench.pool.policies import Ours
from tests.bench.pool.workload import Session

if TYPE_CHECKING:
    from tests.bench.pool.simulator import Simulator

QUEUE_SECONDS = 2.0
QUEUE_MOST = 200  # for each hundred hosts


class Queue:
    """Of one simulated pool."""

    def __init__(self, of: "Simulator") -> None:
        self.of = of
        self._sessions: deque[Session] = deque()
        self._clock, self._line = Clock(), Line()

    def __bool__(self) -> bool:
        return bool(self._sessions)

    @property
    def is_full(self) -> bool:
        return len(self._sessions) >= QUEUE_MOST * max(1, len(self.of.hosts) // 100)

    def join(self, session: Session) -> None:
        session.asked_at, session.stamp = self.of.now, self._clock.now
        self._sessions.append(session)

    def leave(self, session: Session) -> None:
        self._sessions.remove(session)

    def serve(self) -> None:
        """Admit whom there is room for."""
        if not self._sessions:
            self._clock = Clock()
        elif self.of.policy.manages:
            self._serve_fairly()
        else:
            self._serve_in_order()

    def _serve_in_order(self) -> None:
        of, sessions = self.of, self._sessions
        while sessions and (host := of.policy.pick(of.hosts, sessions[0], of.now)):
            of.admit(sessions.popleft(), host)

    def _serve_fairly(self) -> None:
        of, ours = self.of, self.of.policy
        assert isinstance(ours, Ours)
        waiting = {session.name: session for session in self._sessions}
        waiters = [_waiter(session) for session in waiting.values()]

        def place(waiter: Waiter, without: frozenset[str]) -> Found:
            session = waiting[waiter.session_id]
            host = ours.pick(of.hosts, session, of.now, without=without)
            if host is None:
                return "full"
            self.leave(session)
            of.admit(session, host)
            return "placed"

        def roomiest(waiter: Waiter) -> str:
            return ours.roomiest(of.hosts, waiting[waiter.session_id], of.now)

        served = self._line.serve(fair_order(waiters, self._clock), place, roomiest, of.now)
        names = {turn.waiter.session_id for turn in served}
        left = [waiter for waiter in waiters if waiter.session_id not in names]
        self._clock = after(self._clock, served, left)


def _waiter(session: Session) -> Waiter:
    return Waiter(
        session.name,
        session.owner,
        session.asked_at or 0.0,
        session.weight,
        session.stamp,
        session.digest,
        session.limits.memory_bytes,
    )
