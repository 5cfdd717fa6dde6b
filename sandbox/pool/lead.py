"""What one keeper does for the whole pool: it decides on what all keepers tell of their hosts.

census ──► hibernate · shift · weigh           queue ──► reserve, wake, announce
busy sessions without a relay ──► wake         dead containers, overdue runs ──► end
"""

import logging
import time
from collections.abc import Mapping

from sandbox import keys
from sandbox.config import Config
from sandbox.messages import HostFigures, Pool
from sandbox.pool import losses, publishing, upkeep, waiting
from sandbox.pool.attendance import Unserved
from sandbox.pool.census import Census, Live
from sandbox.pool.reaper import Patience
from sandbox.pool.seen import HostSeen
from sandbox.pool.shifter import Shifter
from sandbox.pool.weigher import Weigher
from sandbox.worker import Worker

log = logging.getLogger(__name__)

NEEDED_SECONDS = 30


class Lead:
    """`tick` once a round while the keeper leads, then `close`."""

    def __init__(self, worker: Worker, settings: Config, grace_seconds: float) -> None:
        self._worker, self._redis = worker, worker.redis
        self._census = Census(self._redis)
        self._shifter = Shifter(worker, settings.terms)
        self._weigher = Weigher(settings.terms.user_share)
        self._dead = Patience(grace_seconds)
        self._queue = waiting.Queue(self._redis, settings.terms)
        self._unserved = Unserved(self._redis)

    def tick(self, pool: Pool, figures: Mapping[str, HostFigures], seen: Mapping[str, HostSeen]) -> None:
        """One round."""
        publishing.forget(self._redis, pool)
        seen = {entry.name: seen[entry.name] for entry in pool.hosts if entry.name in seen}
        hosts = [(entry, figures[entry.name]) for entry in pool.hosts if entry.name in figures]
        sessions = self._census.look({name: one for name, one in seen.items() if one.is_fresh})
        self._note_built(pool, seen)
        self._lose_dead(sessions, seen)
        upkeep.end_overdue(self._worker)
        upkeep.hibernate_idle(self._worker, sessions, [one for _, one in hosts])
        self._serve_queue()
        self._shifter.tick(hosts, sessions)
        weighed = [(self._worker.host(entry), one) for entry, one in hosts]
        self._weigher.tick(weighed, sessions, self._census.users)
        self._census.publish(self._weigher.applied(sessions), self._weigher.weights)
        for session in self._census.unreadable:
            self._worker.wake(session)  # its relay ends it
        self._unserved.note(upkeep.wake_unserved(self._worker))

    def close(self) -> None:
        """Another keeper leads from now on."""
        self._weigher.close()

    def _note_built(self, pool: Pool, seen: Mapping[str, HostSeen]) -> None:
        """After a loss of Redis: every host was looked at since, and what nobody knows removed."""
        if not pool.hosts or not (loss := losses.name(self._redis)):
            return
        told = [seen.get(entry.name) for entry in pool.hosts]
        if all(one and one.is_fresh and _agrees(one, loss) for one in told):
            self._redis.set(keys.BUILT, str(time.time()))
            log.info("Redis and the engines of %d hosts agree: sessions may be placed", len(told))

    def _lose_dead(self, sessions: list[Live], seen: Mapping[str, HostSeen]) -> None:
        """Sessions whose container ended or is gone, seen for long enough, with no relay to notice."""
        dead = []
        for live in sessions:
            host = seen.get(live.host)
            if host is None or not host.is_fresh:
                continue
            if host.lost:
                log.info("session %s: its host %s is lost", live.id, live.host)
                upkeep.give_up_container(self._worker, live.id)
            elif host.answers and host.at > live.since and live.container not in host.running:
                dead.append(live.id)
        for session in self._dead.lasting(dead, time.monotonic()):
            log.info("session %s: its container is gone", session)
            upkeep.give_up_container(self._worker, session)

    def _serve_queue(self) -> None:
        for session in self._queue.tick():
            self._worker.wake(session)
        self._redis.set(keys.NEEDED, self._queue.needed_bytes, ex=NEEDED_SECONDS)


def _agrees(host: HostSeen, loss: str) -> bool:
    """Whether nothing is placed there before what was there is gone."""
    # A host that does not answer takes no sessions; what is left there is removed when it does.
    silent = host.lost or (host.at > 0 and not host.answers)
    return silent or host.swept == loss
