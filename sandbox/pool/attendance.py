"""Are wake-ups taken? Workers say how many sessions they serve, the keeper since when one waits in vain.

A lost wake-up shows within seconds, a worker that lives and does not listen too; see `Attendance`.
"""

import contextlib
import logging
import os
import socket
import time
from collections.abc import Callable, Iterable

from redis.exceptions import RedisError

from sandbox import keys
from sandbox.connections import Redis
from sandbox.messages import Attendance, DecodeError, WorkerFigures, decode_worker_figures, encode
from sandbox.rounds import Rounds

log = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
FORGOTTEN_SECONDS = 60.0


class Beats:
    """A worker's signs of life, by a thread of their own."""

    def __init__(self, redis: Redis, slots: int, busy: Callable[[], int]) -> None:
        self._redis, self._slots, self._busy = redis, slots, busy
        self._name = f"{socket.gethostname()}-{os.getpid()}"
        self._rounds = Rounds("beats", self._beat, BEAT_SECONDS)

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        """Nobody counts on it any more."""
        self._rounds.close()
        with contextlib.suppress(RedisError):  # who falls silent is forgotten anyway
            self._redis.hdel(keys.WORKERS, self._name)

    def _beat(self) -> None:
        figures = WorkerFigures(name=self._name, at=time.time(), slots=self._slots, busy=self._busy())
        self._redis.hset(keys.WORKERS, self._name, encode(figures))


class Unserved:
    """Since when sessions wait in vain, as the keeper sees it at each of its rounds."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._since: dict[str, float] = {}

    def note(self, sessions: Iterable[str]) -> None:
        """These have something to do, and nobody serves them."""
        now = time.time()
        self._since = {session: self._since.get(session, now) for session in sessions}
        oldest = min(self._since.values(), default=None)
        if oldest is None:
            self._redis.delete(keys.UNSERVED)
        else:
            self._redis.set(keys.UNSERVED, oldest, ex=int(FORGOTTEN_SECONDS))
        figures = self._redis.hgetall(keys.WORKERS)
        found = attendance(figures.values(), self._redis.get(keys.UNSERVED))
        self._forget([one.name for one in found.workers if now - one.at > FORGOTTEN_SECONDS])
        if oldest and (fault := found.fault(now)):
            log.error("workers: %s", fault)

    def _forget(self, names: list[str]) -> None:
        if names:
            self._redis.hdel(keys.WORKERS, *names)


def attendance(figures: Iterable[bytes], unserved: bytes | None) -> Attendance:
    """What Redis holds of it."""
    return Attendance(list(_known(figures)), float(unserved) if unserved else None)


def _known(figures: Iterable[bytes]) -> Iterable[WorkerFigures]:
    for data in figures:
        try:
            yield decode_worker_figures(data)
        except DecodeError:
            continue  # of another version of ours
