"""Room for a session: reads the snapshot from Redis, lets `choice` decide, makes sure by a reservation.

    snapshot ── choose ──► host ── reserve (atomic) ──► placed, with a warm container if one waits
        ▲                              │ no room any more
        └──────── without that host ◄──┘

A host's figures show a session's use only after some seconds: until then its reservation stands for it.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
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
)
from sandbox.pool import choice, failures, reasons
from sandbox.pool.choice import Need, Room, Share, Snapshot, Terms
from sandbox.pool.published import Published, published
from sandbox.pool.reasons import Verdict

RESERVED_SECONDS = 20.0
LOOKED_AT_ONCE = 200  # hosts by one script

_shares = msgspec.json.Decoder(dict[str, Share])
_verdicts = msgspec.json.Decoder(list[Verdict])


class Placement(msgspec.Struct, frozen=True):
    """Where a session goes; `warm` is the name of a container to claim, None: create one."""

    host: HostEntry
    toolchain: ToolchainEntry
    warm: str | None


def place(
    redis: Any,
    opening: Opening,
    terms: Terms,
    without: Collection[str] = (),
    among: Collection[str] | None = None,
    keep: Callable[[Sequence[Verdict]], None] | None = None,
) -> Placement | None:
    """Reserve room for the session on the best host; None: it must wait.

    Not on a host that is named in `without`; on one of `among` only, if that is given. May be called again
    for the same session, which renews its reservation there. What was said of the hosts is noted as why the
    session is where it is, unless it is given to `keep`. Raises NoHost when no host could take it, however
    empty, and TooLarge when none ever will. Blocks.
    """
    known = published(redis)
    toolchain = _toolchain(known.pool, opening)
    keep = keep or partial(note, redis, opening.session_id)
    search = _Search(redis, opening, _need(redis, opening, toolchain), terms.clamped(), toolchain, keep)
    for hosts in _stages(known, search, without, among):
        if found := search.among(hosts):
            return found
    search.refuse(whole=not without and among is None)
    return None


def _toolchain(pool: Pool, opening: Opening) -> ToolchainEntry:
    if not pool.hosts and not pool.toolchains:
        raise NoHost
    for toolchain in pool.toolchains:
        if toolchain.digest == opening.toolchain:
            return toolchain
    raise NoHost("This toolchain is not there any more. Choose another one.")


class _Search:
    """One session's way through the hosts; `rooms` are those that it has looked at."""

    def __init__(
        self,
        redis: Any,
        opening: Opening,
        need: Need,
        terms: Terms,
        toolchain: ToolchainEntry,
        keep: Callable[[Sequence[Verdict]], None],
    ) -> None:
        self.redis, self.opening, self.need = redis, opening, need
        self.terms, self.toolchain, self._keep = terms, toolchain, keep
        self.rooms: list[Room] = []

    def among(self, hosts: Sequence[HostEntry]) -> Placement | None:
        """The best of these, reserved."""
        rooms = _rooms(self.redis, hosts, self.need, self.opening.session_id)
        self.rooms += rooms
        snapshot = Snapshot(time.time(), self.terms, rooms)
        return self._reserve_best(snapshot)

    def _reserve_best(self, snapshot: Snapshot) -> Placement | None:
        while True:
            chosen = choice.choose(snapshot, self.need)
            room = chosen.room
            warm = reserve(self.redis, room, self.opening, self.need, snapshot) if room else None
            if room is None or warm is not None:
                self._keep(reasons.verdicts(chosen, snapshot, self.need))
                return Placement(room.entry, self.toolchain, warm or None) if room else None
            others = [other for other in snapshot.rooms if other is not room]
            snapshot = Snapshot(snapshot.at, snapshot.terms, others)

    @property
    def may_wait(self) -> bool:
        """Whether one of them is only full, or not known yet."""
        return any(choice.usable(room, self.need) or _unknown(room) for room in self._large())

    def _large(self) -> list[Room]:
        snapshot = Snapshot(time.time(), self.terms, self.rooms)
        return [room for room in self.rooms if choice.could_hold(room, snapshot, self.need)]

    def refuse(self, *, whole: bool) -> None:
        """Raise why it need not wait; `whole`: it was allowed on all hosts."""
        if whole and self.rooms and not self._large():
            raise TooLarge
        if not self.may_wait:
            raise NoHost
        snapshot = Snapshot(time.time(), self.terms, self.rooms)
        alone = _alone(self.need)
        if self.need.shares and any(choice.fits(room, snapshot, alone) for room in self.rooms):
            raise ShareUsed


def _stages(
    known: Published, search: _Search, without: Collection[str], among: Collection[str] | None
) -> Iterator[Sequence[HostEntry]]:
    """Some drawn by lot; of many then those that have room; the others only if none so far could take it."""
    by_name = known.by_name
    hosts = known.pool.hosts if among is None else [by_name[name] for name in among if name in by_name]
    last = search.need.last_host
    before = [by_name[last]] if last in by_name and (among is None or last in among) else []
    drawn = {one.name: one for one in [*before, *choice.sample(hosts, search.need.seed)]}
    yield [one for one in drawn.values() if one.name not in without]
    if len(drawn) >= len(hosts):
        return
    seen, allowed = {*drawn, *without}, by_name if among is None else {one.name for one in hosts}
    least = search.need.limits.memory_bytes + search.terms.reserve_bytes
    for names in _roomy(search.redis, least):
        if some := [by_name[name] for name in names if name in allowed and name not in seen]:
            yield some
        seen.update(names)
    if not search.may_wait:
        yield [one for one in hosts if one.name not in seen]


def _roomy(redis: Any, least_bytes: int) -> Iterator[list[str]]:
    """Hosts with so much memory free by their figures, most first, some at a time."""
    start = 0
    while names := redis.zrevrangebyscore(keys.FREE, "+inf", least_bytes, start=start, num=choice.SAMPLE):
        yield [name.decode() for name in names]
        start += choice.SAMPLE


def roomiest(redis: Any, opening: Opening, terms: Terms) -> str:
    """The host that lacks least for the session; "" when none could ever take it. Blocks."""
    known = published(redis)
    need, terms = Need(opening.toolchain, opening.limits.clamped()), terms.clamped()
    freest = [name.decode() for name in redis.zrevrange(keys.FREE, 0, choice.SAMPLE - 1)]
    for hosts in ([known.by_name[name] for name in freest if name in known.by_name], known.pool.hosts):
        rooms = _rooms(redis, hosts, need, opening.session_id)
        if found := choice.roomiest(Snapshot(time.time(), terms, rooms), need):
            return found
    return ""


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
        need.kind,
        opening.owner,
        choice.owner_room(room, snapshot, need),
    )
    return None if taken is None else taken.decode()


def release(redis: Any, host: str, session_id: str) -> None:
    """The session never came: its reservation is free again. Scripts do it for those that end."""
    redis.hdel(keys.RESERVED % host, session_id)


# --- why -------------------------------------------------------------------------------------------------


def note(redis: Any, session_id: str, verdicts: Sequence[Verdict]) -> None:
    """Keep what was said of the hosts with the session, for people."""
    scripts.run(redis, "note", session_id, "why", msgspec.json.encode(verdicts))


def why(redis: Any, session_id: str) -> list[Verdict]:
    """What was said of the hosts when the session was last placed: the chosen one first."""
    said = redis.hget(keys.SESSION % session_id, "why")
    try:
        return _verdicts.decode(said) if said else []
    except DecodeError:
        return []


# --- the snapshot ----------------------------------------------------------------------------------------


def _rooms(redis: Any, hosts: Sequence[HostEntry], need: Need, session_id: str) -> list[Room]:
    """What is reserved for the session itself would stand in its own way: it does not count."""
    calls: list[scripts.Call] = [
        ("look", (session_id, need.digest, need.kind, *(host.name for host in some)))
        for some in _batched(hosts)
    ]
    found = [one for answer in scripts.run_all(redis, calls) for one in answer] if calls else []
    return [_room(host, *said) for host, said in zip(hosts, found, strict=True)]


def _batched(hosts: Sequence[HostEntry]) -> Iterator[Sequence[HostEntry]]:
    """Few enough for one script, which everybody else waits for."""
    for start in range(0, len(hosts), LOOKED_AT_ONCE):
        yield hosts[start : start + LOOKED_AT_ONCE]


def _room(
    entry: HostEntry,
    figures: bytes | None,
    reserved_bytes: bytes,
    reserved: int,
    warm: int,
    failed: Sequence[bytes | None],
) -> Room:
    return Room(
        entry,
        _figures(figures),
        reserved_bytes=int(reserved_bytes),
        reserved=reserved,
        warm=warm,
        cools=failures.cooling(failures.decoded(failed), time.time()),
    )


def _figures(data: bytes | None) -> HostFigures | None:
    try:
        return decode_host_figures(data) if data else None
    except DecodeError:
        return None
