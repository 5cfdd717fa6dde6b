"""An image that was pushed when it was built reaches a real machine from the registry, by its digest."""

from collections.abc import Iterator

import docker
import pytest

from sandbox.config import Config
from sandbox.connections import connect
from sandbox.engine import imagebuild
from sandbox.engine.docker_host import DockerHost
from sandbox.exceptions import HostError
from sandbox.limits import MIB
from sandbox.messages import ToolchainEntry
from tests.conftest import accept
from tests.pool.machine import Machine
from tests.pool.registry import registry
from tests.pool.stand import stand

pytestmark = [pytest.mark.pool, pytest.mark.engine]


@pytest.fixture(scope="module")
def pushed(engine: docker.DockerClient, small: str) -> Iterator[tuple[int, str]]:
    """The port of a registry that has the small image, and the image's digest there."""
    with registry() as port:
        repository = f"127.0.0.1:{port}/test/small"
        name, digest = imagebuild.push(engine, small, repository, "built").split("@")
        engine.images.remove(f"{repository}:built")
        assert (name, digest[:7]) == (repository, "sha256:")
        yield port, digest


def emptied(machine: Machine, image: str) -> None:
    with machine.engine() as client:
        client.images.remove(image, force=True)
    assert not machine.has(image)


async def test_what_was_pushed_is_pulled_by_digest_and_serves_sessions(
    machines: list[Machine], small: str, pushed: tuple[int, str], redis_url: str, installation: str
) -> None:
    machine, (port, digest) = machines[0], pushed
    emptied(machine, small)
    ours = f"{machine.gateway}:{port}"
    toolchain = ToolchainEntry("small", small, f"{ours}/test/small@{digest}")
    config = Config(
        redis_url=redis_url,
        installation=installation,
        memory_reserve_bytes=128 * MIB,
        warm_per_toolchain=1,
        registry=ours,
    )
    with connect(config) as redis:
        accept(redis, machine.entry, config)
    async with stand(config, [machine.entry], [toolchain]) as pool:
        await pool.until_alive(120)
        await pool.open("session")
        assert (await pool.run("session", "run")).outcome == "exited"
        with machine.engine() as client:
            assert client.containers.get(pool.container_of("session")).attrs["Image"] == small


async def test_a_pull_says_how_far_it_is_and_what_is_not_there(
    machines: list[Machine], small: str, pushed: tuple[int, str], installation: str
) -> None:
    machine, (port, digest) = machines[1], pushed
    host = DockerHost(machine.entry, installation)
    there = f"{machine.gateway}:{port}/test/small"
    told: list[tuple[int, int]] = []
    emptied(machine, small)
    host.pull(f"{there}@{digest}", lambda came, whole: told.append((came, whole)))
    assert machine.has(small)
    with pytest.raises(HostError):
        host.pull(f"{there}@sha256:{'0' * 64}", lambda *_: None)
    host.close()
    assert told[-1][0] == told[-1][1] > 0
    assert all(came <= whole for came, whole in told)
