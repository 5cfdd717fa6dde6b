"""The warm pool: on each host some containers per toolchain whose GHCi is up, one use each.

    tick (keeper) ──┐                                ┌─ remove
                    ├─► WarmHost: look ──► decide ───┼─ adopt, check ──► ready? ──┐
    one was taken ──┘   (a thread per host)          └─ create ────────► ready? ──┴─► index ──► placement

All of it is found again after a restart.
"""

import threading
import time
from collections.abc import Collection, Sequence
from typing import Any

from redis.exceptions import RedisError

from sandbox import keys
from sandbox.config import Config
from sandbox.engine import profile
from sandbox.engine.hosts import Host
from sandbox.limits import ContainerLimits
from sandbox.messages import HostEntry, HostFigures, ToolchainEntry
from sandbox.pool.choice import STALE_SECONDS
from sandbox.pool.warm_host import STOP_SECONDS, WarmHost
from sandbox.pool.warm_plan import Wanted

LISTEN_SECONDS = 0.5


def wanted(
    entry: HostEntry, toolchains: Sequence[ToolchainEntry], digests: Collection[str], config: Config
) -> list[Wanted]:
    """What a host should keep: nothing when it takes no sessions."""
    kept = [one for one in toolchains if one.warm and one.digest in digests and not entry.cordoned]
    return [
        Wanted(
            toolchain=one.digest,
            spec=profile.sandbox(
                image=one.image,
                toolchain=one.digest,
                limits=profile.WARM,
                runtime=entry.runtime,
                installation=config.installation,
                cgroup_parent=config.cgroup_parent,
            ),
            count=config.warm_per_toolchain,
        )
        for one in kept
    ]


def room_bytes(figures: HostFigures, reserve_bytes: int, now: float) -> int:
    """Memory for warm containers; one session's whole limit always stays free of them."""
    if now - figures.at > STALE_SECONDS:
        return 0
    return figures.memory_bytes - reserve_bytes - figures.memory_used_bytes - ContainerLimits().memory_bytes


class WarmPools:
    """The warm pools of all hosts, for the keeper: `tick` with what is watched, and it returns at once."""

    def __init__(self, redis: Any, config: Config) -> None:
        self._redis = redis
        self._config = config
        self._hosts: dict[str, WarmHost] = {}
        self._stopped = threading.Event()
        self._listener = threading.Thread(target=self._listen, name="warm refill", daemon=True)
        self._listener.start()

    def tick(
        self,
        hosts: Sequence[tuple[HostEntry, Host, HostFigures]],
        toolchains: Sequence[ToolchainEntry],
    ) -> None:
        """Each host with its figures as just watched; one that is not named any more is left alone."""
        for name in self._hosts.keys() - {host.name for _, host, _ in hosts}:
            self._hosts.pop(name).stop()
        for entry, host, figures in hosts:
            if not figures.alive:
                continue
            if host.name not in self._hosts:
                self._hosts[host.name] = WarmHost(self._redis, host, self._config)
            room = room_bytes(figures, self._config.memory_reserve_bytes, time.time())
            self._hosts[host.name].tick(wanted(entry, toolchains, figures.digests, self._config), room)

    def close(self) -> None:
        """Stop keeping the pools; the containers stay for the next keeper."""
        self._stopped.set()
        for host in self._hosts.values():
            host.stop()
        for host in self._hosts.values():
            host.join()
        self._listener.join(STOP_SECONDS)

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                taken = self._redis.blpop([keys.REFILL], timeout=LISTEN_SECONDS)
            except RedisError:
                self._stopped.wait(1.0)
                continue
            host = self._hosts.get(taken[1].decode()) if taken else None
            if host:
                host.wake()
