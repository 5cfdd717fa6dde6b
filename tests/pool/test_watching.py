"""Real machines as the pool sees them: looked at before they are added, tested, each watched by itself."""

import os
from functools import partial
from pathlib import Path

import pytest

from sandbox import keys
from sandbox.config import Config
from sandbox.limits import MIB
from sandbox.messages import HostEntry, ToolchainEntry
from sandbox.pool import placement
from tests.pool.certificates import Authority
from tests.pool.machine import Machine
from tests.pool.stand import Stand, stand
from tests.sandbox.liars import answer, liar

pytestmark = [pytest.mark.pool, pytest.mark.engine]


def settings(redis_url: str, installation: str) -> Config:
    return Config(
        redis_url=redis_url, installation=installation, memory_reserve_bytes=128 * MIB, warm_per_toolchain=0
    )


async def faults(pool: Stand, entry: HostEntry) -> str:
    report = await pool.client.preflight(entry)
    assert report is not None
    return " ".join(report.faults)


async def test_machines_are_looked_at_tested_and_watched_apart(
    machines: list[Machine], small: str, redis_url: str, installation: str, tmp_path: Path
) -> None:
    first, second, third = machines
    stranger = Authority(tmp_path / "authority").client(tmp_path / "stranger")
    over = first.client_certificate(tmp_path / "over", days=0)
    lies = liar(tmp_path, answer(b'{"ApiVersion": "1.41", "ID": 7}'))
    with lies as engine:
        hosts = [
            first.entry,
            second.entry,
            HostEntry("liar", engine.address),
            HostEntry("stranger", third.entry.address, str(stranger)),
        ]
        config = settings(redis_url, installation)
        async with stand(config, hosts, [ToolchainEntry("small", small, small)]) as pool:
            await pool.until(lambda: pool.figures(first.name).state == "alive", 60)
            await pool.until(lambda: pool.figures(second.name).state == "alive", 60)
            # Added last: whoever says first that an engine is its own is no twin.
            pool.hosts.append(HostEntry("twin", second.entry.address, second.entry.credentials))
            pool.publish()
            await pool.until(lambda: pool.figures("twin").quarantined, 60)
            seen = pool.figures(first.name)
            assert (seen.cpus, seen.memory_bytes, seen.capped) == (first.cpus, first.memory_bytes, True)
            assert seen.disk_bytes > seen.disk_free_bytes > 0
            assert second.name in pool.figures("twin").error
            await pool.until(lambda: pool.figures("liar").quarantined, 60)
            assert "nonsense" in pool.figures("liar").error
            await pool.until(lambda: "certificate" in pool.figures("stranger").error, 60)
            await no_figures_grow_old(pool, [first.name, second.name])

            assert await faults(pool, third.entry) == ""
            assert "certificate" in await faults(pool, HostEntry("x", third.entry.address, str(stranger)))
            said = await faults(pool, HostEntry("x", third.entry.address, str(over)))
            assert "certificate" in said
            assert "still valid?" in said
            assert f"engine of the host {first.name}" in await faults(
                pool, HostEntry("x", first.entry.address, first.entry.credentials)
            )
            by_socket = HostEntry("x", f"unix://{first.folder}/docker.sock")
            assert f"engine of the host {first.name}" in await faults(pool, by_socket)
            nobody = HostEntry("x", f"tcp://{first.address}:1", first.entry.credentials)
            assert "Connection refused" in await faults(pool, nobody)
            assert "'nowhere' lack ca.pem" in await faults(
                pool, HostEntry("x", third.entry.address, "nowhere")
            )
            above = HostEntry("x", third.entry.address, third.entry.credentials, memory_bytes=2**50)
            assert "above the machine" in await faults(pool, above)


async def no_figures_grow_old(pool: Stand, names: list[str]) -> None:
    """While others lie and hang (each call for 20 s), these are told anew and anew."""
    told: dict[str, set[float]] = {name: set() for name in names}

    def often() -> bool:
        for name in names:
            told[name].add(pool.figures(name).at)
        return all(len(times) > 5 for times in told.values())

    await pool.until(often, 30)


async def test_an_image_reaches_the_hosts_that_lack_it_and_sessions_follow_and_leave(
    machines: list[Machine], small: str, redis_url: str, installation: str
) -> None:
    for machine in machines[1:]:
        with machine.engine() as engine:
            engine.images.remove(small, force=True)
    config = settings(redis_url, installation)
    hosts = [machine.entry for machine in machines]
    async with stand(config, hosts, [ToolchainEntry("small", small, small)]) as pool:
        transfers: set[str] = set()

        def spread() -> bool:
            seen = [pool.figures(host.name) for host in hosts]
            transfers.update(f"{one.name} from {one.transfer.whence}" for one in seen if one.transfer)
            return all(small in one.images for one in seen)

        await pool.until(spread, 90)
        assert transfers
        await pool.until_alive()
        await pool.open("one")
        left = pool.host_of("one")
        pool.hosts[:] = [
            HostEntry(
                one.name, one.address, one.credentials, cordoned=one.name == left, draining=one.name == left
            )
            for one in hosts
        ]
        pool.publish()
        await pool.until(lambda: pool.host_of("one") not in ("", left), 60)
        assert (await pool.run("one", "run")).outcome == "exited"
        assert pool.figures(left).sessions == 0 or await pool.until(lambda: pool.figures(left).sessions == 0)


async def test_after_a_new_start_of_its_engine_a_machine_is_tested_again(
    machines: list[Machine], small: str, redis_url: str, installation: str
) -> None:
    machine = machines[0]
    config = settings(redis_url, installation)
    async with stand(config, [machine.entry], [ToolchainEntry("small", small, small)]) as pool:
        await pool.until_alive()
        before = pool.redis.hget(keys.ACCEPTED, machine.name)
        machine.end()
        await pool.until(lambda: pool.figures(machine.name).state in ("suspect", "lost"))
        machine.start()
        await pool.until(lambda: pool.redis.hget(keys.ACCEPTED, machine.name) != before, 60)
        await pool.until_alive()
        await pool.open("one")


async def test_engines_that_stall_slow_nobody_and_it_is_said_why(
    machines: list[Machine], small: str, redis_url: str, installation: str, tmp_path: Path
) -> None:
    """One accepts and never answers, one answers a byte at a time: both are lost, the others as they were."""
    first, _, stalling = machines
    drip = liar(tmp_path, b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n", b"X: y\r\n", pause=0.5)
    with drip as dripping:
        hosts = [first.entry, stalling.entry, HostEntry("drip", dripping.address)]
        config = settings(redis_url, installation)
        async with stand(config, hosts, [ToolchainEntry("small", small, small)]) as pool:
            for machine in (first, stalling):
                await pool.until(partial(takes, pool, machine.name), 60)
            stalling.pause()
            await pool.until(lambda: pool.figures(stalling.name).state == "lost")
            await no_figures_grow_old(pool, [first.name])
            await pool.until(partial(given_up, pool, "drip"), 60)
            await pool.until(lambda: "no answer in time" in pool.figures(stalling.name).error, 60)
            await pool.until(lambda: pool.figures(first.name).state == "alive")
            await pool.open("one")
            assert pool.host_of("one") == first.name


def given_up(pool: Stand, name: str) -> bool:
    """Before the first look at a host ended, nothing is said of it."""
    seen = pool.figures(name)
    return bool(seen.error) and seen.state in ("lost", "quarantined")


def takes(pool: Stand, name: str) -> bool:
    return pool.figures(name).state == "alive" and bool(pool.figures(name).digests)


async def test_a_machine_whose_disk_is_full_draws_no_sessions(
    machines: list[Machine], small: str, archive: bytes, redis_url: str, installation: str
) -> None:
    first, second, _ = machines
    config = settings(redis_url, installation)
    with second.small_disk(1200 * MIB) as disk:
        second.load(archive)
        hosts = [first.entry, second.entry]
        async with stand(config, hosts, [ToolchainEntry("small", small, small)]) as pool:
            await pool.until_alive()
            await pool.open("before", owner="bob")
            free = pool.figures(second.name).disk_free_bytes
            assert free < 1200 * MIB
            with (disk / "ballast").open("wb") as ballast:
                os.posix_fallocate(ballast.fileno(), 0, free - 100 * MIB)
            await pool.until(lambda: 0 < pool.figures(second.name).disk_free_bytes < 200 * MIB)
            for number in range(3):
                await pool.open(f"s{number}", owner=f"owner{number}")
                assert pool.host_of(f"s{number}") == first.name
                said = {one.host: one.said for one in placement.why(pool.redis, f"s{number}")}
                assert said[second.name].endswith("MiB of disk left")
            (disk / "ballast").unlink()
            await pool.until(lambda: pool.figures(second.name).disk_free_bytes > 600 * MIB)
