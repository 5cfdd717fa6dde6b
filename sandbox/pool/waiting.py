"""Sessions that wait for room: a queue that is fair over owners, kept in Redis, moved on by the keeper.

A session that must wait holds no thread: its relay puts it here and ends. The keeper reserves room for the
first, then wakes it. Nobody who comes later overtakes.
"""

import contextlib
import time
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from sandbox import keys, scripts
from sandbox.exceptions import NoHost, PoolFull
from sandbox.messages import Queued, Status, decode_opening, encode
from sandbox.pool import placement
from sandbox.pool.placement import Placement
from sandbox.relay.session import Session
from sandbox.worker import Worker


class Waiter(msgspec.Struct, frozen=True):
    """One session in the queue."""

    session_id: str
    owner: str
    arrived: float


def fair_order(waiters: Sequence[Waiter]) -> list[Waiter]:
    """Round robin over owners, each owner's own by arrival: nobody's second stands before another's first."""
    turns: Counter[str] = Counter()
    placed = []
    for waiter in sorted(waiters, key=lambda waiter: waiter.arrived):
        placed.append((turns[waiter.owner], waiter))
        turns[waiter.owner] += 1
    return [waiter for _, waiter in sorted(placed, key=lambda pair: (pair[0], pair[1].arrived))]


def waiters(redis: Any) -> list[Waiter]:
    """All that wait, in the order in which they will be served. Blocks."""
    queue = redis.zrange(keys.QUEUE, 0, -1, withscores=True)
    pipeline = redis.pipeline(transaction=False)
    for session_id, _ in queue:
        pipeline.hget(keys.SESSION % session_id.decode(), "opening")
    known = zip(queue, pipeline.execute(), strict=True)
    return fair_order(
        [
            Waiter(id_.decode(), decode_opening(opening).owner, arrived)
            for (id_, arrived), opening in known
            if opening
        ]
    )


def place(worker: Worker, session: Session, without: Collection[str] = ()) -> Placement | None:
    """Room for the session, reserved; None: it waits in the queue now. PoolFull: that is full too."""
    if reserved := worker.redis.hget(keys.SESSION % session.id, "placement"):
        return msgspec.json.decode(reserved, type=Placement)
    reason = None
    if _may_be_placed(worker.redis):
        try:
            if found := _place(worker, session, without):
                return found
        except NoHost as error:
            reason = str(error)
    if not session.call("enqueue"):
        raise PoolFull
    announce(worker.redis, reason=reason)
    return None


def _place(worker: Worker, session: Session, without: Collection[str]) -> Placement | None:
    """On a host that did not fail a moment ago, if there is another."""
    reserve_bytes = worker.config.memory_reserve_bytes
    if without:
        with contextlib.suppress(NoHost):
            return placement.place(worker.redis, session.opening, reserve_bytes, without)
    return placement.place(worker.redis, session.opening, reserve_bytes)


def _may_be_placed(redis: Any) -> bool:
    """Not before the keeper knows what runs on the hosts, and not past those who wait."""
    pipeline = redis.pipeline(transaction=False)
    pipeline.exists(keys.BUILT)
    pipeline.zcard(keys.QUEUE)
    built, waiting = pipeline.execute()
    return bool(built) and not waiting


def announce(redis: Any, *, seconds_each: float | None = None, reason: str | None = None) -> None:
    """Tell everybody who waits their place, where it changed; the queue takes `seconds_each` for one."""
    calls: list[scripts.Call] = []
    for position, waiter in enumerate(waiters(redis), start=1):
        estimate = round(position * seconds_each, 1) if seconds_each else None
        status = Status(state="waiting", position=position, estimate_seconds=estimate, reason=reason)
        queued = Queued(position=position, estimate_seconds=estimate)
        calls.append(("announce", (waiter.session_id, position, encode(status), encode(queued))))
    if calls:
        scripts.run_all(redis, calls)


class Pace:
    """How long the queue takes for one session, from how it shrank lately."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._last_left = time.monotonic()
        self._seconds: float | None = None

    def seconds_each(self, redis: Any) -> float | None:
        """None until somebody left it."""
        seen = {session_id.decode() for session_id in redis.zrange(keys.QUEUE, 0, -1)}
        left = len(self._seen - seen)
        now = time.monotonic()
        if left:
            each = (now - self._last_left) / left
            self._seconds = each if self._seconds is None else 0.7 * self._seconds + 0.3 * each
        if left or not self._seen:
            self._last_left = now
        self._seen = seen
        return self._seconds


def reserve_for_first(redis: Any, reserve_bytes: int) -> str | None:
    """Reserve room for whoever is next; returns the session to wake, None when there is no room for one."""
    for waiter in waiters(redis):
        key = keys.SESSION % waiter.session_id
        opening, reserved = redis.hmget(key, "opening", "placement")
        if not opening or reserved:
            continue
        try:
            found = placement.place(redis, decode_opening(opening), reserve_bytes)
        except NoHost:
            continue
        if found is None:
            return None  # nobody behind may take what the first can't
        redis.hset(key, "placement", msgspec.json.encode(found))
        return waiter.session_id
    return None
