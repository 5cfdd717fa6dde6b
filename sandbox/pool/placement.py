"""Which host takes a session: `choose` decides on a snapshot, `reserve` makes sure in Redis.

    snapshot ── choose ──► host ── reserve (atomic) ──► placed, with a warm container if one waits
        ▲                              │ no room any more
        └──────── without that host ◄──┘

A host's figures show a session's use only after some seconds: until then its reservation stands for it.
"""

import time
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from sandbox import keys, scripts
from sandbox.engine import profile
from sandbox.exceptions import NoHost
from sandbox.limits import ContainerLimits
from sandbox.messages import (
    DecodeError,
    HostEntry,
    HostFigures,
    Opening,
    Pool,
    ToolchainEntry,
    decode_host_figures,
    decode_pool,
)

STALE_SECONDS = 10.0  # figures older than this say "full"
RESERVED_SECONDS = 20.0
OVERCOMMIT = 3  # sum of the sessions' memory limits over the host's memory: idle ones use a tenth of theirs
FULL_PRESSURE = 0.3  # share of time in which something waited for memory
_WARM_BONUS = 0.5  # a cold start costs more than half a busy machine does


class Room(msgspec.Struct, frozen=True):
    """A host as placement sees it. `reserved_bytes` and `warm` come from Redis, the rest from the keeper."""

    entry: HostEntry
    figures: HostFigures | None
    reserved_bytes: int = 0
    reserved: int = 0  # sessions that the figures may not show yet
    warm: int = 0  # containers of the toolchain that wait


class Snapshot(msgspec.Struct, frozen=True):
    at: float
    reserve_bytes: int  # of each host's memory, left to the host itself
    rooms: Sequence[Room]


class Need(msgspec.Struct, frozen=True):
    """A host must have the whole limit free; what is reserved is what a session is expected to use of it."""

    digest: str
    limits: ContainerLimits

    @property
    def expected_bytes(self) -> int:
        return self.limits.memory_bytes // OVERCOMMIT


class Placement(msgspec.Struct, frozen=True):
    """Where a session goes; `warm` is the name of a container to claim, None: create one."""

    host: HostEntry
    toolchain: ToolchainEntry
    warm: str | None


def usable(room: Room, need: Need) -> bool:
    """Whether the host could ever take the session: it answers, takes new ones, and has the image."""
    figures = room.figures
    return (
        not room.entry.cordoned and figures is not None and figures.alive and need.digest in figures.digests
    )


def free_bytes(room: Room, need: Need, snapshot: Snapshot) -> int:
    """Memory that the figures leave, before reservations; nothing when they are stale or the host suffers."""
    figures = room.figures
    if figures is None or snapshot.at - figures.at > STALE_SECONDS or figures.memory_pressure > FULL_PRESSURE:
        return 0
    capacity = figures.memory_bytes - snapshot.reserve_bytes
    sessions = figures.sessions + room.reserved
    if (sessions + 1) * need.limits.memory_bytes > OVERCOMMIT * capacity:
        return 0
    return max(0, capacity - figures.memory_used_bytes)


def choose(snapshot: Snapshot, need: Need) -> Room | None:
    """The best host that has room now, None when none has."""
    fitting = [
        room
        for room in snapshot.rooms
        if usable(room, need)
        and free_bytes(room, need, snapshot) >= room.reserved_bytes + need.limits.memory_bytes
    ]
    return min(fitting, key=lambda room: (_load(room, need), room.entry.name), default=None)


def _load(room: Room, need: Need) -> float:
    """How busy the host would be: 0 is idle, 1 is full; a waiting warm container weighs against it."""
    figures = room.figures
    assert figures is not None  # noqa: S101 (only usable hosts come here)
    memory = (
        figures.memory_used_bytes + room.reserved_bytes + need.limits.memory_bytes
    ) / figures.memory_bytes
    cpu = (figures.cpu_used + room.reserved * need.limits.cpus) / max(figures.cpus, 1.0)
    bonus = _WARM_BONUS if room.warm and suits(need.limits) else 0.0
    return max(memory, cpu) + figures.cpu_pressure + figures.memory_pressure - bonus


def suits(limits: ContainerLimits) -> bool:
    """Whether a warm container does: its disk is fixed, and must be neither above nor far below the limit."""
    return profile.WARM.work_bytes <= limits.work_bytes <= 2 * profile.WARM.work_bytes


def place(
    redis: Any, opening: Opening, reserve_bytes: int, without: Collection[str] = ()
) -> Placement | None:
    """Reserve room for the session on the best host (not one named in `without`); None: it must wait.

    May be called again for the same session, which renews its reservation there. Raises NoHost when no host
    could ever take it. Blocks.
    """
    pool = known(redis)
    toolchain = next((one for one in pool.toolchains if one.digest == opening.toolchain), None)
    if toolchain is None:
        raise NoHost("This toolchain is not there any more. Choose another one.")
    need = Need(digest=toolchain.digest, limits=opening.limits.clamped())
    hosts = [host for host in pool.hosts if host.name not in without]
    rooms = _rooms(redis, hosts, toolchain.digest, opening.session_id)
    if not any(usable(room, need) or _unknown(room) for room in rooms):
        raise NoHost
    return _reserve_best(
        redis, Snapshot(time.time(), reserve_bytes, rooms), need, opening.session_id, toolchain
    )


def _unknown(room: Room) -> bool:
    """Whether the keeper has not looked at the host yet."""
    return room.figures is None and not room.entry.cordoned


def _reserve_best(
    redis: Any, snapshot: Snapshot, need: Need, session_id: str, toolchain: ToolchainEntry
) -> Placement | None:
    while room := choose(snapshot, need):
        warm = reserve(redis, room.entry.name, session_id, need, free_bytes(room, need, snapshot))
        if warm is not None:
            return Placement(host=room.entry, toolchain=toolchain, warm=warm or None)
        others = [other for other in snapshot.rooms if other is not room]
        snapshot = Snapshot(snapshot.at, snapshot.reserve_bytes, others)
    return None


def reserve(redis: Any, host: str, session_id: str, need: Need, free: int) -> str | None:
    """Hold memory for the session for RESERVED_SECONDS, and take a warm container.

    Returns its name, "" when none waits (or none suits), None when others' reservations leave no room.
    """
    taken = scripts.run(
        redis,
        "reserve",
        host,
        session_id,
        need.limits.memory_bytes,
        need.expected_bytes,
        free,
        int(RESERVED_SECONDS * 1000),
        need.digest if suits(need.limits) else "",
    )
    return None if taken is None else taken.decode()


def release(redis: Any, host: str, session_id: str) -> None:
    """The session never came: its reservation is free again. Scripts do it for those that end."""
    redis.hdel(keys.RESERVED % host, session_id)


def known(redis: Any) -> Pool:
    """Hosts and toolchains as published; NoHost when Redis does not know them."""
    data = redis.get(keys.POOL)
    if data is None:
        raise NoHost
    return decode_pool(data)


def _rooms(redis: Any, hosts: Sequence[HostEntry], digest: str, session_id: str) -> list[Room]:
    pipeline = redis.pipeline(transaction=False)
    for host in hosts:
        pipeline.hget(keys.FIGURES, host.name)
        pipeline.hgetall(keys.RESERVED % host.name)
        pipeline.zcard(keys.WARM % (host.name, digest))
    answers = pipeline.execute()
    rooms = []
    for number, host in enumerate(hosts):
        figures, reserved, warm = answers[3 * number : 3 * number + 3]
        reserved.pop(session_id.encode(), None)  # it would stand in its own way
        rooms.append(_room(host, figures, reserved, warm))
    return rooms


def _room(entry: HostEntry, figures: bytes | None, reserved: dict[bytes, bytes], warm: int) -> Room:
    pairs = (value.split(b":") for value in reserved.values())
    held = [int(size) for size, until in pairs if _holds(until)]
    return Room(entry, _figures(figures), reserved_bytes=sum(held), reserved=len(held), warm=warm)


def _holds(until: bytes) -> bool:
    return float(until) / 1000 > time.time()


def _figures(data: bytes | None) -> HostFigures | None:
    try:
        return decode_host_figures(data) if data else None
    except DecodeError:
        return None
