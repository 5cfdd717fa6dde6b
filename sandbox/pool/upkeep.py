"""What the keeper does for sessions: they are served, they hibernate, nothing outlives its time."""

import logging
import time
from collections import Counter
from collections.abc import Sequence

import msgspec

from sandbox import keys, scripts
from sandbox.connections import Redis
from sandbox.exceptions import Fenced, SessionLost, Unreadable
from sandbox.messages import Finished, Hibernate, HostFigures, Status, encode
from sandbox.pool import demand, waiting
from sandbox.pool.census import Live
from sandbox.pool.openings import opening_of
from sandbox.relay.inbox import fields_of
from sandbox.relay.session import Session, discard
from sandbox.worker import Worker

log = logging.getLogger(__name__)

EARLY_AT_ONCE = 4  # of one host in one round
LATE_SECONDS = 10.0  # after a run's deadline its relay has had its chance


class _Need(msgspec.Struct, frozen=True):
    """How a session that has something to do stands."""

    known: bool
    served: bool
    queued: bool
    placed: bool  # room is reserved for it
    readable: bool  # else a relay is to end it


def wake_unserved(worker: Worker) -> list[str]:
    """Wake each session that has something to do and no relay, but those that still wait for room."""
    woken = []
    sessions = [session.decode() for session in worker.redis.smembers(keys.BUSY)]
    for session_id, need in _needs(worker.redis, sessions).items():
        if not need.known:
            worker.redis.srem(keys.BUSY, session_id)
        elif not need.served and (not need.queued or need.placed or not need.readable):
            worker.wake(session_id)
            woken.append(session_id)
    return woken


def _needs(redis: Redis, sessions: list[str]) -> dict[str, _Need]:
    pipeline = redis.pipeline(transaction=False)
    for session_id in sessions:
        pipeline.exists(keys.SESSION % session_id)
        pipeline.exists(keys.LEASE % session_id)
        pipeline.zscore(keys.QUEUE, session_id)
        pipeline.hmget(keys.SESSION % session_id, "placement", "opening")
    answers = pipeline.execute()
    needs = {}
    for number, session_id in enumerate(sessions):
        known, served, queued, (placed, opening) = answers[4 * number : 4 * number + 4]
        readable = opening_of(opening) is not None
        needs[session_id] = _Need(bool(known), bool(served), queued is not None, bool(placed), readable)
    return needs


def hibernate_idle(worker: Worker, sessions: Sequence[Live], hosts: Sequence[HostFigures]) -> None:
    """Tell sessions that nobody used for their time to hibernate; the message itself counts as a use.

    Where memory is short, or somebody waits for room, they do so sooner: the longest idle first, some at a
    time.
    """
    now = time.time()
    waits = waiting.is_scarce(worker.redis) and bool(worker.redis.exists(keys.BUILT))
    shares = {host.name: host.memory_used_bytes / max(1, host.memory_bytes) for host in hosts}
    early: Counter[str] = Counter()
    for live in sorted(sessions, key=lambda live: live.used_at):
        idle = now - live.used_at
        if live.runs or live.moving_until > now:
            continue
        own = live.opening.hibernate_seconds
        if idle <= demand.patience(own, shares.get(live.host, 0.0), waits):
            continue
        if idle <= own:
            early[live.host] += 1
            if early[live.host] > EARLY_AT_ONCE:
                continue
        log.info("session %s: idle for %.0f s", live.id, idle)
        _send_hibernate(worker, live.id)


def _send_hibernate(worker: Worker, session_id: str) -> None:
    try:
        if scripts.run(worker.redis, "send", session_id, *fields_of([Hibernate()])):
            worker.wake(session_id)
    except SessionLost:
        worker.redis.zrem(keys.ACTIVE, session_id)


def end_overdue(worker: Worker) -> None:
    """End runs that outlived their deadline while no relay was there to see it."""
    latest = (time.time() - LATE_SECONDS) * 1000
    for run_id in worker.redis.zrangebyscore(keys.DEADLINES, "-inf", latest):
        run = run_id.decode()
        session_id = (worker.redis.hget(keys.RUN % run, "session") or b"").decode()
        if not session_id:
            worker.redis.zrem(keys.DEADLINES, run)
            continue
        finished = Finished(
            outcome="timed_out", reason="The run was still going a minute after its time was over."
        )
        give_up_container(worker, session_id, run, finished)


def give_up_container(
    worker: Worker, session_id: str, run: str = "", finished: Finished | None = None
) -> None:
    """Lose a session's container in a relay's stead; nothing happens when a relay serves it."""
    lease = worker.leases.acquire(session_id, lambda: None)
    if lease is None:
        return
    try:
        session = Session(worker.redis, lease)
        if finished:
            session.call("finish", run, session.host, encode(finished))
        if session.container:  # from here on it is nobody's, and the reaper removes it
            session.lose("host_lost", Status(state="lost", reason=str(SessionLost())))
        if session.release(whatever_waits=True) == "busy":
            worker.wake(session_id)
    except Unreadable:
        discard(worker.redis, lease)
    except Fenced:
        log.info("session %s: a relay took over", session_id)
    finally:
        worker.leases.drop(lease)
