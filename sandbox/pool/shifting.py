"""Which idle sessions move from hot hosts to cool ones: pure, the same for the keeper and the simulator.

                  hot: HIGH above the mean ─┐                 ┌─ cool: below the mean
    utilisation ──┬───────────────┬─────────┴──► gives until ─┴─ LOW above it
                  0              mean

That is memory, which idle sessions hold. Of the CPU it is those that computed a moment ago and may begin
again: where they and those that compute could fill a host, one of them leaves while it thinks, for where
they would not.

A host that is drained gives everything that has no run. Nothing swings back: what moved rests, who received
does not give and who gave does not receive for a while, and a move leaves its target well below its source.
"""

import heapq
import random
from collections.abc import Iterator, Mapping, Sequence

import msgspec

SMOOTH = 0.3  # weight of the newest figures in a host's utilisation
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
CROWDED = 0.5  # of its CPU, burned and resting: from there on one that rests leaves
CROWD_GAP = 0.1  # by which a target stays below the source as it was; none becomes crowded itself
COMPUTES = 0.2  # cores that rest in a session for which it is worth a move
QUIETEST = 16  # hosts that one who computed may go to: where two of them meet, both may begin again
SAMPLE = 256  # hosts that are looked at for one move
SESSION_BYTES = 160 * 2**20  # of a session that just moved: what it held beyond that is not needed again


class Idle(msgspec.Struct, frozen=True):
    """A session without a run. `resting`: the cores that it burned lately and may burn again."""

    session: str
    memory_bytes: int
    idle_seconds: float
    moved_ago: float = 1e9
    resting: float = 0.0


class Load(msgspec.Struct, frozen=True):
    """A host and what it could give. `utilisation` is of memory, smoothed; `takes`: may be given sessions.

    `cpu` is the share that is burned, `crowd` that with what rests in its sessions.
    """

    host: str
    utilisation: float
    memory_bytes: int
    cpus: float = 1.0
    cpu: float = 0.0
    crowd: float = 0.0
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
    moves = [move for load in loads if load.draining for move in _drained(load, taking)]
    settled = [
        load
        for load in taking
        if not load.draining and now - marks.received.get(load.host, -1e9) > SETTLE_SECONDS
    ]
    receiving = [load for load in taking if now - marks.gave.get(load.host, -1e9) > SETTLE_SECONDS]
    most = 1 + int(AT_ONCE_SHARE * len(loads))
    full = sorted((load for load in settled if load.host in hot), key=lambda load: -load.utilisation)
    for load in full[:most]:
        moves += _given(load, receiving, mean, now)
    bound = max(CROWDED, sum(load.crowd for load in taking) / len(taking))
    crowded = sorted(
        (load for load in settled if load.crowd > bound and load.host not in hot),
        key=lambda load: -load.crowd,
    )
    for load in crowded[:most]:
        moves += _parted(load, receiving, mean, bound, now)
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


def _given(load: Load, receiving: Sequence[Load], mean: float, now: float) -> Iterator[Move]:
    """The largest of those that nobody would miss, as many as are due."""
    movable = sorted(_movable(load), key=lambda one: (-one.memory_bytes, one.session))
    after = load.utilisation
    for one in movable[: max(0, AT_ONCE - load.moving)]:
        if after <= mean + LOW:
            break
        after -= one.memory_bytes / load.memory_bytes
        targets = frozenset(
            other.host
            for other in _some(receiving, one, now)
            if other.utilisation < mean
            and other.cpu < BUSY
            and _crowd_with(one, other) <= max(CROWDED, load.crowd)
            and other.utilisation + SESSION_BYTES / other.memory_bytes < after - GAP
        )
        if targets:
            yield Move(one.session, load.host, targets)


def _parted(load: Load, receiving: Sequence[Load], mean: float, bound: float, now: float) -> Iterator[Move]:
    """Who of those that compute together thinks now, and computes most."""
    movable = [one for one in _movable(load) if one.resting > COMPUTES]
    movable.sort(key=lambda one: (-one.resting, one.session))
    crowd = load.crowd
    for one in movable[: max(0, AT_ONCE - load.moving)]:
        if crowd <= bound:
            break
        fitting = [
            other
            for other in _some(receiving, one, now)
            if other.host != load.host
            and other.utilisation < mean + LOW
            and _crowd_with(one, other) <= min(bound, load.crowd - CROWD_GAP)
        ]
        quietest = heapq.nsmallest(QUIETEST, fitting, key=lambda other: (_crowd_with(one, other), other.host))
        targets = frozenset(other.host for other in quietest)
        if targets:
            crowd -= one.resting / load.cpus
            yield Move(one.session, load.host, targets)


def _crowd_with(one: Idle, host: Load) -> float:
    return host.crowd + one.resting / host.cpus


def _movable(load: Load) -> list[Idle]:
    return [one for one in load.idle if one.idle_seconds > IDLE_SECONDS and one.moved_ago > REST_SECONDS]


def _some(hosts: Sequence[Load], one: Idle, now: float) -> Sequence[Load]:
    """Of many hosts others each time: moves that begin together do not all go to the same."""
    if len(hosts) <= SAMPLE:
        return hosts
    return random.Random(f"{one.session} {now}").sample(hosts, SAMPLE)  # noqa: S311 (nothing secret)


def _drained(load: Load, taking: Sequence[Load]) -> list[Move]:
    targets = frozenset(other.host for other in taking if other.host != load.host)
    waiting = [one for one in load.idle if one.idle_seconds > DRAIN_IDLE_SECONDS]
    waiting.sort(key=lambda one: (-one.idle_seconds, one.session))
    return [Move(one.session, load.host, targets) for one in waiting[: max(0, DRAIN_AT_ONCE - load.moving)]]
