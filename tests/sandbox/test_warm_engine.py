"""The warm pool with the real agent on the real engine."""

import time
from collections.abc import Iterator
from pathlib import Path

import docker
import msgspec
import pytest

from sandbox import keys
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.engine import kinds
from sandbox.engine.docker_host import DockerHost
from sandbox.engine.hosts import session_name
from sandbox.limits import GIB, ContainerLimits
from sandbox.messages import HostEntry, HostFigures, ToolchainEntry
from sandbox.pool.warm import WarmPools
from tests.sandbox.inside import ADDRESS

pytestmark = pytest.mark.engine

OWN_BYTES = 100_000_000


@pytest.fixture
def host(installation: str, engine: docker.DockerClient) -> Iterator[DockerHost]:
    connected = DockerHost(HostEntry(name="local", address=ADDRESS), installation)
    yield connected
    connected.close()


@pytest.fixture
def pools(redis: Redis, config: Config, installation: str) -> Iterator[WarmPools]:
    settings = msgspec.structs.replace(config, installation=installation, warm_per_toolchain=1)
    made = WarmPools(redis, settings)
    yield made
    made.close()


def fill(pools: WarmPools, host: DockerHost, toolchain: str) -> None:
    figures = HostFigures(
        name="local", alive=True, at=time.time(), cpus=2, memory_bytes=16 * GIB, digests=[toolchain]
    )
    entry = HostEntry(name="local", address=ADDRESS)
    pools.tick([(entry, host, figures)], [ToolchainEntry("ghc", toolchain, toolchain)])


def taken(redis: Redis, toolchain: str) -> str:
    """The name of a ready container, popped as placement does."""
    popped = redis.bzpopmin(keys.WARM % ("local", toolchain), timeout=10)
    assert popped, "no warm container became ready"
    return str(popped[1].decode())


def own_bytes(engine: docker.DockerClient, container: str) -> int:
    """Memory that its processes wrote: files of the image are shared between all its containers."""
    total = 0
    for process in engine.api.top(container)["Processes"]:
        rollup = Path(f"/proc/{process[1]}/smaps_rollup").read_text().splitlines()
        total += sum(int(line.split()[1]) for line in rollup if line.startswith("Private_Dirty")) * 1024
    return total


def test_a_ready_container_is_claimed_and_another_takes_its_place(
    redis: Redis, pools: WarmPools, host: DockerHost, toolchain: str, installation: str
) -> None:
    fill(pools, host, toolchain)
    name = taken(redis, toolchain)
    redis.publish(keys.REFILL, "local")
    claimed = session_name(installation, "one", 1)
    host.claim(name, claimed, ContainerLimits())
    second = taken(redis, toolchain)
    assert {one.name for one in host.containers()} == {claimed, second}


def test_a_plan_with_more_disk_gets_a_warm_container_with_that_and_the_plans_other_limits(
    redis: Redis,
    pools: WarmPools,
    host: DockerHost,
    toolchain: str,
    installation: str,
    engine: docker.DockerClient,
) -> None:
    large = ContainerLimits(memory_bytes=4 * GIB, cpus=1.5, pids=200, disk_bytes=GIB)
    kind = kinds.kind_for(toolchain, large)
    redis.hset(keys.DEMAND, f"local {kind}", 1)
    fill(pools, host, toolchain)
    name = taken(redis, kind)
    host.claim(name, session_name(installation, "one", 1), large)
    container = engine.containers.get(session_name(installation, "one", 1))
    settings = container.attrs["HostConfig"]
    assert (settings["Memory"], settings["NanoCpus"], settings["PidsLimit"]) == (4 * GIB, 1.5e9, 200)
    shown = str(container.exec_run(["df", "--output=size", "--block-size=1", "/work"]).output)
    assert str(kinds.size_for(large)) in shown


def test_an_idle_warm_container_holds_little_of_its_own(
    redis: Redis, pools: WarmPools, host: DockerHost, toolchain: str, engine: docker.DockerClient
) -> None:
    fill(pools, host, toolchain)
    assert 0 < own_bytes(engine, taken(redis, toolchain)) < OWN_BYTES
