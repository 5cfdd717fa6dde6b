"""A relay's lease on its session: an epoch that fences off all earlier ones, renewed for a whole process.

A worker that was stopped and goes on learns here, or at its first write, that it was replaced.
"""

import logging
import threading
from collections.abc import Callable

from redis.exceptions import RedisError

from sandbox import scripts
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.exceptions import Fenced
from sandbox.rounds import Rounds

log = logging.getLogger(__name__)

RENEWALS = 3  # in the time of one lease


class Lease:
    """This process serves the session under `epoch` until `lost` is set or it lets go."""

    def __init__(self, session_id: str, epoch: int, on_lost: Callable[[], None]) -> None:
        self.session_id = session_id
        self.epoch = epoch
        self.lost = threading.Event()
        self._on_lost = on_lost

    def lose(self) -> None:
        """A newer relay is there."""
        self.lost.set()
        self._on_lost()


class Leases:
    """All leases of this process and the one thread that renews them."""

    def __init__(self, client: Redis, config: Config) -> None:
        self._redis = client
        self._seconds = config.lease_seconds
        self._held: set[Lease] = set()
        self._lock = threading.Lock()
        self._rounds = Rounds("leases", self._renew_all, self._seconds / RENEWALS)
        self._rounds.start()

    def acquire(self, session_id: str, on_lost: Callable[[], None]) -> Lease | None:
        """The session's lease under a new epoch; None when somebody serves it or it is not known."""
        epoch = scripts.run(self._redis, "acquire", session_id, self._milliseconds)
        if epoch is None:
            return None
        lease = Lease(session_id, int(epoch), on_lost)
        with self._lock:
            self._held.add(lease)
        return lease

    @property
    def held(self) -> int:
        """How many sessions this process serves."""
        return len(self._held)

    def drop(self, lease: Lease) -> None:
        """Renew it no more."""
        with self._lock:
            self._held.discard(lease)

    def close(self) -> None:
        """End the thread; leases that are still held run out."""
        self._rounds.close()

    @property
    def _milliseconds(self) -> int:
        return int(self._seconds * 1000)

    def _renew_all(self) -> None:
        with self._lock:
            held = list(self._held)
        for lease in held:
            self._renew(lease)

    def _renew(self, lease: Lease) -> None:
        try:
            scripts.run(self._redis, "renew", lease.session_id, lease.epoch, self._milliseconds)
        except Fenced:
            self._fenced(lease)
        except RedisError as error:
            log.warning("session %s: could not renew the lease: %s", lease.session_id, error)

    def _fenced(self, lease: Lease) -> None:
        with self._lock:
            if lease not in self._held:
                return  # let go of a moment ago
            self._held.discard(lease)
        log.warning("session %s: fenced at epoch %d", lease.session_id, lease.epoch)
        lease.lose()
