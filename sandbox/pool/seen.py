"""What each keeper tells of its own hosts to the one that leads, beside their figures.

A host of which nothing new was told for a while is unknown: nothing is concluded of what ran there.
"""

import time
from collections.abc import Mapping
from typing import Any

import msgspec

from sandbox import keys
from sandbox.pool.choice import STALE_SECONDS
from sandbox.pool.twins import Claim, claim
from sandbox.pool.watch import HostWatch


class Shown(msgspec.Struct, frozen=True):
    """A session's container that runs; figures None: not seen yet, else as of `at` (Unix time)."""

    at: float = 0.0
    cpu_seconds: float | None = None
    memory_bytes: int = 0


class HostSeen(msgspec.Struct, frozen=True):
    """A host as its keeper last saw it. `at` (Unix time): when its containers were listed; 0: never."""

    told_at: float
    at: float
    answers: bool  # `running` is all that runs there
    lost: bool
    swept: str  # the loss of Redis after which what it does not know was removed; empty: none
    running: Mapping[str, Shown]  # by name
    claim: Claim

    @property
    def is_fresh(self) -> bool:
        """Whether its keeper still tells of it."""
        return time.time() - self.told_at < STALE_SECONDS


_host_seen = msgspec.json.Decoder(HostSeen)


def told(watch: HostWatch) -> bytes:
    """What is said of a host."""
    seen, reading = watch.seen, watch.probe.latest()
    figures = reading.containers if reading else {}
    running = {}
    for one in seen.containers if seen else ():
        if one.session is not None and one.state == "running":
            known = figures.get(one.id)
            running[one.name] = (
                Shown(reading.at, known.cpu_seconds, known.memory_bytes) if reading and known else Shown()
            )
    return msgspec.json.encode(
        HostSeen(
            told_at=time.time(),
            at=seen.at if seen else 0.0,
            answers=bool(seen and not seen.error),
            lost=watch.is_lost,
            swept=seen.swept if seen else "",
            running=running,
            claim=claim(watch),
        )
    )


def read(redis: Any) -> dict[str, HostSeen]:
    """By host. Blocks."""
    found = {}
    for name, said in redis.hgetall(keys.SEEN).items():
        try:
            found[name.decode()] = _host_seen.decode(said)
        except msgspec.DecodeError:
            continue  # of another version of ours
    return found
