"""Three machines, each with an engine of its own; see machine.py."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docker
import pytest

from sandbox.limits import MIB
from tests.pool import small_image
from tests.pool.certificates import Authority
from tests.pool.machine import Machine, obstacle
from tests.pool.slots import held_slot

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
