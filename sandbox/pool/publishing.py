"""Says each second how the hosts are, and keeps a sample now and then for an hour's chart."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from sandbox import keys
from sandbox.connections import Redis
from sandbox.messages import HostFigures, HostSample, Pool, encode
from sandbox.pool import seen
from sandbox.pool.watch import HostWatch
from sandbox.rounds import Rounds

T = TypeVar("T")

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
SAMPLE_SECONDS = 10.0
SAMPLES = 360


class Publisher:
    """A thread, so that no other work of the keeper makes figures old."""

    def __init__(
        self,
        redis: Redis,
        watches: Callable[[], Sequence[HostWatch]],
        seconds: float,
    ) -> None:
        self._redis, self._watches = redis, watches
        self._sampled = 0.0
        self._rounds = Rounds("figures", self._publish, min(EVERY_SECONDS, seconds))
        self._rounds.start()

    def close(self) -> None:
        """What was said last stays, and grows old."""
        self._rounds.close(EVERY_SECONDS)

    def _publish(self) -> None:
        watches = self._watches()
        looked_at = [watch for watch in watches if watch.seen]
        self._note_promises(looked_at)
        told, hosts = _each(watches, seen.told), _each(looked_at, HostWatch.figures)
        pipeline = self._redis.pipeline()
        if told:
            pipeline.hset(keys.SEEN, mapping=told)
        if hosts:
            pipeline.hset(keys.FIGURES, mapping={name: encode(host) for name, host in hosts.items()})
            pipeline.zadd(keys.FREE, {name: free_bytes(host) for name, host in hosts.items()})
        if hosts and time.monotonic() - self._sampled >= SAMPLE_SECONDS:
            self._sampled = time.monotonic()
            for host in hosts.values():
                _keep(pipeline, host)
        pipeline.execute()

    def _note_promises(self, watches: Sequence[HostWatch]) -> None:
        """What is promised of each host and rests there only the keeper that leads can add up."""
        names = [watch.entry.name for watch in watches]
        promised = self._redis.hmget(keys.PROMISED, names) if names else []
        resting = self._redis.hmget(keys.RESTING, names) if names else []
        for watch, said, cores in zip(watches, promised, resting, strict=True):
            memory, cpus = (said or b"0 0").split()
            watch.promised_bytes, watch.promised_cpus = int(memory), float(cpus)
            watch.resting_cpus = float(cores or 0)


def _each(watches: Sequence[HostWatch], say: Callable[[HostWatch], T]) -> dict[str, T]:
    """Of one host after the other, by name: one that nobody can say anything of hides no other."""
    said = {}
    for watch in watches:
        try:
            said[watch.entry.name] = say(watch)
        except Exception:
            log.exception("host %s", watch.entry.name)
    return said


def forget(redis: Redis, pool: Pool) -> None:
    """Drop what was said of hosts that left the pool; an empty Redis names none, which is no word of them."""
    names = {entry.name for entry in pool.hosts}
    gone = [name for name in redis.hkeys(keys.FIGURES) if name.decode() not in names]
    asked = [field for field in redis.hkeys(keys.DEMAND) if field.decode().partition(" ")[0] not in names]
    if not names or not (gone or asked):
        return
    pipeline = redis.pipeline()
    if gone:
        pipeline.hdel(keys.FIGURES, *gone)
        pipeline.hdel(keys.SEEN, *gone)
        pipeline.zrem(keys.FREE, *gone)
    if asked:
        pipeline.hdel(keys.DEMAND, *asked)
    pipeline.execute()


def _keep(pipeline: Redis, host: HostFigures) -> None:
    key = keys.HISTORY % host.name
    pipeline.lpush(key, encode(sample(host, time.time())))
    pipeline.ltrim(key, 0, SAMPLES - 1)
    pipeline.expire(key, int(2 * SAMPLES * SAMPLE_SECONDS))


def free_bytes(host: HostFigures) -> int:
    """By which hosts are found when most are full; nothing of one that takes no sessions."""
    takes = host.state == "alive" and host.digests
    return max(0, host.memory_bytes - host.memory_used_bytes) if takes else 0


def sample(host: HostFigures, now: float) -> HostSample:
    """A host's figures as portions of what it has."""
    return HostSample(
        at=now,
        cpu=_portion(host.cpu_used, host.cpus),
        memory=_portion(host.memory_used_bytes, host.memory_bytes),
        cpu_pressure=host.cpu_pressure,
        memory_pressure=host.memory_pressure,
        io_pressure=host.io_pressure,
        disk=_portion(host.disk_bytes - host.disk_free_bytes, host.disk_bytes),
        sessions=host.sessions,
        warm=sum(host.warm.values()),
        alive=host.alive,
    )


def _portion(used: float, whole: float) -> float:
    return round(min(1.0, max(0.0, used / whole)), 4) if whole else 0.0
