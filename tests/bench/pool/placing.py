"""The whole way to a place, over a real Redis that knows many hosts: what `choose` takes is a part of it."""

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox import keys
from sandbox.config import Config
from sandbox.connections import Redis, connect
from sandbox.messages import HostFigures, Opening, Pool, ToolchainEntry, encode
from sandbox.pool import placement
from sandbox.pool.publishing import free_bytes
from tests.bench.pool.hosts import hosts
from tests.bench.pool.policies import LIMITS, TERMS
from tests.bench.pool.workload import TOOLCHAINS
from tests.conftest import free_port
from tests.processes import Processes

SEED = 7
DIGEST = TOOLCHAINS[0][0]
WARM_UP = 3


@contextmanager
def a_redis() -> Iterator[Redis]:
    """One of its own."""
    with tempfile.TemporaryDirectory() as folder:
        port = str(free_port())
        processes = Processes(Path(folder), {})
        processes.start("redis", "redis-server", "--port", port, "--save", "", "--dir", folder)
        try:
            processes.wait("Redis", lambda: "Ready to accept" in processes.log("redis"), 10)
            with connect(Config(redis_url=f"redis://127.0.0.1:{port}/0")) as redis:
                yield redis
        finally:
            processes.end_all()


def placings(count: int, *, full: bool, rounds: int = 60) -> list[float]:
    """Milliseconds from asking until room is reserved, or until it is known that there is none."""
    draw, now = random.Random(SEED), time.time()
    pool = hosts(count)
    for host in pool:
        host.used_bytes = host.memory_bytes if full else int(host.memory_bytes * draw.uniform(0.5, 0.8))
        host.used_cores = host.cpus * draw.uniform(0.2, 0.9)
    seen = [host.figures(now + 3600) for host in pool]  # never stale
    with a_redis() as redis:
        _tell(redis, Pool([host.entry for host in pool], [ToolchainEntry("ghc", DIGEST, DIGEST)]), seen)
        taken = []
        for number in range(WARM_UP + rounds):
            opening = Opening(f"s{number}", f"u{number}", DIGEST, LIMITS)
            began = time.perf_counter()
            found = placement.place(redis, opening, TERMS)
            taken.append((time.perf_counter() - began) * 1000)
            assert (found is None) == full
        return taken[WARM_UP:]


def _tell(redis: Redis, pool: Pool, seen: list[HostFigures]) -> None:
    redis.set(keys.POOL, encode(pool))
    redis.hset(keys.FIGURES, mapping={host.name: encode(host) for host in seen})
    redis.zadd(keys.FREE, {host.name: free_bytes(host) for host in seen})
