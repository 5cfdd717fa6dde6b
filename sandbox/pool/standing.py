"""One keeper among others: which hosts are its own, and whether it does what only one may do.

    beat ──► who lives ──► each host falls to one of them (rendezvous) ──► a lease for each that is its own
        └──► a lease for the lead: queue, moves, overdue runs, wake-ups

Leases are renewed by a thread of its own, however long a round takes. They hold by our own clock, which goes
on while the process is stopped: one that is continued has nothing until it has asked again.
"""

import logging
import secrets
import threading
import time
from collections.abc import Collection, Sequence
from hashlib import blake2b

from redis.exceptions import RedisError

from sandbox import scripts
from sandbox.connections import Redis
from sandbox.rounds import Rounds

log = logging.getLogger(__name__)

BEATS = 3  # in a lease's time
MARGIN = 0.9  # of a lease that counts, for clocks that differ
HUNG_SECONDS = 60.0  # a keeper without a round for so long is no keeper


def chosen(host: str, keepers: Sequence[str]) -> str:
    """The keeper that shall have the host: when one comes or goes, no other host changes hands."""
    return max(keepers, key=lambda keeper: blake2b(f"{keeper} {host}".encode(), digest_size=8).digest())


class Standing:
    """`leads` and `hosts` are what holds at this moment."""

    def __init__(self, redis: Redis, lease_seconds: float) -> None:
        self.token = secrets.token_hex(8)
        self._redis, self._seconds = redis, lease_seconds
        self._names: tuple[str, ...] = ()  # of all hosts
        self._leads, self._hosts = False, frozenset[str]()
        self._until = 0.0
        self._round_at = 0.0
        self._lock = threading.Lock()
        self._rounds = Rounds("standing", self._renew, seconds=lease_seconds / BEATS)

    def start(self) -> None:
        self._rounds.start()

    @property
    def holds(self) -> bool:
        """Whether what was last told still counts."""
        return time.monotonic() < self._until

    @property
    def leads(self) -> bool:
        return self._leads and self.holds

    @property
    def hosts(self) -> frozenset[str]:
        """Names of those that are its own."""
        return self._hosts if self.holds else frozenset()

    def begin_round(self, names: Collection[str]) -> None:
        """Ask for its share of all the hosts that there are. Blocks."""
        self._names, self._round_at = tuple(sorted(names)), time.monotonic()
        self._beat()

    def _beat(self) -> None:
        with self._lock:
            began = time.monotonic()
            _, keepers, _ = self._ask([])  # who lives: only then it is known what to ask for
            mine = [name for name in self._names if chosen(name, keepers) == self.token]
            self._leads, _, held = self._ask(mine)
            self._hosts = frozenset(held)
            self._until = began + MARGIN * self._seconds

    def _ask(self, hosts: Sequence[str]) -> tuple[bool, list[str], list[str]]:
        lifetime = int(self._seconds * 1000)
        leads, keepers, held = scripts.run(self._redis, "keep", self.token, lifetime, *hosts)
        return bool(leads), [one.decode() for one in keepers], [one.decode() for one in held]

    def release(self, hosts: Collection[str]) -> None:
        """These it keeps no longer: whoever shall have them need not wait. Blocks."""
        if hosts:
            scripts.run(self._redis, "let_go", self.token, 0, *hosts)

    def close(self) -> None:
        """Others take over at once."""
        self._rounds.close()
        self._until = 0.0
        try:
            scripts.run(self._redis, "let_go", self.token, 1, *self._hosts)
        except RedisError as error:
            log.warning("the keeper's leases run out by themselves: %s", error)

    def _renew(self) -> None:
        if time.monotonic() - self._round_at <= HUNG_SECONDS:
            self._beat()
