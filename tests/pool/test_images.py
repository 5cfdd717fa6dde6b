"""Images on real machines: a new version beside sessions of the old one, and back; one that vanishes."""

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


@pytest.fixture
def config(redis_url: str, installation: str) -> Config:
    return Config(
        redis_url=redis_url, installation=installation, memory_reserve_bytes=128 * MIB, warm_per_toolchain=0
    )


async def test_an_image_that_vanishes_from_a_machine_stops_nobody_and_comes_back(
    machines: list[Machine], engine: docker.DockerClient, small: str, newer: str, config: Config
) -> None:
    used = machines[:2]
    for machine in used:
        machine.load(b"".join(engine.images.get(newer).save()))
    toolchains = [ToolchainEntry("small", small, small), ToolchainEntry("newer", newer, newer)]
    async with stand(config, [machine.entry for machine in used], toolchains) as pool:
        for machine in used:
            accept(pool.redis, machine.entry, config)
        await pool.until_alive()
        await pool.until(lambda: all(newer in pool.figures(one.name).digests for one in used))
        with used[0].engine() as client:
            client.images.remove(newer, force=True)
        for number in range(4):  # before and after it is noticed that it is gone
            await pool.open(f"s{number}", owner=f"u{number}", toolchain=newer)
            assert (await pool.run(f"s{number}", f"run-{number}")).outcome == "exited"
        await pool.until(lambda: newer in pool.figures(used[0].name).digests and used[0].has(newer), 90)


async def test_a_new_version_is_rolled_out_beside_sessions_of_the_old_one_and_taken_back(
    machines: list[Machine], engine: docker.DockerClient, small: str, newer: str, config: Config
) -> None:
    used = machines[:2]
    used[0].load(b"".join(engine.images.get(newer).save()))
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
