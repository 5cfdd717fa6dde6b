"""Who of those that wait comes next: fair over users, weighted by plan, and no request blocks the others.

Start-time fair queueing. The queue has a clock that moves on with each session that is served. A user's
sessions stand one behind the other, each 1 ÷ weight after the one before it, or after the clock's time when
it came: so nobody's hundred stand before another's first, and nobody's first waits for ever.

    alice (weight 100)  a1 ─ 1.0   a2 ─ 2.0   a3 ─ 3.0
    bob   (weight 200)  b1 ─ 0.5   b2 ─ 1.0               served: b1 a1 b2 a2 a3

Pure, the same for the keeper and for the simulator; `place` and `roomiest` are what either does with hosts.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

USUAL_WEIGHT = 100.0
OVERTAKES = 20  # sessions that may overtake one that fits nowhere, before a host is kept free for it
HOLD_SECONDS = 60.0  # the longest that a host is kept free


class Waiter(msgspec.Struct, frozen=True):
    """One session in the queue; `stamp` is the queue's clock when it came."""

    session_id: str
    owner: str
    arrived: float
    weight: float = USUAL_WEIGHT
    stamp: float = 0.0
    digest: str = ""
    memory_bytes: int = 0


Found = Literal["placed", "full", "never"]  # "never": what stands in the way is not that hosts are full


class Turn(msgspec.Struct, frozen=True):
    """A waiter and its time by the queue's clock."""

    waiter: Waiter
    due: float


class Clock(msgspec.Struct, frozen=True):
    """How far the queue has come, and how far each user's served sessions reach."""

    now: float = 0.0
    reach: Mapping[str, float] = {}


def fair_order(waiters: Sequence[Waiter], clock: Clock = Clock()) -> list[Turn]:  # noqa: B008 (frozen)
    """All turns, first to last."""
    reach = dict(clock.reach)
    turns = []
    for waiter in sorted(waiters, key=lambda waiter: (waiter.arrived, waiter.session_id)):
        start = max(waiter.stamp, reach.get(waiter.owner, 0.0))
        due = start + USUAL_WEIGHT / min(max(waiter.weight, 1.0), 1000.0)
        reach[waiter.owner] = due
        turns.append(Turn(waiter, due))
    return sorted(turns, key=lambda turn: (turn.due, turn.waiter.arrived))


def after(clock: Clock, served: Sequence[Turn], left: Sequence[Waiter]) -> Clock:
    """The clock once these were served and those are left; it starts anew when nobody waits."""
    if not left:
        return Clock()
    reach = dict(clock.reach)
    for turn in served:
        reach[turn.waiter.owner] = max(turn.due, reach.get(turn.waiter.owner, 0.0))
    now = max([clock.now, *(turn.due for turn in served)])
    waiting = {waiter.owner for waiter in left}
    return Clock(now, {owner: due for owner, due in reach.items() if owner in waiting or due > now})


class _Blocked(msgspec.Struct):
    """The first waiter that fits nowhere."""

    session_id: str
    overtaken: int = 0
    host: str = ""  # kept free for it
    held_since: float = 0.0


class Line:
    """Serves the queue, round by round."""

    def __init__(self) -> None:
        self._head: _Blocked | None = None

    def serve(
        self,
        turns: Sequence[Turn],
        place: Callable[[Waiter, frozenset[str]], Found],
        roomiest: Callable[[Waiter], str],
        now: float,
    ) -> list[Turn]:
        """Those for whom `place` found room, on a host that is not among those it must leave alone.

        `roomiest` names the host that lacks least for a waiter.
        """
        served: list[Turn] = []
        failed: list[Waiter] = []
        head: _Blocked | None = None
        for turn in turns:
            waiter = turn.waiter
            if any(_is_harder(waiter, other) for other in failed):
                continue
            found = place(waiter, frozenset({head.host} if head and head.host else ()))
            if found == "placed":
                served.append(turn)
                if head:
                    head.overtaken += 1
                    self._hold(head, failed[0], roomiest, now)
            elif found == "full":
                failed.append(waiter)
                if head is None:
                    head = self._block(waiter)
                    self._hold(head, waiter, roomiest, now)
        self._head = head
        return served

    def _block(self, waiter: Waiter) -> _Blocked:
        if self._head and self._head.session_id == waiter.session_id:
            return self._head
        return _Blocked(waiter.session_id)

    def _hold(self, head: _Blocked, waiter: Waiter, roomiest: Callable[[Waiter], str], now: float) -> None:
        """Keep a host free for one that was overtaken often enough, but not for ever."""
        if head.host and now - head.held_since > HOLD_SECONDS:
            head.host, head.overtaken = "", 0
        elif not head.host and head.overtaken >= OVERTAKES:
            head.host, head.held_since = roomiest(waiter), now


def _is_harder(waiter: Waiter, other: Waiter) -> bool:
    """What the other did not find this one will not find either."""
    return waiter.digest == other.digest and waiter.memory_bytes >= other.memory_bytes
