"""The hosts that one keeper keeps: each is watched, told of, kept warm, given images, and charged for."""

import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence

from sandbox import keys
from sandbox.config import Config
from sandbox.engine.hosts import Host
from sandbox.messages import HostEntry, HostFigures, Pool, ToolchainEntry
from sandbox.pool.acceptance import Acceptance
from sandbox.pool.charging import Meter
from sandbox.pool.publishing import Publisher
from sandbox.pool.seen import HostSeen
from sandbox.pool.spreading import Source, Spreader
from sandbox.pool.standing import Standing
from sandbox.pool.twins import note_twins
from sandbox.pool.warm import WarmPools
from sandbox.pool.watch import HostWatch, Probe
from sandbox.worker import Worker

log = logging.getLogger(__name__)

GIVING = ("alive", "refused")  # what a host is that may give an image to another
MakeProbe = Callable[[HostEntry, Host, Sequence[ToolchainEntry], Config], Probe]


class OwnHosts:
    """`tick` once a round; `close` when the keeper ends."""

    def __init__(
        self,
        worker: Worker,
        settings: Config,
        standing: Standing,
        *,
        make_probe: MakeProbe,
        grace_seconds: float,
    ) -> None:
        self._worker, self._redis, self._config = worker, worker.redis, settings
        self._standing = standing
        self._make_probe, self._grace_seconds = make_probe, grace_seconds
        self.watches: dict[HostEntry, HostWatch] = {}
        self.meter = Meter(self._redis)
        self._names: Collection[str] = ()  # of all hosts of the pool
        self._spreader = Spreader(settings)
        self._warm = WarmPools(self._redis, settings)
        self._publisher = Publisher(
            self._redis,
            lambda: [watch for watch in list(self.watches.values()) if self._owns(watch.entry.name)],
            settings.keeper_seconds,
        )

    def tick(self, pool: Pool, figures: Mapping[str, HostFigures], seen: Mapping[str, HostSeen]) -> None:
        """`figures` and `seen`: what all keepers tell."""
        self._names = {entry.name for entry in pool.hosts}
        self._watch(pool)
        watches = list(self.watches.values())
        own = {watch.entry.name for watch in watches}
        note_twins(watches, [one.claim for name, one in seen.items() if name in self._names - own])
        self._keep_warm(pool)
        self._spreader.tick(pool, watches, self._sources(pool, figures))
        self.meter.tick(watches)

    def close(self) -> None:
        for watch in self.watches.values():
            watch.stop()
        self._publisher.close()
        self._warm.close()
        self._spreader.close()

    def _owns(self, name: str) -> bool:
        return name in self._standing.hosts

    def _watch(self, pool: Pool) -> None:
        own = self._standing.hosts
        wanted = {entry.machine: entry for entry in pool.hosts if entry.name in own}
        left = [self.watches.pop(machine) for machine in self.watches.keys() - wanted.keys()]
        for watch in left:
            self._leave(watch, pool)
        self._standing.release({watch.entry.name for watch in left} - {one.name for one in wanted})
        for machine, entry in wanted.items():
            if machine not in self.watches:
                self.watches[machine] = self._begin_to_watch(entry, pool)
            self.watches[machine].entry = entry
            self.watches[machine].toolchains = pool.toolchains

    def _leave(self, watch: HostWatch, pool: Pool) -> None:
        watch.stop()
        name = watch.entry.name
        # An empty Redis names no hosts, which is no word about them.
        if pool.toolchains and name not in self._names:
            threading.Thread(target=watch.leave, name=f"leave {name}", daemon=True).start()

    def _begin_to_watch(self, entry: HostEntry, pool: Pool) -> HostWatch:
        host = self._worker.host(entry)
        watch = HostWatch(
            entry,
            host,
            self._redis,
            self._make_probe(entry, host, pool.toolchains, self._config),
            Acceptance(entry, host, self._redis, self._config),
            toolchains=pool.toolchains,
            round_seconds=self._config.keeper_seconds,
            grace_seconds=self._grace_seconds,
            is_ours=lambda: self._owns(entry.name),
        )
        watch.start()
        return watch

    def _keep_warm(self, pool: Pool) -> None:
        seen = [watch for watch in self.watches.values() if watch.seen]
        hosts = [(watch.entry, watch.host, watch.figures()) for watch in seen]
        self._warm.tick(hosts, pool.toolchains, int(self._redis.get(keys.NEEDED) or 0))

    def _sources(self, pool: Pool, figures: Mapping[str, HostFigures]) -> list[Source]:
        """Those that answer, of all keepers."""
        known = [(entry, figures.get(entry.name)) for entry in pool.hosts]
        return [
            Source(seen, self._worker.host(entry)) for entry, seen in known if seen and seen.state in GIVING
        ]
