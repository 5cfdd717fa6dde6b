"""A new version of a toolchain on real machines: sessions of the old one end in peace, and back."""

import io
from collections.abc import Iterator

import docker
import msgspec
import pytest

from sandbox.config import Config
from sandbox.limits import MIB
from sandbox.messages import ToolchainEntry
from tests.conftest import accept
from tests.pool.machine import Machine
from tests.pool.stand import Stand, stand

pytestmark = [pytest.mark.pool, pytest.mark.engine]


@pytest.fixture(scope="module")
def newer(engine: docker.DockerClient, small: str) -> Iterator[str]:
    """The id of another version of the small image."""
    image, _ = engine.images.build(fileobj=io.BytesIO(f"FROM {small}\nLABEL version=2\n".encode()), rm=True)
    assert image.id
    yield image.id
    engine.images.remove(image.id, force=True)


def image_of(pool: Stand, machines: list[Machine], session: str) -> str:
    """What the session's container was made from, by the engine's word."""
    machine = next(one for one in machines if one.name == pool.host_of(session))
    with machine.engine() as client:
        found: str = client.api.inspect_container(pool.container_of(session))["Image"]
    return found


def offer(pool: Stand, current: ToolchainEntry, other: ToolchainEntry, stage: str) -> None:
    pool.toolchains[:] = [current, msgspec.structs.replace(other, stage=stage)]
    pool.publish()


async def test_a_new_version_is_rolled_out_beside_sessions_of_the_old_one_and_taken_back(
    machines: list[Machine],
    engine: docker.DockerClient,
    small: str,
    newer: str,
    redis_url: str,
    installation: str,
) -> None:
    used = machines[:2]
    used[0].load(b"".join(engine.images.get(newer).save()))
    config = Config(
        redis_url=redis_url, installation=installation, memory_reserve_bytes=128 * MIB, warm_per_toolchain=0
    )
    old, new = ToolchainEntry("small", small, small), ToolchainEntry("small", newer, newer)
    async with stand(config, [machine.entry for machine in used], [old]) as pool:
        for machine in used:
            accept(pool.redis, machine.entry, config)
        await pool.until_alive()
        await pool.open("before")
        offer(pool, old, new, "arriving")
        await pool.until(lambda: all(newer in pool.figures(one.name).images for one in used), 90)

        offer(pool, new, old, "retired")
        await pool.until(lambda: all(newer in pool.figures(one.name).digests for one in used))
        await pool.open("after", owner="bob")
        assert image_of(pool, used, "after") == newer
        assert (await pool.run("before", "in-peace")).outcome == "exited"
        assert image_of(pool, used, "before") == small

        offer(pool, old, new, "retired")
        await pool.open("back", owner="carol")
        assert image_of(pool, used, "back") == small
        for session in ("before", "after", "back"):
            assert (await pool.run(session, f"{session}-later")).outcome == "exited"
        assert image_of(pool, used, "after") == newer
