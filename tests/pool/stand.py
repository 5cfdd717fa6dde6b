"""A pool on the machines of a test: a keeper, relays as threads, and the service's door."""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

from sandbox import keys
from sandbox.client import Client
from sandbox.config import Config
from sandbox.connections import Redis, connect
from sandbox.keeper import Keeper
from sandbox.limits import MIB, ContainerLimits, RunLimits
from sandbox.messages import (
    Finished,
    HostEntry,
    HostFigures,
    Opening,
    Pool,
    Start,
    ToolchainEntry,
    decode_host_figures,
    encode,
)
from sandbox.relay.relay import Relay
from sandbox.worker import Worker

LIMITS = ContainerLimits(memory_bytes=256 * MIB, cpus=0.3)


class Stand:
    """Up within `stand`."""

    def __init__(
        self, config: Config, hosts: Sequence[HostEntry], toolchains: Sequence[ToolchainEntry]
    ) -> None:
        self.config, self.hosts, self.toolchains = config, list(hosts), list(toolchains)
        self.redis: Redis = connect(config)
        self.worker = Worker(config, wake=self.wake)
        self.client = Client(config, wake=self.wake)
        self.keeper = Keeper(self.worker, config, grace_seconds=2.0)
        self._relays: list[threading.Thread] = []
        self._keeping = threading.Thread(target=self.keeper.run)

    def start(self) -> None:
        self.publish()
        self._keeping.start()

    def publish(self) -> None:
        """What the database would tell."""
        self.redis.set(keys.POOL, encode(Pool(hosts=self.hosts, toolchains=self.toolchains)))

    def wake(self, session_id: str) -> None:
        thread = threading.Thread(target=Relay(self.worker, session_id).serve, name=f"relay {session_id}")
        self._relays.append(thread)
        thread.start()

    def end_keeper(self) -> None:
        """As at an upgrade; blocks."""
        self.keeper.stop()
        self._keeping.join(30)

    async def close(self) -> None:
        self.keeper.stop()
        self.worker.stopping.set()
        for thread in [self._keeping, *self._relays]:
            await asyncio.to_thread(thread.join, 30)
        await self.client.close()
        self.worker.close()
        self.redis.close()

    # --- what is seen ---------------------------------------------------------------------------------

    def figures(self, name: str) -> HostFigures:
        found = self.redis.hget(keys.FIGURES, name)
        return decode_host_figures(found) if found else HostFigures(name=name, alive=False, at=0.0)

    def host_of(self, session: str) -> str:
        return (self.redis.hget(keys.SESSION % session, "host") or b"").decode()

    def container_of(self, session: str) -> str:
        return (self.redis.hget(keys.SESSION % session, "container") or b"").decode()

    async def until(self, happened: Callable[[], object], seconds: float = 40) -> float:
        """How long it took."""
        began = time.monotonic()
        while not await asyncio.to_thread(happened):
            seen = {host.name: self.figures(host.name) for host in self.hosts}
            assert time.monotonic() - began < seconds, f"it did not happen: {seen}"
            await asyncio.sleep(0.05)
        return time.monotonic() - began

    async def until_alive(self, seconds: float = 60) -> None:
        """Until every host takes sessions, and may be given some."""
        for host in self.hosts:
            await self.until(partial(self._takes, host.name), seconds)
        await self.until(lambda: self.redis.exists(keys.BUILT))

    def _takes(self, name: str) -> bool:
        seen = self.figures(name)
        return seen.state == "alive" and seen.at > 0 and bool(seen.digests)

    # --- sessions -------------------------------------------------------------------------------------

    async def open(
        self, session: str, owner: str = "alice", limits: ContainerLimits = LIMITS, toolchain: str = ""
    ) -> None:
        """A session that is ready, with the first toolchain if none is named."""
        opening = Opening(session, owner, toolchain or self.toolchains[0].digest, limits)
        await self.client.open(opening, {})
        async with asyncio.timeout(60):
            while not ((status := await self.client.status(session)) and status.state == "ready"):
                await asyncio.sleep(0.02)

    async def begin(self, session: str, run: str) -> None:
        """A run that goes on until its input ends."""
        await self.client.send(session, Start(run, "interpret", RunLimits(), args=["echo"]))
        await self.until(lambda: self.redis.hexists(keys.RUN % run, "began"))

    async def run(self, session: str, run: str) -> Finished:
        """A run that ends by itself; how it ended."""
        await self.client.send(session, Start(run, "interpret", RunLimits()))
        return await self.outcome(run)

    async def outcome(self, run: str, seconds: float = 60) -> Finished:
        async with asyncio.timeout(seconds):
            while not (finished := await self.client.outcome(run)):
                await asyncio.sleep(0.02)
        return finished

    async def usable_after(self, session: str, began: float) -> float:
        """Seconds from `began` (monotonic) until the session has run a program, tried as a user would."""
        async with asyncio.timeout(60):
            for number in range(100):
                if (await self.run(session, f"{session}-again-{number}")).outcome == "exited":
                    break
                await asyncio.sleep(0.2)
        return time.monotonic() - began


@contextlib.asynccontextmanager
async def stand(
    config: Config, hosts: Sequence[HostEntry], toolchains: Sequence[ToolchainEntry]
) -> AsyncIterator[Stand]:
    one = Stand(config, hosts, toolchains)
    one.start()
    try:
        yield one
    finally:
        await one.close()
