"""Which idle sessions move from hot hosts to cool ones: pure, the same for the keeper and the simulator.

                  hot: HIGH above the mean ─┐                 ┌─ cool: below the mean
    utilisation ──┬───────────────┬─────────┴──► gives until ─┴─ LOW above it
                  0              mean

A host that is drained gives everything that has no run. Nothing swings back: what moved rests, who received
does not give and who gave does not receive for a while, and a move leaves its target well below its source.
"""

from collections.abc import Mapping, Sequence

import msgspec

HOT = 0.6  # below this nobody is hot, however idle the others are
HIGH = 0.07
LOW = 0.03
GAP = 0.04  # by which a target stays below the source, both as they are after the move
IDLE_SECONDS = 60.0  # since the session was last used
DRAIN_IDLE_SECONDS = 3.0
REST_SECONDS = 900.0  # of a session that moved
SETTLE_SECONDS = 30.0  # between giving and receiving of one host
AT_ONCE = 2  # moves of one host at a time
DRAIN_AT_ONCE = 4
AT_ONCE_SHARE = 0.05  # of all hosts that give at a time
BUSY = 0.8  # of a host's CPU: above it receives nothing
SESSION_BYTES = 160 * 2**20  # of a session that just moved: what it held beyond that is not needed again


class Idle(msgspec.Struct, frozen=True):
    """A session without a run."""

    session: str
    memory_bytes: int
    idle_seconds: float
    moved_ago: float = 1e9


class Load(msgspec.Struct, frozen=True):
    """A host and what it could give. `utilisation` is of memory, smoothed; `takes`: may be given sessions.

    Idle sessions hold memory and burn no CPU: a host that computes much is not helped by giving them.
    """

    host: str
    utilisation: float
    memory_bytes: int
    cpu: float = 0.0
    takes: bool = True
    draining: bool = False
    idle: Sequence[Idle] = ()
    moving: int = 0  # sessions that leave it at the moment


class Marks(msgspec.Struct, frozen=True):
    """When hosts last gave and received; which give since they became hot."""

    gave: Mapping[str, float] = {}
    received: Mapping[str, float] = {}
    hot: frozenset[str] = frozenset()


class Move(msgspec.Struct, frozen=True):
    """A session that shall leave its host for one of these."""

    session: str
    source: str
    targets: frozenset[str]


def plan(loads: Sequence[Load], marks: Marks, now: float) -> tuple[list[Move], Marks]:
    """The moves to begin now, and the marks with who is hot."""
    taking = [load for load in loads if load.takes]
    if not taking:
        return [], marks
    mean = sum(load.utilisation for load in taking) / len(taking)
    hot = frozenset(load.host for load in loads if _is_hot(load, mean, load.host in marks.hot))
    givers = sorted(
        (
            load
            for load in loads
            if load.host in hot and not load.draining and _settled(load.host, marks, now)
        ),
        key=lambda load: -load.utilisation,
    )
    moves = [move for load in loads if load.draining for move in _drained(load, taking)]
    for load in givers[: 1 + int(AT_ONCE_SHARE * len(loads))]:
        moves += _given(load, taking, mean, marks, now)
    return moves, msgspec.structs.replace(marks, hot=hot)


def moved(marks: Marks, source: str, target: str, now: float) -> Marks:
    """The marks once a move began; what lies long back is forgotten."""
    gave, received = (
        {host: at for host, at in old.items() if now - at < SETTLE_SECONDS}
        for old in (marks.gave, marks.received)
    )
    return Marks(gave | {source: now}, received | {target: now}, marks.hot)


def _is_hot(load: Load, mean: float, already: bool) -> bool:
    return load.takes and load.utilisation > max(HOT, mean + (LOW if already else HIGH))


def _settled(host: str, marks: Marks, now: float) -> bool:
    return now - marks.received.get(host, -1e9) > SETTLE_SECONDS


def _given(load: Load, taking: Sequence[Load], mean: float, marks: Marks, now: float) -> list[Move]:
    """The largest of those that nobody would miss, as many as are due."""
    movable = [one for one in load.idle if one.idle_seconds > IDLE_SECONDS and one.moved_ago > REST_SECONDS]
    movable.sort(key=lambda one: (-one.memory_bytes, one.session))
    moves: list[Move] = []
    after = load.utilisation
    for one in movable[: max(0, AT_ONCE - load.moving)]:
        if after <= mean + LOW:
            break
        after -= one.memory_bytes / load.memory_bytes
        targets = frozenset(
            other.host
            for other in taking
            if other.utilisation < mean
            and other.cpu < BUSY
            and other.utilisation + SESSION_BYTES / other.memory_bytes < after - GAP
            and now - marks.gave.get(other.host, -1e9) > SETTLE_SECONDS
        )
        if targets:
            moves.append(Move(one.session, load.host, targets))
    return moves


def _drained(load: Load, taking: Sequence[Load]) -> list[Move]:
    targets = frozenset(other.host for other in taking if other.host != load.host)
    waiting = [one for one in load.idle if one.idle_seconds > DRAIN_IDLE_SECONDS]
    waiting.sort(key=lambda one: (-one.idle_seconds, one.session))
    return [Move(one.session, load.host, targets) for one in waiting[: max(0, DRAIN_AT_ONCE - load.moving)]]
