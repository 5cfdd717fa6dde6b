"""What tests of every part share: a Redis of their own, the engine, the default toolchain."""

import contextlib
import gc
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Generator, Iterator

import docker
import pytest
import redis

from sandbox import toolchains
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.engine import imagebuild
from sandbox.engine.docker_host import DockerHost
from sandbox.messages import HostEntry
from sandbox.pool import acceptance
from tests import aftermath


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """A worker tells the first process of each test by which it counts reruns, in two short messages.

    The network holds the second back until the first is acknowledged, 40 ms later, unless it is told not to.
    """
    counts = getattr(config, "failures_db", None)  # of pytest-rerunfailures
    if isinstance(sock := getattr(counts, "sock", None), socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


PORTS = range(12_000, 32_000)  # below those that whoever connects is given: nobody takes one before we do


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what is known of a failure while its service still stands."""
    report = yield
    if report.failed:
        aftermath.keep(item, report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end: Python need not look through it for garbage, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def free_port() -> int:
    """A port that nobody listens on."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """So many of them, each another one."""
    with contextlib.ExitStack() as probes:
        found: list[int] = []
        while len(found) < count:
            probe = probes.enter_context(socket.socket())
            port = secrets.choice(PORTS)
            with contextlib.suppress(OSError):  # somebody has it
                probe.bind(("127.0.0.1", port))
                found.append(port)
        return found


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A redis-server that only this test process uses."""
    program = shutil.which("redis-server")
    assert program, "redis-server is not installed"
    port = free_port()
    folder = tmp_path_factory.mktemp("redis")
    command = [program, "--port", str(port), "--save", "", "--appendonly", "no", "--dir", str(folder)]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log) as server:
        try:
            _wait_for_redis(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()


def _wait_for_redis(port: int) -> None:
    for _ in range(100):
        try:
            with redis.Redis(port=port) as client:
                client.ping()
                return
        except redis.exceptions.ConnectionError:
            time.sleep(0.05)
    raise AssertionError("redis-server did not start")


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """Address of an empty Redis."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


def accept(redis: Redis, entry: HostEntry, config: Config) -> None:
    """Spare a keeper the self-test of an engine that is tested elsewhere."""
    host = DockerHost(entry, config.installation)
    try:
        verdict = acceptance.Verdict(acceptance.subject(entry, host.machine(), config), time.time(), [])
        acceptance.note(redis, entry.name, verdict)
    finally:
        host.close()


@pytest.fixture(scope="session")
def engine() -> Iterator[docker.DockerClient]:
    """The machine's Docker Engine."""
    client = imagebuild.connect()
    client.ping()
    yield client
    client.close()


@pytest.fixture(scope="session")
def toolchain(engine: docker.DockerClient) -> str:
    """The image id (digest) of TEST_TOOLCHAIN, else the default, with the agent as it is in the tree."""
    return toolchains.ensure(engine, os.environ.get("TEST_TOOLCHAIN", "ghc-9.6"))


@pytest.fixture
def installation(request: pytest.FixtureRequest) -> Iterator[str]:
    """A name that only this test uses; containers that carry it are removed afterwards, in every state."""
    name = f"test-{secrets.token_hex(4)}"
    client = None
    if "engine" in request.fixturenames or request.node.get_closest_marker("engine"):
        client = request.getfixturevalue("engine")
    yield name
    if client:
        labels = {"label": f"haskell-ide.installation={name}"}
        for container in client.containers.list(all=True, filters=labels, ignore_removed=True):
            container.remove(force=True)
