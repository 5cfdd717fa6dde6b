"""Sessions that wait for room: the queue in Redis, moved on by the keeper in the order that `turns` says.

A session that must wait holds no thread: its relay puts it here and ends. The keeper reserves room for it,
then wakes it. Whoever gives up, or closes their last window, leaves.
"""

import contextlib
import time
from collections.abc import Collection
from typing import Any

import msgspec

from sandbox import keys, scripts
from sandbox.exceptions import NoHost, PoolFull
from sandbox.messages import Opening, Queued, Status, decode_opening, encode
from sandbox.pool import leaving, placement
from sandbox.pool.choice import Terms
from sandbox.pool.placement import Placement
from sandbox.pool.turns import Clock, Found, Line, Turn, Waiter, after, fair_order
from sandbox.relay.session import Session
from sandbox.worker import Worker

_clock = msgspec.json.Decoder(Clock)


def waiters(redis: Any) -> list[Waiter]:
    """All that wait, in no order. Blocks."""
    queue = redis.zrange(keys.QUEUE, 0, -1, withscores=True)
    pipeline = redis.pipeline(transaction=False)
    for session_id, _ in queue:
        pipeline.hmget(keys.SESSION % session_id.decode(), "opening", "stamp")
    known = zip(queue, pipeline.execute(), strict=True)
    return [
        _waiter(id_.decode(), arrived, decode_opening(opening), float(stamp or 0))
        for (id_, arrived), (opening, stamp) in known
        if opening
    ]


def _waiter(session_id: str, arrived: float, opening: Opening, stamp: float) -> Waiter:
    return Waiter(
        session_id=session_id,
        owner=opening.owner,
        arrived=arrived,
        weight=opening.weight,
        stamp=stamp,
        digest=opening.toolchain,
        memory_bytes=opening.limits.clamped().memory_bytes,
    )


def clock(redis: Any) -> Clock:
    """How far the queue has come."""
    known = redis.get(keys.QUEUE_CLOCK)
    try:
        return _clock.decode(known) if known else Clock()
    except msgspec.DecodeError:
        return Clock()


def turns(redis: Any) -> list[Turn]:
    """All that wait, in the order in which they will be served. Blocks."""
    return fair_order(waiters(redis), clock(redis))


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
    terms = worker.config.terms
    if without:
        with contextlib.suppress(NoHost):
            return placement.place(worker.redis, session.opening, terms, without)
    return placement.place(worker.redis, session.opening, terms)


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
    for position, turn in enumerate(turns(redis), start=1):
        estimate = round(position * seconds_each, 1) if seconds_each else None
        status = Status(state="waiting", position=position, estimate_seconds=estimate, reason=reason)
        queued = Queued(position=position, estimate_seconds=estimate)
        calls.append(("announce", (turn.waiter.session_id, position, encode(status), encode(queued))))
    if calls:
        scripts.run_all(redis, calls)


# --- the keeper's side -----------------------------------------------------------------------------------


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


class Queue:
    """Serves those who wait, for the keeper."""

    def __init__(self, redis: Any, terms: Terms) -> None:
        self._redis = redis
        self._terms = terms
        self._line = Line()
        self._pace = Pace()
        self.needed_bytes = 0  # by the largest of those that wait

    def tick(self) -> list[str]:
        """Reserve room for whoever is next, tell the others their place; returns the sessions to wake."""
        self._forget_deserted()
        before, at = waiters(self._redis), clock(self._redis)
        queue = [waiter for waiter in before if not self._is_placed(waiter)]
        served = self._line.serve(fair_order(queue, at), self._place, self._roomiest, time.time())
        names = {turn.waiter.session_id for turn in served}
        left = [waiter for waiter in queue if waiter.session_id not in names]
        self.needed_bytes = max((waiter.memory_bytes for waiter in left), default=0)
        self._redis.set(keys.QUEUE_CLOCK, msgspec.json.encode(after(at, served, left)))
        announce(self._redis, seconds_each=self._pace.seconds_each(self._redis))
        return [turn.waiter.session_id for turn in served]

    def _is_placed(self, waiter: Waiter) -> bool:
        return bool(self._redis.hexists(keys.SESSION % waiter.session_id, "placement"))

    def _place(self, waiter: Waiter, without: frozenset[str]) -> Found:
        opening = self._opening(waiter)
        if opening is None:
            return "never"
        try:
            found = placement.place(self._redis, opening, self._terms, without)
        except NoHost:
            return "never"
        if found is None:
            return "full"
        scripts.run(self._redis, "note", waiter.session_id, "placement", msgspec.json.encode(found))
        return "placed"

    def _roomiest(self, waiter: Waiter) -> str:
        opening = self._opening(waiter)
        return placement.roomiest(self._redis, opening, self._terms) if opening else ""

    def _opening(self, waiter: Waiter) -> Opening | None:
        opening = self._redis.hget(keys.SESSION % waiter.session_id, "opening")
        return decode_opening(opening) if opening else None

    def _forget_deserted(self) -> None:
        """Those whose last window closed, or whose web process died, some time ago."""
        now = time.time() * 1000
        for session_id in self._redis.zrange(keys.QUEUE, 0, -1):
            until = self._redis.hget(keys.SESSION % session_id.decode(), "attended")
            if until and float(until) < now:
                leave(self._redis, session_id.decode())


def leave(redis: Any, session_id: str) -> None:
    """Wait no longer: what it was to run ends as stopped. Nothing happens unless it waits. Blocks."""
    scripts.run(redis, "leave", session_id, leaving.STOPPED, leaving.ASLEEP)
