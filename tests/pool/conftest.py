"""Three machines, each with an engine of its own; see machine.py."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docker
import pytest

from sandbox.config import Config
from sandbox.connections import connect
from sandbox.limits import MIB
from sandbox.messages import ToolchainEntry
from tests.conftest import accept
from tests.pool import small_image
from tests.pool.certificates import Authority
from tests.pool.machine import Machine, obstacle
from tests.pool.slots import held_slot
from tests.pool.stand import Stand, stand

MACHINES = 3
MEMORY_BYTES = 1536 * MIB
CPUS = 1.0


@pytest.fixture(scope="session")
def slot_root(engine: docker.DockerClient) -> Path:
    """Beside the engine's own data: a file system that carries overlays."""
    return Path(engine.info()["DockerRootDir"]).parent / "haskell-ide-pool-tests"


@pytest.fixture(scope="session")
def small(engine: docker.DockerClient) -> str:
    """The id of the small image."""
    with tempfile.TemporaryDirectory() as folder:
        return small_image.ensure(engine, Path(folder))


@pytest.fixture(scope="session")
def three(engine: docker.DockerClient, slot_root: Path) -> Iterator[list[Machine]]:
    """Three engines, up, without any image."""
    if why := obstacle():
        pytest.skip(f"no machines of their own: {why}")
    with held_slot(slot_root) as slot:
        authority = Authority(slot.folder / "authority")
        machines = [
            Machine(slot, number, authority, memory_bytes=MEMORY_BYTES, cpus=CPUS)
            for number in range(MACHINES)
        ]
        for machine in machines:
            machine.prepare()
            machine.start(wait=False)
        for machine in machines:
            machine.await_answer()
        yield machines
        with ThreadPoolExecutor(MACHINES) as enders:
            list(enders.map(Machine.end, machines))


@pytest.fixture(scope="session")
def archive(engine: docker.DockerClient, small: str, slot_root: Path) -> bytes:
    """The small image as it travels."""
    return b"".join(engine.images.get(small).save())


@pytest.fixture(scope="session")
def stocked(three: list[Machine], archive: bytes) -> list[Machine]:
    """The three, each with the small image."""
    with ThreadPoolExecutor(MACHINES) as loaders:
        list(loaders.map(lambda machine: machine.load(archive), three))
    return three


@pytest.fixture
def machines(stocked: list[Machine], small: str, archive: bytes) -> Iterator[list[Machine]]:
    """The three in good health, whatever the test before did to them, and empty afterwards."""
    for machine in stocked:
        machine.mend()
        if not machine.has(small):
            machine.load(archive)
    yield stocked
    for machine in stocked:
        machine.mend()
        machine.clear()


@pytest.fixture
async def pool(
    machines: list[Machine], small: str, redis_url: str, installation: str
) -> AsyncIterator[Stand]:
    """The three as one pool with a keeper and a worker; what their limits do is tested in test_watching."""
    config = Config(
        redis_url=redis_url, installation=installation, memory_reserve_bytes=128 * MIB, warm_per_toolchain=1
    )
    for machine in machines:
        with connect(config) as redis:
            accept(redis, machine.entry, config)
    toolchains = [ToolchainEntry("small", small, small)]
    async with stand(config, [machine.entry for machine in machines], toolchains) as one:
        await one.until_alive()
        yield one
