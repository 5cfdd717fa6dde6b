"""Sets the CPU weight and cap of containers on their engines, as `weights` decides them.

Engines are asked by threads of its own: one that hangs holds up nobody but its own host's sessions.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import msgspec

from sandbox import keys
from sandbox.connections import Redis
from sandbox.engine.hosts import Host
from sandbox.exceptions import NoSuchContainer, SandboxError
from sandbox.limits import ContainerLimits
from sandbox.messages import HostFigures, Opening
from sandbox.pool import jobs, weights
from sandbox.pool.census import Live, by_host
from sandbox.pool.weights import Recent

log = logging.getLogger(__name__)

THREADS = 4
CAP_STEP = 0.05  # cores


class Weigher:
    """For the keeper: `tick` once a round, returns at once."""

    def __init__(self, user_share: float) -> None:
        self._share = user_share
        self._applied: dict[str, ContainerLimits] = {}  # container → what its engine was told
        self.weights: dict[str, int] = {}  # user who burned something lately → the least of their weights
        self._asking: dict[str, Future[None]] = {}  # host → the one call that is under way
        self._workers = ThreadPoolExecutor(THREADS, thread_name_prefix="weigher")

    def close(self) -> None:
        """Ask nobody any more."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def tick(
        self,
        hosts: Sequence[tuple[Host, HostFigures]],
        sessions: Sequence[Live],
        users: Mapping[str, Recent],
    ) -> None:
        """Tell each host what changed enough; one that is still busy with the last time is left alone."""
        names = {live.container for live in sessions}
        self._applied = {name: limits for name, limits in self._applied.items() if name in names}
        least: dict[str, int] = {}  # user → the weight on the host where it is least
        there = by_host(sessions)
        for host, figures in hosts:
            here = there.get(host.name, [])
            wanted = wanted_limits(here, users, figures.cpus, self._share)
            for live in here:
                owner, weight = live.opening.owner, wanted[live.id].cpu_weight
                least[owner] = min(least.get(owner, weight), weight)
            due = [(live, wanted[live.id]) for live in here if self._differs(live, wanted[live.id])]
            asking = self._asking.get(host.name)
            if due and figures.alive and (asking is None or asking.done()):
                self._asking[host.name] = jobs.submit(self._workers, self._tell, host.reweigh, due)
        known = self.weights | least
        self.weights = {owner: weight for owner, weight in known.items() if owner in users}

    def applied(self, sessions: Sequence[Live]) -> dict[str, int]:
        """The weights that hold now, by session."""
        known = {live.id: self._applied.get(live.container) for live in sessions}
        return {name: limits.cpu_weight for name, limits in known.items() if limits}

    def _differs(self, live: Live, wanted: ContainerLimits) -> bool:
        """Nobody knows what another keeper told of a container: its engine is told once."""
        applied = self._applied.get(live.container)
        if applied is None:
            return True
        capped = abs(applied.cpus - wanted.cpus) > CAP_STEP
        return capped or weights.differs(applied.cpu_weight, wanted.cpu_weight)

    def _tell(
        self, reweigh: Callable[[str, ContainerLimits], None], due: Sequence[tuple[Live, ContainerLimits]]
    ) -> None:
        for live, limits in due:
            try:
                reweigh(live.container, limits)
            except NoSuchContainer:
                continue
            except SandboxError as error:
                log.warning("session %s: its weight stays: %s", live.id, error)
                return
            self._applied[live.container] = limits


def first_limits(redis: Redis, opening: Opening) -> ContainerLimits:
    """What a session's new container begins with: who burned much lately is as heavy as before."""
    limits = opening.limits.clamped()
    weight = int(redis.hget(keys.WEIGHTS, opening.owner) or limits.cpu_weight)
    return msgspec.structs.replace(limits, cpu_weight=min(limits.cpu_weight, weight))


def wanted_limits(
    sessions: Sequence[Live], users: Mapping[str, Recent], cpus: float, share: float
) -> dict[str, ContainerLimits]:
    """What each session of one host should have."""
    wanted = {}
    owners = {live.opening.owner: users.get(live.opening.owner, Recent(0.0)) for live in sessions}
    fair = weights.fair_share(list(owners.values()), cpus)
    for owner, recent in owners.items():
        own = [live for live in sessions if live.opening.owner == owner]
        used = [weights.Session(live.id, live.limits.cpus, live.cores) for live in own]
        caps = weights.caps(used, cpus, share)
        for live in own:
            weight = weights.weight(live.limits.cpu_weight, recent, fair)
            wanted[live.id] = msgspec.structs.replace(live.limits, cpu_weight=weight, cpus=caps[live.id])
    return wanted
