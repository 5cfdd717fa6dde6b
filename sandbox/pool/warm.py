"""The warm pool: on each host some containers per toolchain whose GHCi is up, one use each.

    tick (keeper) ──┐                                ┌─ remove
                    ├─► WarmHost: look ──► decide ───┼─ adopt, check ──► ready? ──┐
    one was taken ──┘   (a thread per host)          └─ create ────────► ready? ──┴─► index ──► placement

All of it is found again after a restart.
"""

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from redis.exceptions import RedisError

from sandbox import keys
from sandbox.config import Config
from sandbox.engine import kinds, profile
from sandbox.engine.hosts import Host, Spec
from sandbox.limits import ContainerLimits
from sandbox.messages import HostEntry, HostFigures, ToolchainEntry
from sandbox.pool import demand
from sandbox.pool.choice import STALE_SECONDS, lacks_disk
from sandbox.pool.demand import Demand
from sandbox.pool.warm_host import STOP_SECONDS, WarmHost
from sandbox.pool.warm_plan import Wanted

LISTEN_SECONDS = 0.5


def wanted(
    entry: HostEntry,
    toolchains: Sequence[ToolchainEntry],
    digests: Collection[str],
    config: Config,
    counts: Mapping[str, int],
) -> list[Wanted]:
    """What a host should keep: nothing when it takes no sessions. `counts`: kind → how many.

    The usual kind of each toolchain comes first.
    """
    shut = entry.cordoned or entry.draining
    kept = [one for one in toolchains if one.warm and one.digest in digests and not shut]
    known = {one.digest: config.warm_per_toolchain for one in kept} | dict(counts)
    made = [(kinds.kind(one.digest, size), one, size) for size in kinds.SIZES for one in kept]
    return [
        Wanted(kind, _spec(entry, one, size, config), known[kind])
        for kind, one, size in made
        if known.get(kind) or kinds.is_usual(kind)
    ]


def _spec(entry: HostEntry, toolchain: ToolchainEntry, work_bytes: int, config: Config) -> Spec:
    return profile.sandbox(
        image=toolchain.reference,
        toolchain=toolchain.digest,
        limits=kinds.limits_of(work_bytes),
        runtime=entry.runtime,
        installation=config.installation,
        cgroup_parent=config.cgroup_parent,
    )


def room_bytes(figures: HostFigures, reserve_bytes: int, now: float, needed_bytes: int = 0) -> int:
    """Memory for warm containers; one session's whole limit always stays free of them (`needed_bytes`)."""
    if now - figures.at > STALE_SECONDS or lacks_disk(figures):
        return 0
    free = figures.memory_bytes - reserve_bytes - figures.memory_used_bytes
    return free - max(needed_bytes, ContainerLimits().memory_bytes)


class WarmPools:
    """The warm pools of all hosts, for the keeper: `tick` with what is watched, and it returns at once."""

    def __init__(self, redis: Any, config: Config) -> None:
        self._redis = redis
        self._config = config
        self._hosts: dict[str, WarmHost] = {}
        self._demand: dict[tuple[str, str], Demand] = {}
        self._stopped = threading.Event()
        self._listener = threading.Thread(target=self._listen, name="warm refill", daemon=True)
        self._listener.start()

    def tick(
        self,
        hosts: Sequence[tuple[HostEntry, Host, HostFigures]],
        toolchains: Sequence[ToolchainEntry],
        needed_bytes: int = 0,
    ) -> None:
        """Each host with its figures as just watched; one that is not named any more is left alone.

        `needed_bytes`: what the largest of those that wait for room lacks on some host.
        """
        for name in self._hosts.keys() - {host.name for _, host, _ in hosts}:
            self._hosts.pop(name).stop()
        sorts = [kinds.kind(one.digest, size) for one in toolchains for size in kinds.SIZES]
        self._note_demand([(entry.name, kind) for entry, _, _ in hosts for kind in sorts])
        for entry, host, figures in hosts:
            if not figures.alive:
                continue
            if host.name not in self._hosts:
                self._hosts[host.name] = WarmHost(self._redis, host, self._config)
            room = room_bytes(figures, self._config.memory_reserve_bytes, time.time(), needed_bytes)
            counts = {kind: self._count(host.name, kind) for kind in sorts}
            kept = wanted(entry, toolchains, figures.digests, self._config, counts)
            self._hosts[host.name].tick(kept, room)

    def _note_demand(self, pairs: Sequence[tuple[str, str]]) -> None:
        """What was taken on each host of each kind since the last round, warm or not."""
        now = time.time()
        if not pairs:
            self._demand = {}
            return
        names = [" ".join(pair) for pair in pairs]
        pipeline = self._redis.pipeline()
        pipeline.hmget(keys.DEMAND, names)
        pipeline.hdel(keys.DEMAND, *names)
        taken, _ = pipeline.execute()
        self._demand = {
            pair: demand.after(self._demand.get(pair, Demand(now, now)), int(came or 0), now)
            for pair, came in zip(pairs, taken, strict=True)
        }

    def _count(self, host: str, kind: str) -> int:
        return demand.wanted_of(kind, self._demand[host, kind], self._config.warm_per_toolchain)

    def close(self) -> None:
        """Stop keeping the pools; the containers stay for the next keeper."""
        self._stopped.set()
        for host in self._hosts.values():
            host.stop()
        for host in self._hosts.values():
            host.join()
        self._listener.join(STOP_SECONDS)

    def _listen(self) -> None:
        """A message that is lost costs until the next round."""
        while not self._stopped.is_set():
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as taken:
                    taken.subscribe(keys.REFILL)
                    while not self._stopped.is_set():
                        said = taken.get_message(timeout=LISTEN_SECONDS)
                        host = self._hosts.get(said["data"].decode()) if said else None
                        if host:
                            host.wake()
            except RedisError:
                self._stopped.wait(1.0)
