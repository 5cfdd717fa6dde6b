"""Redis, workers and a keeper as processes, this machine's engine, real Haskell; `stack` has the web, too."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import docker
import pytest
import redis

from sandbox import keys
from sandbox.client import Client
from sandbox.config import Config
from sandbox.engine.hosts import INSTALLATION_LABEL
from sandbox.limits import ContainerLimits, RunLimits
from sandbox.messages import (
    HostEntry,
    Opening,
    Output,
    Pool,
    RunEvent,
    Start,
    ToolchainEntry,
)
from tests.conftest import accept, free_port
from tests.processes import Processes
from tests.stack import Stack

ENGINE = HostEntry("local", "unix:///var/run/docker.sock")
READY_SECONDS = 90
KEEPERS = ("keeper", "keeper2")


class Ground:
    """What a fault is done to; `stop` and `kill` by the name of a process."""

    def __init__(
        self, directory: Path, engine: docker.DockerClient, toolchain: str, installation: str
    ) -> None:
        self.engine = engine
        self.port = free_port()
        self.toolchain = toolchain
        self.directory = directory
        self.config = Config(
            redis_url=f"redis://127.0.0.1:{self.port}/0",
            installation=installation,
            worker_threads=16,
            warm_per_toolchain=1,
        )
        environment = {
            "REDIS_URL": self.config.redis_url,
            "SANDBOX_INSTALLATION": installation,
            "SANDBOX_WORKER_THREADS": str(self.config.worker_threads),
            "SANDBOX_WARM_PER_TOOLCHAIN": "1",
        }
        self.processes = Processes(directory, environment)
        self.redis = redis.Redis(port=self.port)
        self.client = Client(self.config)

    def start(self, name: str) -> None:
        """A worker (any name), a keeper or Redis."""
        python = sys.executable
        commands = {
            "redis": ("redis-server", "--port", str(self.port), "--dir", str(self.directory), "--save", ""),
            **dict.fromkeys(KEEPERS, (python, "-m", "sandbox.keeper")),
        }
        worker = (python, "-m", "celery", "-A", "sandbox.tasks", "worker", "-n", f"{name}@%h")
        self.processes.start(name, *commands.get(name, worker))

    async def begin(self, workers: int) -> None:
        self.start("redis")
        await asyncio.to_thread(self.processes.wait, "Redis", self.redis_answers, 10)
        accept(self.redis, ENGINE, self.config)
        await self.publish()
        self.start("keeper")
        for number in range(1, workers + 1):
            self.start(f"worker{number}")
        await asyncio.to_thread(self.processes.wait, "a warm container", self.warm, READY_SECONDS)

    async def publish(self) -> None:
        entry = ToolchainEntry("ghc-9.6", self.toolchain, self.toolchain)
        await self.client.set_pool(Pool([ENGINE], [entry]))

    def warm(self) -> bool:
        return bool(self.redis.zcard(keys.WARM % (ENGINE.name, self.toolchain)))

    def redis_answers(self) -> bool:
        try:
            return bool(self.redis.ping())
        except redis.RedisError:
            return False

    async def end(self) -> None:
        await self.client.close()
        self.redis.close()
        await asyncio.to_thread(self.processes.end_all)

    # --- what a user does -------------------------------------------------------------------------

    async def open(self, session_id: str, source: str, **more: object) -> None:
        """A session whose one file is this program."""
        [sha256] = await self.client.put_blobs([source.encode()])
        opening = Opening(session_id, "alice", self.toolchain, ContainerLimits(), **more)  # type: ignore[arg-type]
        await self.client.open(opening, {"Main.hs": sha256})

    async def start_run(self, session_id: str, run_id: str, seconds: float = 60) -> None:
        limits = RunLimits(run_seconds=seconds)
        start = Start(run_id=run_id, mode="interpret", limits=limits, entry="Main.hs")
        await self.client.send(session_id, start)

    async def events(
        self, run_id: str, after_seq: int = 0, seconds: float = 60
    ) -> list[tuple[int, RunEvent]]:
        """All of a run's events up to its end."""
        events = []
        async with asyncio.timeout(seconds), self.client.follow(run_id, after_seq) as follower:
            async for seq, event in follower:
                follower.acknowledge(seq)
                events.append((seq, event))
        return events

    async def printed_at_least(self, run_id: str, events: int) -> None:
        async with asyncio.timeout(60):
            while await self.client.last_seq(run_id) < events:
                await asyncio.sleep(0.05)

    def session_containers(self) -> list[str]:
        """Names of the containers that sessions have claimed, in every state."""
        label = f"{INSTALLATION_LABEL}={self.config.installation}"
        found = self.engine.containers.list(all=True, filters={"label": label}, ignore_removed=True)
        return [name for container in found if "-s-" in (name := container.name or "")]

    def serving(self, session_id: str) -> str | None:
        """The name of the worker whose relay serves the session, by its own log."""
        for name in self.processes.pids:
            if name.startswith("worker") and f"session {session_id}: serving" in self.processes.log(name):
                return name
        return None


def text_of(events: list[tuple[int, RunEvent]]) -> str:
    return "".join(event.text for _, event in events if isinstance(event, Output))


@pytest.fixture
def workers() -> int:
    return 2


@pytest.fixture
async def ground(
    tmp_path: Path, engine: docker.DockerClient, toolchain: str, installation: str, workers: int
) -> AsyncIterator[Ground]:
    one = Ground(tmp_path, engine, toolchain, installation)
    try:
        await one.begin(workers)
        yield one
    finally:
        await one.end()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The web as well, for tests that do nothing to it that lasts."""
    with Stack(tmp_path_factory.mktemp("stack"), SANDBOX_WARM_PER_TOOLCHAIN="1") as running:
        running.wait_for_warm()
        yield running
