"""Which host a session goes to: pure, the same for the service and for the simulator.

    hosts ── sample, when many ──► those that fit ── score ──► the lowest

A host fits when it has the image, its figures are fresh, the session's whole limit of memory is free beside
what is reserved, and neither the promises made to all sessions nor those to this user grow too large. The
score is how full it would be, less for what makes a start quick, more for what its neighbours would feel.
"""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from sandbox.engine import kinds
from sandbox.limits import GIB, MIB, ContainerLimits
from sandbox.messages import HostEntry, HostFigures

T = TypeVar("T")

STALE_SECONDS = 10.0  # figures older than this say "full"
FULL_PRESSURE = 0.3  # share of time in which something waited for memory
DISK_FLOOR_BYTES = 512 * MIB  # with less than that free an engine makes no containers, or no whole ones
SAMPLE = 64  # hosts that one decision looks at: the best of so many is as good as the best of all
EXPECTED_SHARE = 1 / 3  # of its memory limit that a new session is expected to use
EXPECTED_CPU_SHARE = 1 / 4
WARM_BONUS = 0.4  # of an idle host; a cold start costs more than some load does
LARGE_WARM_BONUS = 0.1  # of a larger kind: few hosts have one, and it would draw them all to those
FILES_BONUS = 0.02
BURSTS = 0.25  # of its CPU's share: of hosts as full, one where little computes has room for who begins to
HEAVY_CORES = 0.5  # a user who burned so much lately, on average, is kept apart from their own


class Terms(msgspec.Struct, frozen=True):
    """How far a host may be filled. Overcommit is the sum of the sessions' limits over what the host has."""

    reserve_bytes: int = GIB  # left to the host itself
    memory_overcommit: float = 10.0  # an idle session uses a tenth of its limit
    cpu_overcommit: float = 40.0
    user_share: float = 0.5  # of a host that one user's sessions may have together

    def clamped(self) -> "Terms":
        """The same with every number between its floor and its ceiling."""
        return Terms(
            reserve_bytes=min(max(self.reserve_bytes, 64 * MIB), 64 * GIB),
            memory_overcommit=min(max(self.memory_overcommit, 1.0), 50.0),
            cpu_overcommit=min(max(self.cpu_overcommit, 1.0), 200.0),
            user_share=min(max(self.user_share, 0.05), 1.0),
        )


class Room(msgspec.Struct, frozen=True):
    """A host as placement sees it. What is reserved and warm comes from Redis, the rest from the keeper."""

    entry: HostEntry
    figures: HostFigures | None
    reserved_bytes: int = 0
    reserved: int = 0  # sessions that the figures may not show yet
    warm: int = 0  # containers that wait, of the kind that suits
    cools: str = ""  # why nothing is tried there for a moment


class Snapshot(msgspec.Struct, frozen=True):
    at: float
    terms: Terms
    rooms: Sequence[Room]


class Share(msgspec.Struct, frozen=True):
    """What one user's sessions have on one host: the sum of their memory limits, the cores used lately."""

    sessions: int = 0
    promised_bytes: int = 0
    cores: float = 0.0


_NOTHING = Share()


class Need(msgspec.Struct, frozen=True):
    """A host must have the whole limit free; what is reserved is what a session is expected to use of it."""

    digest: str
    limits: ContainerLimits
    last_host: str = ""  # where the session was before
    shares: Mapping[str, Share] = {}  # host → what the same user has there
    seed: str = ""  # which hosts are looked at when they are many

    @property
    def kind(self) -> str:
        """The warm containers that suit it; "": none do."""
        return kinds.kind_for(self.digest, self.limits)

    @property
    def expected_bytes(self) -> int:
        return int(self.limits.memory_bytes * EXPECTED_SHARE)


class Choice(msgspec.Struct, frozen=True):
    """The best host that has room now (None: none has), and all that were looked at."""

    room: Room | None
    looked_at: Sequence[Room]


def choose(snapshot: Snapshot, need: Need) -> Choice:
    """Decide. Of many hosts it looks at some; only when none of those has room, at all."""
    rooms = sample(snapshot.rooms, need.seed)
    best = _best(rooms, snapshot, need)
    if best is None and len(rooms) < len(snapshot.rooms):
        rooms = snapshot.rooms
        best = _best(rooms, snapshot, need)
    return Choice(best, rooms)


def sample(hosts: Sequence[T], seed: str) -> Sequence[T]:
    """At most SAMPLE of them, always the same for the same seed."""
    if len(hosts) <= SAMPLE:
        return hosts
    return random.Random(seed).sample(hosts, SAMPLE)  # noqa: S311 (nothing secret)


def _best(rooms: Sequence[Room], snapshot: Snapshot, need: Need) -> Room | None:
    whole = snapshot.terms.reserve_bytes + need.limits.memory_bytes
    free = (  # what is plainly full is passed over first: it is most, when a pool of thousands is
        room
        for room in rooms
        if (figures := room.figures) is not None
        and figures.memory_bytes - figures.memory_used_bytes - room.reserved_bytes >= whole
    )
    fitting = [room for room in free if fits(room, snapshot, need)]
    return min(fitting, key=lambda room: (_score(room, need), room.entry.name), default=None)


def roomiest(snapshot: Snapshot, need: Need) -> str:
    """The host that lacks least, and is large enough; "" when there is none."""
    large = [one for one in snapshot.rooms if usable(one, need) and could_hold(one, snapshot, need)]
    best = max(
        large,
        key=lambda one: (free_bytes(one, snapshot, need) - one.reserved_bytes, one.entry.name),
        default=None,
    )
    return best.entry.name if best else ""


def usable(room: Room, need: Need) -> bool:
    """Whether the host could take the session, were it empty: it answers, takes new ones, has the image."""
    entry, figures = room.entry, room.figures
    return (
        figures is not None
        and figures.alive
        and not entry.cordoned
        and not entry.draining
        and need.digest in figures.digests
        and not lacks_disk(figures)
        and not room.cools
    )


def lacks_disk(figures: HostFigures) -> bool:
    """Whether no container can be made there; a disk that was not seen yet may do."""
    return bool(figures.disk_bytes) and figures.disk_free_bytes < DISK_FLOOR_BYTES


def could_hold(room: Room, snapshot: Snapshot, need: Need) -> bool:
    """Whether the host is large enough, were it empty; one that was not measured may be."""
    figures, terms = room.figures, snapshot.terms
    if figures is None or not figures.memory_bytes:
        return True
    room_bytes = figures.memory_bytes - terms.reserve_bytes
    return need.limits.memory_bytes <= room_bytes and need.limits.cpus <= terms.cpu_overcommit * figures.cpus


def fits(room: Room, snapshot: Snapshot, need: Need) -> bool:
    """Whether the session may be placed there now."""
    return usable(room, need) and free_bytes(room, snapshot, need) >= (
        room.reserved_bytes + need.limits.memory_bytes
    )


def free_bytes(room: Room, snapshot: Snapshot, need: Need) -> int:
    """Memory that the figures leave, before reservations; nothing when the host may take no more."""
    figures, terms = room.figures, snapshot.terms
    if (
        figures is None
        or figures.suspect
        or snapshot.at - figures.at > STALE_SECONDS
        or figures.memory_pressure > FULL_PRESSURE
    ):
        return 0
    capacity = figures.memory_bytes - terms.reserve_bytes
    if promised_bytes(room, need) > terms.memory_overcommit * capacity:
        return 0
    if promised_cpus(room, need) > terms.cpu_overcommit * figures.cpus:
        return 0
    if need.shares and owner_room(room, snapshot, need) < 0:
        return 0
    return max(0, capacity - figures.memory_used_bytes)


def promised_bytes(room: Room, need: Need) -> int:
    """The sum of all its sessions' memory limits with the new one."""
    figures, each = room.figures, need.limits.memory_bytes
    known = figures.promised_bytes or figures.sessions * each if figures else 0
    return known + (room.reserved + 1) * each


def promised_cpus(room: Room, need: Need) -> float:
    """The sum of all its sessions' CPU limits with the new one."""
    figures, each = room.figures, need.limits.cpus
    known = figures.promised_cpus or figures.sessions * each if figures else 0.0
    return known + (room.reserved + 1) * each


def owner_room(room: Room, snapshot: Snapshot, need: Need) -> int:
    """How many sessions more, beside this one, the user may have here; negative: not this one either.

    A user without any there may always have the first.
    """
    share = need.shares.get(room.entry.name, _NOTHING)
    capacity = room.figures.memory_bytes - snapshot.terms.reserve_bytes if room.figures else 0
    most = snapshot.terms.user_share * snapshot.terms.memory_overcommit * capacity
    left = int((most - share.promised_bytes) // need.limits.memory_bytes) - 1
    return left if share.sessions else max(0, left)


def _score(room: Room, need: Need) -> float:
    """How full the host would be: 0 is idle, 1 is full; a quick start weighs against it."""
    figures = room.figures
    assert figures is not None  # noqa: S101 (only usable hosts come here)
    memory, cpu = after(room, need)
    score = max(memory, cpu) + figures.cpu_pressure + figures.memory_pressure
    if room.warm:
        score -= (WARM_BONUS if kinds.is_usual(need.kind) else LARGE_WARM_BONUS) * max(0.0, 1 - score)
    if room.entry.name == need.last_host:
        score -= FILES_BONUS
    return score + BURSTS * cpu + (crowd(room, need) if need.shares else 0.0)


def after(room: Room, need: Need) -> tuple[float, float]:
    """Memory and CPU, as shares of the host, once it has the session and what is reserved.

    What computed a moment ago counts as if it did: those who think begin again, and some of them together.
    """
    figures = room.figures
    assert figures is not None  # noqa: S101
    memory = figures.memory_used_bytes + room.reserved_bytes + need.limits.memory_bytes * EXPECTED_SHARE
    coming = (room.reserved + 1) * need.limits.cpus * EXPECTED_CPU_SHARE
    cpu = figures.cpu_used + figures.resting_cpus + coming
    return memory / figures.memory_bytes, cpu / max(figures.cpus, 1.0)


def crowd(room: Room, need: Need) -> float:
    """What the user's other sessions weigh: nothing unless they compute, wherever they do."""
    share = need.shares.get(room.entry.name)
    if share is None or share.cores < HEAVY_CORES or room.figures is None:
        return 0.0
    return min(1.0, share.cores / max(room.figures.cpus, 1.0))
