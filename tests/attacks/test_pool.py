"""What somebody may do who reaches an engine: put a name on another image, our labels on a container."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import docker
import pytest

from sandbox import keys
from sandbox.config import Config
from sandbox.connections import Redis, connect
from sandbox.engine import profile
from sandbox.engine.docker_host import DockerHost
from sandbox.engine.hosts import Spec, warm_name
from sandbox.limits import GIB, ContainerLimits
from sandbox.messages import HostEntry, ToolchainEntry
from sandbox.pool import warm_host, warm_plan
from sandbox.pool.probe import ensure_probe
from sandbox.pool.warm import WarmPools, wanted
from tests.sandbox.test_warm_engine import fill
from tests.specs import sandbox_spec

pytestmark = pytest.mark.engine

ENTRY = HostEntry("local", "unix:///var/run/docker.sock")


@pytest.fixture
def config(redis_url: str, installation: str) -> Config:
    return Config(redis_url=redis_url, installation=installation, warm_per_toolchain=1)


@pytest.fixture
def redis(config: Config) -> Iterator[Redis]:
    with connect(config) as client:
        yield client
        client.connection_pool.disconnect()


@pytest.fixture
def host(installation: str) -> Iterator[DockerHost]:
    connected = DockerHost(ENTRY, installation)
    yield connected
    connected.close()


@pytest.fixture
def pools(redis: Redis, config: Config) -> Iterator[WarmPools]:
    made = WarmPools(redis, config)
    yield made
    made.close()


def until(happened: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sandbox(toolchain: str, config: Config) -> Spec:
    """As the warm pool makes them."""
    entry = ToolchainEntry("ghc", toolchain, toolchain)
    [kept] = wanted(ENTRY, [entry], [toolchain], config, {})
    return kept.spec


def test_image_swap_under_the_same_name_changes_nothing(
    host: DockerHost, toolchain: str, config: Config, engine: docker.DockerClient
) -> None:
    name = f"haskell-ide-test/{config.installation}"
    entry = ToolchainEntry("ghc", toolchain, f"{name}:latest")
    try:
        engine.images.get(toolchain).tag(name, "latest")
        engine.api.import_image_from_data(b"\0" * 1024, repository=name, tag="latest")
        assert engine.images.get(f"{name}:latest").id != toolchain
        [kept] = wanted(ENTRY, [entry], [toolchain], config, {})
        container = host.create(kept.spec, warm_name(config.installation))
        assert engine.api.inspect_container(container)["Image"] == toolchain
    finally:
        swapped = engine.images.get(f"{name}:latest").id
        engine.images.remove(f"{name}:latest")
        assert swapped != toolchain


def spoofed(spec: Spec, **host_config: Any) -> Spec:
    """Another configuration under the labels that ours would have."""
    return spec | {"HostConfig": spec["HostConfig"] | host_config}


@pytest.mark.parametrize(
    "difference",
    [
        {"Privileged": True},
        {"Binds": ["/etc:/host:ro"]},
        {"CapAdd": ["NET_ADMIN"]},
        {"Memory": 4 * GIB, "MemorySwap": -1},
        {"ReadonlyRootfs": False},
        {"SecurityOpt": ["seccomp=unconfined"]},
        {"PidMode": "host"},
        {"Sysctls": {"net.ipv4.ip_forward": "1"}},
    ],
    ids=lambda difference: next(iter(difference)),
)
def test_label_spoof_is_seen_in_the_engines_own_words(
    host: DockerHost, toolchain: str, config: Config, difference: dict[str, Any]
) -> None:
    spec = sandbox(toolchain, config)
    container = host.create(spoofed(spec, **difference), warm_name(config.installation))
    assert set(host.drift(container, spec)) >= difference.keys(), "engines may change more with it"


def test_label_spoof_is_not_adopted(
    redis: Redis, pools: WarmPools, host: DockerHost, toolchain: str, config: Config
) -> None:
    spec = sandbox(toolchain, config)
    false = warm_name(config.installation)
    host.create(spoofed(spec, Binds=["/etc:/host:ro"]), false)
    fill(pools, host, toolchain)
    until(lambda: false not in [one.name for one in host.containers()])

    def filled() -> bool:
        fill(pools, host, toolchain)
        return bool(redis.zcard(keys.WARM % ("local", toolchain)))

    until(filled)
    assert redis.zscore(keys.WARM % ("local", toolchain), false) is None
    [container] = host.containers()
    assert host.drift(container.id, spec) == []


def test_label_spoof_is_no_probe(host: DockerHost, toolchain: str, config: Config) -> None:
    spec = profile.probe(
        image=toolchain, toolchain=toolchain, installation=config.installation, cgroup_parent=""
    )
    false = host.create(spoofed(spec, Privileged=True), f"{config.installation}-probe")
    true = ensure_probe(host, spec, config.installation)
    assert [one.id for one in host.containers()] == [true] != [false]
    assert host.drift(true, spec) == []
    assert ensure_probe(host, spec, config.installation) == true


def test_profile_drift_of_a_waiting_container_ends_it(
    redis: Redis,
    pools: WarmPools,
    host: DockerHost,
    toolchain: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(pools, host, toolchain)
    until(lambda: redis.zcard(keys.WARM % ("local", toolchain)))
    [before] = host.containers()
    host.reweigh(before.id, ContainerLimits(memory_bytes=2 * GIB, pids=1024))
    monkeypatch.setattr(warm_plan, "CHECK_SECONDS", 0.0)
    monkeypatch.setattr(warm_host, "FAILURE_SECONDS", (0.0,))
    fill(pools, host, toolchain)
    until(lambda: before.name not in [one.name for one in host.containers()])


@pytest.mark.parametrize("memory_bytes", [GIB // 2, 8 * GIB])
def test_profile_drift_is_none_in_what_we_make(
    host: DockerHost, toolchain: str, config: Config, memory_bytes: int
) -> None:
    spec = sandbox_spec(
        toolchain, config.installation, limits=ContainerLimits(memory_bytes=memory_bytes, cpus=4.0)
    )
    assert host.drift(host.create(spec, warm_name(config.installation)), spec) == []
