"""One virtual machine, made a host by deploy/'s own scripts, for all tests here."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import docker
import msgspec
import pytest

from sandbox.config import Config
from sandbox.engine import docker_host, profile
from sandbox.engine.docker_host import DockerHost
from sandbox.limits import MIB
from sandbox.messages import HostEntry, ToolchainEntry
from sandbox.pool import readings, selftest, warm_check
from sandbox.relay import attachment, clocks
from tests.pool.stand import Stand, stand
from tests.vm.guest import ADDRESS, GATEWAY, NAME, Guest, obstacle

DEPLOY = Path(__file__).parents[2] / "deploy"
PATIENCE = 20


@pytest.fixture(scope="session", autouse=True)
def patience() -> Iterator[None]:
    """Emulated processors are slow, and nothing here is about speed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(profile, "PROBE", msgspec.structs.replace(profile.PROBE, cpus=1.0))
        patch.setattr(profile, "WARM", msgspec.structs.replace(profile.WARM, cpus=2.0, cpu_weight=100))
        for module, name in (
            (attachment, "ATTACH_SECONDS"),
            (docker_host, "ATTACH_SECONDS"),
            (clocks, "ANSWER_SECONDS"),
            (clocks, "READY_SECONDS"),
            (readings, "SILENCE_SECONDS"),
            (selftest, "SECONDS"),
        ):
            patch.setattr(module, name, PATIENCE * getattr(module, name))
        patch.setattr(warm_check.wait_ready, "__defaults__", (PATIENCE * warm_check.READY_SECONDS,))
        yield


@pytest.fixture(scope="session")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As the script leaves them: the authority, and certificates for both sides."""
    folder = tmp_path_factory.mktemp("service")
    script = [str(DEPLOY / "host-certificates.sh"), NAME, "127.0.0.1"]
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SERVICE_UID": "0"}
    subprocess.run(script, cwd=folder, env=environment, check=True)
    return folder / "secrets"


@pytest.fixture(scope="session")
def guest(
    engine: docker.DockerClient, toolchain: str, secrets: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Guest]:
    """Up, and set up as docs/operations.md says."""
    if why := obstacle():
        pytest.skip(f"no virtual machine: {why}")
    machine = Guest(tmp_path_factory.mktemp("guest"))
    if not machine.prepare(Path(engine.info()["DockerRootDir"]), [toolchain]):
        pytest.skip("no virtual machine: this engine keeps images otherwise than overlay2")
    try:
        machine.start()
        machine.send(secrets / "engines" / NAME, DEPLOY / "host-setup.sh")
        machine.run(f"./host-setup.sh {ADDRESS} ./{NAME} {GATEWAY}")
        machine.run("systemctl stop systemd-timesyncd")  # tests set its clock
        yield machine
    finally:
        machine.end()


@pytest.fixture
def entry(guest: Guest, secrets: Path) -> HostEntry:
    return guest.entry(secrets / "hosts" / NAME)


@pytest.fixture
def host(entry: HostEntry, installation: str) -> Iterator[DockerHost]:
    there = DockerHost(entry, installation)
    yield there
    for container in there.containers():
        there.remove(container.id)
    there.close()


@pytest.fixture
def config(redis_url: str, installation: str) -> Config:
    return Config(
        redis_url=redis_url, installation=installation, memory_reserve_bytes=128 * MIB, warm_per_toolchain=1
    )


@pytest.fixture
async def pool(entry: HostEntry, host: DockerHost, toolchain: str, config: Config) -> AsyncIterator[Stand]:
    """The machine as a pool, with a warm container that is ready."""
    async with stand(config, [entry], [ToolchainEntry("ghc", toolchain, toolchain)]) as one:
        await one.until_alive(600)
        await one.until(lambda: one.redis.keys(f"*warm*{toolchain}"), 600)
        yield one
