"""Moves idle sessions as `shifting` plans it: room is reserved first, with a warm container, then they go.

    plan ──► reserve on a cool host ──► `hibernate` in the inbox ──► its relay keeps the local changes,
                                                                     claims there, and goes on
A session that begins to run meanwhile stays where it is.
"""

import logging
import time
from collections.abc import Sequence

import msgspec

from sandbox import scripts
from sandbox.connections import Redis
from sandbox.exceptions import NoHost
from sandbox.messages import Hibernate, HostEntry, HostFigures, encode
from sandbox.pool import placement, shifting, waiting
from sandbox.pool.census import Live, by_host
from sandbox.pool.choice import STALE_SECONDS, Terms
from sandbox.pool.reasons import Verdict
from sandbox.pool.shifting import Idle, Load, Marks, Move
from sandbox.worker import Worker

log = logging.getLogger(__name__)


class Shifter:
    """For the keeper: `tick` once a round."""

    def __init__(self, worker: Worker, terms: Terms) -> None:
        self._worker = worker
        self._redis: Redis = worker.redis
        self._terms = terms
        self._marks = Marks()
        self._smooth: dict[str, float] = {}

    def tick(self, hosts: Sequence[tuple[HostEntry, HostFigures]], sessions: Sequence[Live]) -> None:
        """Begin the moves that are due."""
        now = time.time()
        there = by_host(live for live in sessions if not live.opening.once)
        loads = [self._load(entry, figures, there.get(entry.name, []), now) for entry, figures in hosts]
        self._smooth = {load.host: load.utilisation for load in loads}
        moves, self._marks = shifting.plan(loads, self._marks, now)
        lives = {live.id: live for live in sessions}
        draining = {load.host for load in loads if load.draining}
        if waiting.is_scarce(self._redis):  # those who wait come first, but a machine that is to go goes
            moves = [move for move in moves if move.source in draining]
        for move in moves:
            if target := self._begin(lives[move.session], move, cold=move.source in draining):
                self._marks = shifting.moved(self._marks, move.source, target, now)

    def _load(self, entry: HostEntry, figures: HostFigures, here: Sequence[Live], now: float) -> Load:
        moving = [live for live in here if live.moving_until > now]
        newest = utilisation(figures, self._terms.reserve_bytes)
        before = self._smooth.get(entry.name, newest)
        return Load(
            host=entry.name,
            utilisation=before + shifting.SMOOTH * (newest - before),
            memory_bytes=max(1, figures.memory_bytes),
            cpus=max(1.0, figures.cpus),
            cpu=figures.cpu_used / max(1.0, figures.cpus),
            crowd=(figures.cpu_used + sum(live.resting for live in here)) / max(1.0, figures.cpus),
            takes=_takes(entry, figures, now),
            draining=entry.draining and figures.alive,
            idle=[_idle(live, now) for live in here if not live.runs and live not in moving],
            moving=len(moving),
        )

    def _begin(self, live: Live, move: Move, *, cold: bool) -> str:
        """The host that the session goes to; empty: it stays. `cold`: also where no warm container waits."""
        said: list[Verdict] = []
        try:
            place = placement.place(
                self._redis, live.opening, self._terms, among=move.targets, keep=said.extend
            )
        except NoHost:
            return ""
        if place is None:
            return ""
        if (place.warm or cold) and self._send(live, msgspec.json.encode(place)):
            log.info("session %s: moves from %s to %s", live.id, live.host, place.host.name)
            placement.note(self._redis, live.id, said)
            return place.host.name
        placement.release(self._redis, place.host.name, live.id)
        return ""

    def _send(self, live: Live, place: bytes) -> bool:
        lifetime = int(placement.RESERVED_SECONDS * 1000)
        sent = scripts.run(self._redis, "move", live.id, live.host, place, lifetime, encode(Hibernate()))
        if sent == 2:
            self._worker.wake(live.id)
        return bool(sent)


def utilisation(figures: HostFigures, reserve_bytes: int) -> float:
    """How full a host's memory is."""
    return figures.memory_used_bytes / max(1, figures.memory_bytes - reserve_bytes)


def _takes(entry: HostEntry, figures: HostFigures, now: float) -> bool:
    shut = entry.cordoned or entry.draining or figures.suspect or figures.refused
    return figures.alive and not shut and now - figures.at <= STALE_SECONDS


def _idle(live: Live, now: float) -> Idle:
    return Idle(live.id, live.memory_bytes, now - live.used_at, now - live.moved_at, live.resting)
