"""Sessions that wait for room: the queue in Redis, moved on by the keeper in the order that `turns` says.

A session that must wait holds no thread: its relay puts it here and ends. The keeper reserves room for it,
then wakes it. Whoever gives up, or closes their last window, leaves. Those that no host could take, were it
empty (no image, a user's share used up), wait apart: for them nobody else sleeps sooner or waits longer.
"""

import contextlib
import time
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec

from sandbox import keys, scripts
from sandbox.exceptions import NoHost, PoolFull, ShareUsed, TooLarge
from sandbox.messages import Finished, Opening, Queued, Status, encode
from sandbox.pool import leaving, placement
from sandbox.pool.choice import Terms
from sandbox.pool.openings import opening_of
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
        _waiter(id_.decode(), arrived, opening, float(stamp or 0))
        for (id_, arrived), (data, stamp) in known
        if (opening := opening_of(data))
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
    """All that wait for room, in the order in which they will be served. Blocks."""
    apart = stranded(redis)
    return fair_order([one for one in waiters(redis) if one.session_id not in apart], clock(redis))


def stranded(redis: Any) -> dict[str, str]:
    """Those that wait and that no host could take, were it empty, with why. Blocks."""
    return {session.decode(): why.decode() for session, why in redis.hgetall(keys.STRANDED).items()}


def is_scarce(redis: Any) -> bool:
    """Whether somebody waits because hosts are full. Blocks."""
    pipeline = redis.pipeline()
    pipeline.zcard(keys.QUEUE)
    pipeline.hlen(keys.STRANDED)
    waiting, apart = pipeline.execute()
    return bool(waiting > apart)


def place(worker: Worker, session: Session, without: Collection[str] = ()) -> Placement | None:
    """Room for the session, reserved; None: it waits in the queue now.

    PoolFull: that is full too. TooLarge: waiting would not help.
    """
    if reserved := worker.redis.hget(keys.SESSION % session.id, "placement"):
        return msgspec.json.decode(reserved, type=Placement)
    why = ""
    if _may_be_placed(worker.redis):
        try:
            if found := _place(worker, session, without):
                return found
        except TooLarge:
            raise
        except NoHost as error:
            why = str(error)
    if not session.call("enqueue", why):
        raise PoolFull
    announce(worker.redis)
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
    return bool(redis.exists(keys.BUILT)) and not is_scarce(redis)


def announce(redis: Any, *, seconds_each: float | None = None) -> None:
    """Tell everybody who waits their place, or why they have none, where it changed.

    The queue takes `seconds_each` for one.
    """
    calls: list[scripts.Call] = []
    for session_id, why in stranded(redis).items():
        calls.append(("announce", (session_id, "", encode(Status(state="waiting", reason=why)), b"")))
    for position, turn in enumerate(turns(redis), start=1):
        estimate = round(position * seconds_each, 1) if seconds_each else None
        status = Status(state="waiting", position=position, estimate_seconds=estimate)
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

    def seconds_each(self, waiting: Iterable[str]) -> float | None:
        """By who waits now; None until somebody left."""
        seen = set(waiting)
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
        self._stranded: dict[str, str] = {}  # of those that were tried in this round
        self.needed_bytes = 0  # by the largest of those that wait for room

    def tick(self) -> list[str]:
        """Reserve room for whoever is next, tell the others their place; returns the sessions to wake."""
        self._forget_deserted()
        before, at = waiters(self._redis), clock(self._redis)
        queue = self._unplaced(before)
        self._stranded = {}
        served = self._line.serve(fair_order(queue, at), self._place, self._roomiest, time.time())
        gone = {turn.waiter.session_id for turn in served}
        left = [waiter for waiter in queue if waiter.session_id not in gone]
        self._redis.set(keys.QUEUE_CLOCK, msgspec.json.encode(after(at, served, left)))
        self._tell(left)
        return [turn.waiter.session_id for turn in served]

    def _tell(self, left: Sequence[Waiter]) -> None:
        """Keep those apart that wait for no room, and tell everybody."""
        names = [waiter.session_id for waiter in left]
        scripts.run_all(self._redis, [("strand", (name, self._stranded.get(name, ""))) for name in names])
        full = [waiter for waiter in left if waiter.session_id not in self._stranded]
        self.needed_bytes = max((waiter.memory_bytes for waiter in full), default=0)
        each = self._pace.seconds_each(waiter.session_id for waiter in full)
        announce(self._redis, seconds_each=each)

    def _unplaced(self, waiters: Sequence[Waiter]) -> list[Waiter]:
        """Those for which no room is reserved yet."""
        pipeline = self._redis.pipeline(transaction=False)
        for waiter in waiters:
            pipeline.hexists(keys.SESSION % waiter.session_id, "placement")
        placed = zip(waiters, pipeline.execute(), strict=True)
        return [waiter for waiter, is_placed in placed if not is_placed]

    def _place(self, waiter: Waiter, without: frozenset[str]) -> Found:
        opening = self._opening(waiter)
        if opening is None:
            return "never"
        try:
            found = placement.place(self._redis, opening, self._terms, without)
        except TooLarge as error:
            self._stranded[waiter.session_id] = str(error)  # for what is left of this round
            refuse(self._redis, waiter.session_id, error)
            return "never"
        except NoHost as error:
            if without and not isinstance(error, ShareUsed):
                return "full"  # what it could have is kept free for another
            self._stranded[waiter.session_id] = str(error)
            return "never"
        if found is None:
            return "full"
        scripts.run(self._redis, "note", waiter.session_id, "placement", msgspec.json.encode(found))
        return "placed"

    def _roomiest(self, waiter: Waiter) -> str:
        opening = self._opening(waiter)
        return placement.roomiest(self._redis, opening, self._terms) if opening else ""

    def _opening(self, waiter: Waiter) -> Opening | None:
        return opening_of(self._redis.hget(keys.SESSION % waiter.session_id, "opening"))

    def _forget_deserted(self) -> None:
        """Those whose last window closed, or whose web process died, some time ago."""
        now = time.time() * 1000
        names = [session_id.decode() for session_id in self._redis.zrange(keys.QUEUE, 0, -1)]
        pipeline = self._redis.pipeline(transaction=False)
        for name in names:
            pipeline.hget(keys.SESSION % name, "attended")
        for name, until in zip(names, pipeline.execute(), strict=True):
            if until and float(until) < now:
                leave(self._redis, name)


def leave(redis: Any, session_id: str) -> None:
    """Wait no longer: what it was to run ends as stopped. Nothing happens unless it waits. Blocks."""
    scripts.run(redis, "leave", session_id, leaving.STOPPED, leaving.ASLEEP)


def refuse(redis: Any, session_id: str, error: NoHost) -> None:
    """No waiting helps it: what it was to run ends with the reason. Nothing happens unless it waits."""
    finished = Finished(outcome="internal_error", reason=str(error))
    status = Status(state="lost", reason=str(error))
    scripts.run(redis, "leave", session_id, encode(finished), encode(status))
