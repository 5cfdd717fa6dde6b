"""Real machines under load: sessions spread, leave a hot one, and survive a keeper and an empty Redis."""

import asyncio
from collections import Counter

import docker
import msgspec
import pytest

from sandbox import keys
from sandbox.engine.docker_host import DockerHost
from sandbox.limits import MIB, ContainerLimits
from sandbox.pool import placement, shifting
from tests.pool.machine import Machine
from tests.pool.stand import Stand, stand

pytestmark = [pytest.mark.pool, pytest.mark.engine]

WARM = ContainerLimits(memory_bytes=1024 * MIB, cpus=0.3)  # warm containers suit it
HOG = "held = b'x' * 900_000_000\nimport time\nprint('held', flush=True)\ntime.sleep(600)"


async def test_sessions_that_come_at_once_are_spread_and_say_why(
    pool: Stand, machines: list[Machine]
) -> None:
    names = [f"s{number}" for number in range(9)]
    await asyncio.gather(*(pool.open(name, owner=f"user-{name}") for name in names))
    found = Counter(pool.host_of(name) for name in names)
    assert set(found) == {machine.name for machine in machines}
    assert max(found.values()) <= 5
    for name in names:
        assert placement.why(pool.redis, name)[0].host == pool.host_of(name)
    outcomes = await asyncio.gather(*(pool.run(name, f"run-{name}") for name in names))
    assert {finished.outcome for finished in outcomes} == {"exited"}


async def test_idle_sessions_leave_a_machine_whose_memory_others_take(
    pool: Stand, machines: list[Machine], small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shifting, "IDLE_SECONDS", 0.5)
    hot, *cool = machines
    entries = [machine.entry for machine in machines]
    pool.hosts[:] = [msgspec.structs.replace(one, cordoned=one.name != hot.name) for one in entries]
    pool.publish()
    await pool.open("one", limits=WARM)
    assert pool.host_of("one") == hot.name
    pool.hosts[:] = entries
    pool.publish()
    with hot.engine() as engine:
        hog = engine.containers.run(
            small, ["python3", "-uc", HOG], entrypoint="", detach=True, network_mode="none"
        )
        await pool.until(lambda: b"held" in hog.logs())
        await pool.until(lambda: pool.host_of("one") in {machine.name for machine in cool}, 90)
        hog.remove(force=True)
    assert (await pool.run("one", "after")).outcome == "exited"


async def test_another_keeper_and_worker_go_on_and_an_empty_redis_is_filled_again(
    pool: Stand, machines: list[Machine], engine: docker.DockerClient
) -> None:
    names = ["s0", "s1", "s2"]
    for name in names:
        await pool.open(name, owner=name)
    async with stand(pool.config, pool.hosts, pool.toolchains) as other:
        await pool.until(lambda: pool.redis.zcard(keys.KEEPERS) == 2)
        await asyncio.to_thread(pool.end_keeper)
        await pool.until(lambda: pool.redis.get(keys.KEEPER) == other.keeper.standing.token.encode())
        await other.until_alive()
        assert (await pool.run("s0", "by-either")).outcome == "exited"
        before = {pool.container_of(name) for name in names}
        pool.redis.flushall()
        pool.publish()
        await pool.until(lambda: pool.redis.exists(keys.BUILT), 60)
        left: set[str | None] = set()
        for machine in machines:
            with machine.engine() as client:
                left |= {one.name for one in client.containers.list(all=True, ignore_removed=True)}
        assert not before & left, "what an empty Redis does not know can't be served any more"
        for name in names:
            await pool.open(name, owner=name)
            assert (await pool.run(name, f"again-{name}")).outcome == "exited"


async def test_an_image_that_nobody_needs_is_removed_and_what_uses_one_keeps_it(
    machines: list[Machine], small: str, installation: str
) -> None:
    host = DockerHost(machines[2].entry, installation)
    with machines[2].engine() as client:
        used = client.containers.run(small, ["sleep", "60"], entrypoint="", detach=True, network_mode="none")
        assert not host.remove_image(small), "a container needs it"
        assert machines[2].has(small)
        used.remove(force=True)
    assert host.remove_image(small)
    assert not machines[2].has(small)
    assert host.remove_image(small), "gone already is well"
    host.close()
