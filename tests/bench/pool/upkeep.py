"""What the simulated keeper does at each round beside the queue: warm pools, early sleep, shifting."""

from typing import TYPE_CHECKING

from sandbox.limits import KEEPER_SECONDS
from sandbox.pool import demand, shifting
from sandbox.pool.shifting import Idle, Load, Marks
from sandbox.pool.upkeep import EARLY_AT_ONCE
from tests.bench.pool.hosts import USUAL_WARM, Host
from tests.bench.pool.policies import TERMS, Ours
from tests.bench.pool.workload import USUAL

if TYPE_CHECKING:
    from tests.bench.pool.simulator import Simulator

HIBERNATE_SECONDS = 900.0


class Upkeep:
    """Of one simulated pool; in rounds longer than the keeper's it does at once what that does in several."""

    def __init__(self, of: "Simulator", round_seconds: float) -> None:
        self.of = of
        self._marks = Marks()
        self._round_seconds, self._rounds = round_seconds, round_seconds / KEEPER_SECONDS
        self._smooth = 1 - (1 - shifting.SMOOTH) ** self._rounds

    def keep(self) -> None:
        self.of.at(self.of.now + self._round_seconds, self.keep)
        for host in self.of.hosts:
            for kind in host.warm:
                self.of.refill(host, kind)
        if not self.of.policy.manages:
            return
        for host in self.of.hosts:
            self._relieve(host)
        self._shift()

    def _relieve(self, host: Host) -> None:
        """Warm containers beyond what is wanted go, then idle sessions sooner than usual."""
        spare = host.memory_bytes - TERMS.reserve_bytes - host.used_bytes - USUAL.memory_bytes
        for kind, warm in host.warm.items():
            wanted = (
                0
                if spare < 0 or host.draining
                else demand.wanted_of(kind, demand.after(host.demand[kind], 0, self.of.now), USUAL_WARM)
            )
            for _ in range(max(0, warm - wanted)):
                host.drop_warm(kind)
        share = host.used_bytes / host.memory_bytes
        least = demand.patience(HIBERNATE_SECONDS, share, bool(self.of.queue))
        if least >= HIBERNATE_SECONDS:
            return
        idle = [one for one in host.sessions if not one.active and self.of.now - one.used_at > least]
        idle.sort(key=lambda one: (one.used_at, one.name))
        for session in idle[: int(EARLY_AT_ONCE * self._rounds)]:
            self.of.stop(session)
            self.of.result.early += self.of.measuring

    def _shift(self) -> None:
        assert isinstance(self.of.policy, Ours)
        for host in self.of.hosts:
            full = host.used_bytes / (host.memory_bytes - TERMS.reserve_bytes)
            host.smooth += self._smooth * (full - host.smooth) if host.smooth else full
        taking = [host.smooth for host in self.of.hosts if not host.draining]
        mean = sum(taking) / len(taking)
        loads = [self._load_of(host, mean) for host in self.of.hosts]
        moves, self._marks = shifting.plan(loads, self._marks, self.of.now)
        draining = {host.entry.name for host in self.of.hosts if host.draining}
        if self.of.queue:  # those who wait come first, but a machine that is to go goes
            moves = [move for move in moves if move.source in draining]
        by_name = {one.name: one for move in moves for one in self.of.by_name[move.source].sessions}
        for move in moves:
            session = by_name[move.session]
            target = self.of.policy.pick(self.of.hosts, session, self.of.now, only=move.targets)
            if target is None or not (target.warm[session.kind] or move.source in draining):
                continue
            self.of.move(session, target)
            self._marks = shifting.moved(self._marks, move.source, target.entry.name, self.of.now)
            self.of.result.moves += self.of.measuring

    def _load_of(self, host: Host, mean: float) -> Load:
        """As the keeper sees it; whom it could give only where that matters."""
        cpu = host.used_cores / host.cpus
        crowd = cpu + host.resting(self.of.now) / host.cpus
        gives = host.draining or host.smooth > mean + shifting.LOW or crowd > shifting.CROWDED
        idle = [
            Idle(
                one.name,
                one.memory_bytes,
                self.of.now - one.used_at,
                self.of.now - one.moved_at,
                one.resting(self.of.now),
            )
            for one in (host.sessions if gives else ())
            if not one.active
        ]
        takes = not host.draining and host.answers(self.of.now)
        return Load(
            host.entry.name,
            host.smooth,
            host.memory_bytes,
            host.cpus,
            cpu,
            crowd,
            takes,
            host.draining,
            idle,
        )
