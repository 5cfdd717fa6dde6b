"""A host's utilisation, read from the real machine."""

import time
from collections.abc import Iterator
from typing import Any

import docker
import pytest

from sandbox.config import Config
from sandbox.engine import profile
from sandbox.engine.docker_host import DockerHost
from sandbox.engine.fakes import FakeHost
from sandbox.limits import GIB, MIB, ContainerLimits
from sandbox.messages import HostEntry, ToolchainEntry
from sandbox.pool.probe import Watcher, ensure_probe
from sandbox.pool.readings import Reading
from tests.pool.slots import GROUPS
from tests.sandbox.inside import ADDRESS, Inside

DIGEST = "sha256:" + "a" * 64


def spec(installation: str = "haskell-ide", image: str = DIGEST) -> dict[str, Any]:
    return profile.probe(image=image, toolchain=image, installation=installation, cgroup_parent="")


def test_a_host_has_one_probe_that_is_found_again() -> None:
    host = FakeHost(digests=[DIGEST])
    first = ensure_probe(host, spec(), "haskell-ide")
    assert ensure_probe(host, spec(), "haskell-ide") == first
    assert [one.role for one in host.containers()] == ["probe"]


def test_a_probe_that_ended_or_is_made_otherwise_is_replaced() -> None:
    newer = "sha256:" + "b" * 64
    host = FakeHost(digests=[DIGEST, newer])
    first = ensure_probe(host, spec(), "haskell-ide")
    host.container(first).end()
    second = ensure_probe(host, spec(), "haskell-ide")
    third = ensure_probe(host, spec(image=newer), "haskell-ide")
    assert len({first, second, third}) == 3
    assert [one.id for one in host.containers()] == [third]


# --- the real engine ----------------------------------------------------------------------------------------


@pytest.fixture
def real(installation: str) -> Iterator[DockerHost]:
    host = DockerHost(HostEntry(name="local", address=ADDRESS), installation)
    yield host
    host.close()


def watching(host: DockerHost, toolchain: str, config: Config) -> Watcher:
    entry = HostEntry("local", ADDRESS)
    return Watcher(entry, host, [ToolchainEntry("ghc", toolchain, toolchain)], config)


def newer(watcher: Watcher, than: float) -> Reading:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        reading = watcher.latest()
        if reading and reading.at > than:
            return reading
        time.sleep(0.05)
    raise AssertionError(f"no reading: {watcher.fault}")


@pytest.mark.engine
def test_a_busy_container_shows_in_the_figures(real: DockerHost, toolchain: str, installation: str) -> None:
    watcher = watching(real, toolchain, Config(installation=installation))
    watcher.start()
    try:
        with Inside(toolchain, installation, ContainerLimits(cpus=1.0)) as inside:
            before = newer(watcher, time.time())
            inside.run("import time\nkept = b'x' * (150 * 2**20)\nwhile time.process_time() < 0.6: pass")
            after = newer(watcher, time.time())
            used = after.containers[inside.container].cpu_seconds
            assert used - before.containers[inside.container].cpu_seconds > 0.3
            assert after.containers[inside.container].memory_bytes > 150 * MIB
            assert 0 < after.cpu_used <= after.machine.cpus
            assert 0 < after.memory_used_bytes < after.machine.memory_bytes
    finally:
        watcher.stop()


@pytest.mark.engine
def test_a_probe_that_was_killed_comes_back(real: DockerHost, toolchain: str, installation: str) -> None:
    watcher = watching(real, toolchain, Config(installation=installation))
    watcher.start()
    try:
        newer(watcher, 0)
        (before,) = real.containers()
        real.remove(before.id)
        newer(watcher, time.time() + 1)
        (after,) = real.containers()
        assert after.role == "probe"
        assert after.id != before.id
    finally:
        watcher.stop()


@pytest.mark.engine
def test_the_probe_tells_of_the_group_of_the_sandboxes(
    real: DockerHost, toolchain: str, installation: str, engine: docker.DockerClient
) -> None:
    if engine.info()["CgroupDriver"] != "cgroupfs":
        pytest.skip("groups are systemd's here")
    unified = (GROUPS / "cgroup.controllers").exists()
    group = GROUPS / installation if unified else GROUPS / "memory" / installation
    watcher = watching(real, toolchain, Config(installation=installation, cgroup_parent=f"/{installation}"))
    watcher.start()
    try:
        assert newer(watcher, 0).machine.memory_bytes > GIB
        (group / ("memory.max" if unified else "memory.limit_in_bytes")).write_text(str(512 * MIB))
        reading = newer(watcher, time.time() + 1)
        assert (reading.capped, reading.machine.memory_bytes) == (True, 512 * MIB)
    finally:
        watcher.stop()
        for one in real.containers():
            real.remove(one.id)
        for left in GROUPS.glob(installation if unified else f"*/{installation}"):
            left.rmdir()
