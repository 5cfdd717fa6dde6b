"""What sessions' containers have used, from the hosts' own figures, told to the recorder.

A warm container's total is told, too, before that of its first owner: nobody pays for its warming up.
"""

import time
from typing import NamedTuple

from sandbox import keys
from sandbox.connections import Redis
from sandbox.engine.hosts import ContainerInfo
from sandbox.messages import Charged, encode
from sandbox.pool.openings import opening_of
from sandbox.pool.watch import HostWatch

EVERY_SECONDS = 5.0
_NOISE_SECONDS = 0.05


class Last(NamedTuple):
    """What a container had used when it was last seen; `owner` None: it is warm."""

    host: str
    session: str | None
    owner: str | None
    cpu_seconds: float


class Meter:
    """Tells each container's total now and then, and once more when the container is gone."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._told: dict[str, float] = {}  # container's id → CPU seconds that were recorded
        self._last: dict[str, Last] = {}
        self._due = 0.0

    def tick(self, watches: list[HostWatch]) -> None:
        """Look at every host's last reading."""
        present = {container for watch in watches for container in self._read(watch)}
        gone = [container for container in self._last if container not in present]
        for container in gone:
            self._tell(container)
            self._last.pop(container)
            self._told.pop(container, None)
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + EVERY_SECONDS
            for container in present:
                self._tell(container)

    def _read(self, watch: HostWatch) -> list[str]:
        """Note what one host shows; returns its sandboxes. One unseen keeps what it had."""
        reading = watch.probe.latest()
        if reading is None or watch.seen is None or watch.seen.error:
            return [container for container, last in self._last.items() if last.host == watch.entry.name]
        present = []
        for container in watch.seen.containers:
            figures = reading.containers.get(container.id)
            if container.role != "sandbox" or figures is None:
                continue
            owner = self._owner(container, watch.entry.name)
            if container.session and owner is None:
                continue
            if container.session and self._is_warm(container.id):
                self._tell(container.id)  # what it had used before it was claimed
            last = Last(watch.entry.name, container.session, owner, figures.cpu_seconds)
            self._last[container.id] = last
            present.append(container.id)
        return present

    def _is_warm(self, container: str) -> bool:
        return container in self._last and self._last[container].owner is None

    def _owner(self, container: ContainerInfo, host: str) -> str | None:
        """None while it is warm, its session is gone, or lives on another host, whatever this one says."""
        if container.session is None:
            return None
        if container.id in self._last and self._last[container.id].owner:
            return self._last[container.id].owner
        opening, home = self._redis.hmget(keys.SESSION % container.session, "opening", "host")
        known = opening_of(opening)
        return known.owner if known and home == host.encode() else None

    def _tell(self, container: str) -> None:
        last = self._last[container]
        if last.cpu_seconds - self._told.get(container, 0.0) < _NOISE_SECONDS:
            return
        self._told[container] = last.cpu_seconds
        charged = Charged(last.session, last.owner, container, last.cpu_seconds, time.time())
        self._redis.xadd(keys.RECORDS, {"r": encode(charged)})
