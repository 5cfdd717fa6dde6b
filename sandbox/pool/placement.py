"""Room for a session: reads the snapshot from Redis, lets `choice` decide, makes sure by a reservation.

    snapshot ── choose ──► host ── reserve (atomic) ──► placed, with a warm container if one waits
        ▲                              │ no room any more
        └──────── without that host ◄──┘

A host's figures show a session's use only after some seconds: until then its reservation stands for it.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from sandbox import keys, scripts
from sandbox.exceptions import NoHost, ShareUsed, TooLarge
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
from sandbox.pool import choice, failures
from sandbox.pool.choice import Choice, Need, Room, Share, Snapshot, Terms, Verdict

RESERVED_SECONDS = 20.0

_shares = msgspec.json.Decoder(dict[str, Share])
_verdicts = msgspec.json.Decoder(list[Verdict])


class Placement(msgspec.Struct, frozen=True):
    """Where a session goes; `warm` is the name of a container to claim, None: create one."""

    host: HostEntry
    toolchain: ToolchainEntry
    warm: str | None


def place(
    redis: Any, opening: Opening, terms: Terms, without: Collection[str] = (), only: str = ""
) -> Placement | None:
    """Reserve room for the session on the best host (not one named in `without`); None: it must wait.

    May be called again for the same session, which renews its reservation there. Raises NoHost when no host
    could take it, however empty, and TooLarge when none ever will. Blocks.
    """
    pool = known(redis)
    toolchain = next((one for one in pool.toolchains if one.digest == opening.toolchain), None)
    if toolchain is None:
        raise NoHost("This toolchain is not there any more. Choose another one.")
    need = _need(redis, opening, toolchain)
    hosts = [one for one in pool.hosts if one.name not in without and only in ("", one.name)]
    last = [one for one in hosts if one.name == need.last_host]
    some = list({one.name: one for one in [*last, *choice.sample(hosts, need.seed)]}.values())
    some = some[: choice.SAMPLE]
    for looked_at in (some, hosts) if len(some) < len(hosts) else (hosts,):
        rooms = _rooms(redis, looked_at, toolchain.digest, opening.session_id)
        snapshot = Snapshot(time.time(), terms.clamped(), rooms)
        if found := _reserve_best(redis, snapshot, need, opening, toolchain):
            return found
    large = [room for room in rooms if choice.could_hold(room, snapshot, need)]
    if rooms and not large and not without and not only:
        raise TooLarge
    if not any(choice.usable(room, need) or _unknown(room) for room in large):
        raise NoHost
    if need.shares and any(choice.fits(room, snapshot, _alone(need)) for room in rooms):
        raise ShareUsed
    return None


def roomiest(redis: Any, opening: Opening, terms: Terms) -> str:
    """The host that lacks least for the session; "" when none could ever take it. Blocks."""
    pool = known(redis)
    need = Need(opening.toolchain, opening.limits.clamped())
    rooms = _rooms(redis, pool.hosts, opening.toolchain, opening.session_id)
    return choice.roomiest(Snapshot(time.time(), terms.clamped(), rooms), need)


def _alone(need: Need) -> Need:
    """As of a user without other sessions."""
    return msgspec.structs.replace(need, shares={})


def _need(redis: Any, opening: Opening, toolchain: ToolchainEntry) -> Need:
    pipeline = redis.pipeline(transaction=False)
    pipeline.hget(keys.SESSION % opening.session_id, "last_host")
    pipeline.hget(keys.SHARES, opening.owner)
    last_host, shares = pipeline.execute()
    return Need(
        digest=toolchain.digest,
        limits=opening.limits.clamped(),
        last_host=(last_host or b"").decode(),
        shares=_decoded(shares),
        seed=opening.session_id,
    )


def _decoded(shares: bytes | None) -> Mapping[str, Share]:
    try:
        return _shares.decode(shares) if shares else {}
    except DecodeError:
        return {}  # of another version of ours


def _unknown(room: Room) -> bool:
    """Whether the keeper has not looked at the host yet."""
    return room.figures is None and not (room.entry.cordoned or room.entry.draining)


def _reserve_best(
    redis: Any, snapshot: Snapshot, need: Need, opening: Opening, toolchain: ToolchainEntry
) -> Placement | None:
    while True:
        chosen = choice.choose(snapshot, need)
        room = chosen.room
        if room is None:
            _note(redis, opening.session_id, chosen)
            return None
        warm = reserve(redis, room, opening, need, snapshot)
        if warm is not None:
            _note(redis, opening.session_id, chosen)
            return Placement(host=room.entry, toolchain=toolchain, warm=warm or None)
        others = [other for other in snapshot.rooms if other is not room]
        snapshot = Snapshot(snapshot.at, snapshot.terms, others)


def reserve(redis: Any, room: Room, opening: Opening, need: Need, snapshot: Snapshot) -> str | None:
    """Hold memory for the session for RESERVED_SECONDS, and take a warm container.

    Returns its name, "" when none waits (or none suits), None when others' reservations leave no room.
    """
    taken = scripts.run(
        redis,
        "reserve",
        room.entry.name,
        opening.session_id,
        need.limits.memory_bytes,
        need.expected_bytes,
        choice.free_bytes(room, snapshot, need),
        int(RESERVED_SECONDS * 1000),
        need.digest if choice.suits(need.limits) else "",
        opening.owner,
        choice.owner_room(room, snapshot, need),
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


# --- why -------------------------------------------------------------------------------------------------


def _note(redis: Any, session_id: str, chosen: Choice) -> None:
    """Keep what was said of the hosts with the session, for people."""
    scripts.run(redis, "note", session_id, "why", msgspec.json.encode(chosen.verdicts))


def why(redis: Any, session_id: str) -> list[Verdict]:
    """What was said of the hosts when the session was last placed: the chosen one first."""
    said = redis.hget(keys.SESSION % session_id, "why")
    try:
        return _verdicts.decode(said) if said else []
    except DecodeError:
        return []


# --- the snapshot ----------------------------------------------------------------------------------------


def _rooms(redis: Any, hosts: Sequence[HostEntry], digest: str, session_id: str) -> list[Room]:
    pipeline = redis.pipeline(transaction=False)
    for host in hosts:
        pipeline.hget(keys.FIGURES, host.name)
        pipeline.hgetall(keys.RESERVED % host.name)
        pipeline.zcard(keys.WARM % (host.name, digest))
        pipeline.hmget(keys.FAILED % (host.name, digest), *failures.FIELDS)
    answers = pipeline.execute()
    rooms = []
    for number, host in enumerate(hosts):
        figures, reserved, warm, failed = answers[4 * number : 4 * number + 4]
        reserved.pop(session_id.encode(), None)  # it would stand in its own way
        rooms.append(_room(host, figures, reserved, warm, failed))
    return rooms


def _room(
    entry: HostEntry,
    figures: bytes | None,
    reserved: dict[bytes, bytes],
    warm: int,
    failed: Sequence[bytes | None],
) -> Room:
    parts = (value.split(b":", 2) for value in reserved.values())
    held = [int(size) for size, until, _ in parts if _holds(until)]
    return Room(
        entry,
        _figures(figures),
        reserved_bytes=sum(held),
        reserved=len(held),
        warm=warm,
        cools=failures.cooling(failures.decoded(failed), time.time()),
    )


def _holds(until: bytes) -> bool:
    return float(until) / 1000 > time.time()


def _figures(data: bytes | None) -> HostFigures | None:
    try:
        return decode_host_figures(data) if data else None
    except DecodeError:
        return None
