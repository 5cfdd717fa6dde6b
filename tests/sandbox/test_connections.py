"""What redis-py does not promise by itself."""

import asyncio
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from sandbox import wakeups
from sandbox.config import Config
from sandbox.connections import Redis, connect, connect_async
from tests.conftest import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture
def over_tls(tmp_path: Path) -> Iterator[str]:
    """The address of a Redis that wants certificates, made as an operator makes them."""
    script = ROOT / "deploy" / "host-certificates.sh"
    subprocess.run(["sh", script, "redis", "127.0.0.1"], cwd=tmp_path, check=True, capture_output=True)
    server, client, port = tmp_path / "secrets/engines/redis", tmp_path / "secrets/hosts/redis", free_port()
    program = shutil.which("redis-server")
    assert program
    options = ["--port", "0", "--tls-port", str(port), "--tls-auth-clients", "yes", "--save", ""]
    options += ["--tls-ca-cert-file", f"{server}/ca.pem", "--requirepass", "secret"]
    options += ["--tls-cert-file", f"{server}/cert.pem", "--tls-key-file", f"{server}/key.pem"]
    with subprocess.Popen([program, *options], cwd=tmp_path, stdout=subprocess.DEVNULL) as process:
        files = f"ssl_ca_certs={client}/ca.pem&ssl_certfile={client}/cert.pem&ssl_keyfile={client}/key.pem"
        yield f"rediss://:secret@127.0.0.1:{port}/0?ssl_cert_reqs=required&{files}"
        process.terminate()


def _answers(redis: Redis) -> bool:
    try:
        return bool(redis.ping())
    except RedisError:
        time.sleep(0.05)
        return False


async def test_a_redis_on_another_machine_is_reached_by_tls(over_tls: str) -> None:
    settings = Config(redis_url=over_tls)
    with connect(settings) as redis:
        until = time.monotonic() + 20
        while not _answers(redis):
            assert time.monotonic() < until
    client = connect_async(settings)
    assert await client.ping()
    await client.aclose()
    with wakeups.app(settings).connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=10)
        assert broker.connected


async def test_a_command_can_be_cancelled_at_any_moment(config: Config) -> None:
    client = connect_async(config)

    async def ask() -> None:
        while True:
            await client.ping()

    for turns in range(300):
        asking = asyncio.create_task(ask())
        for _ in range(turns % 60):
            await asyncio.sleep(0)
        asking.cancel()
        done, _ = await asyncio.wait([asking], timeout=5)
        assert done, "the cancellation was swallowed"
    await client.aclose()
