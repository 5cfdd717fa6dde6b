"""A host of the pool as in production: Debian with systemd, control groups of version 2, over TLS."""

import asyncio
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from sandbox import keys
from sandbox.config import Config
from sandbox.connections import connect
from sandbox.engine.docker_host import DockerHost
from sandbox.limits import GIB, MIB, ContainerLimits, RunLimits
from sandbox.messages import Finished, HostEntry, Opening, Output, Start
from sandbox.pool import selftest
from sandbox.pool.preflight import examine
from tests.conftest import accept
from tests.pool.slots import command
from tests.pool.stand import Stand
from tests.sandbox.careless import Careless, without
from tests.vm.guest import NAME, Guest

pytestmark = [pytest.mark.vm, pytest.mark.engine, pytest.mark.timeout(1800)]

LIMITS = ContainerLimits(memory_bytes=384 * MIB, cpus=1.5, pids=100)
SLOWLY = RunLimits(compile_seconds=600, run_seconds=600)
GROUP = "/sys/fs/cgroup/sandboxes.slice"
HOUR = 3600

HELLO = 'main :: IO ()\nmain = putStrLn "hello"\n'
EATS = """import qualified Data.ByteString as B

main :: IO ()
main = print (B.last (B.replicate 1000000000 7))
"""
WAITS = """import Control.Concurrent (threadDelay)

main :: IO ()
main = threadDelay 8000000 >> putStrLn "here"
"""
KEEPS = 'main :: IO ()\nmain = appendFile "kept" "once\\n" >> readFile "kept" >>= putStr\n'


def report(entry: HostEntry, host: DockerHost, pool: Stand | None = None) -> dict[str, str]:
    """What preflight does not find good."""
    figures = pool.figures(entry.name) if pool else None
    checks = examine(entry, host, {}, figures).checks
    return {one.name: f"{one.verdict}: {one.value}" for one in checks if one.verdict != "good"}


async def opened(pool: Stand, session: str) -> None:
    [main] = await pool.client.put_blobs([HELLO.encode()])
    await pool.client.open(Opening(session, "alice", pool.toolchains[0].digest, LIMITS), {"Main.hs": main})
    await until(pool, session, "ready")


async def until(pool: Stand, session: str, state: str) -> None:
    async with asyncio.timeout(600):
        while not ((status := await pool.client.status(session)) and status.state == state):
            await asyncio.sleep(0.1)


async def ran(pool: Stand, session: str, run: str, program: str) -> tuple[Finished, str]:
    """How it ended, and what it printed."""
    [main] = await pool.client.put_blobs([program.encode()])
    start = Start(run, "interpret", SLOWLY, entry="Main.hs", manifest={"Main.hs": main})
    await pool.client.send(session, start)
    printed = ""
    async with asyncio.timeout(900), pool.client.follow(run) as follower:
        async for seq, event in follower:
            follower.acknowledge(seq)
            if isinstance(event, Output):
                printed += event.text
            if isinstance(event, Finished):
                return event, printed
    raise AssertionError("it has no end")


async def slept(pool: Stand, session: str) -> None:
    """Its local changes are kept, and its container is gone."""
    await pool.until(lambda: not pool.redis.scard(keys.SESSION_RUNS % session))
    await asyncio.sleep(2)  # its relay hears of it, too
    used = await pool.client.idle([session])
    assert await pool.client.hibernate(session, used[session])
    await until(pool, session, "hibernated")


def test_the_set_up_makes_a_host_of_which_preflight_has_nothing_bad_to_say(
    guest: Guest, entry: HostEntry, host: DockerHost
) -> None:
    assert guest.run("stat -fc %T /sys/fs/cgroup").strip() == "cgroup2fs"
    assert set(report(entry, host)) <= {"Disk, swap, parent group"}
    machine = host.machine()
    assert machine.cgroup_version == 2
    limit = int(guest.run(f"cat {GROUP}/memory.max"))
    assert 0.9 * GIB < machine.memory_bytes - limit < 1.1 * GIB, "the machine keeps its reserve"
    assert guest.run(f"cat {GROUP}/cpu.max {GROUP}/memory.swap.max").split() == ["180000", "100000", "0"]


def test_limits_that_are_dropped_are_found_out_and_no_others(
    guest: Guest, entry: HostEntry, toolchain: str, installation: str
) -> None:
    careless = Careless(installation, entry)
    careless.change = without("PidsLimit", "NanoCpus")
    found = selftest.check(
        careless, image=toolchain, runtime="runc", installation=installation, cgroup_parent=""
    )
    assert {"pids", "quota"} <= set(found) <= {"pids", "quota", "cpu"}
    careless.close()


async def test_a_session_lives_there_within_its_limits(
    guest: Guest, entry: HostEntry, host: DockerHost, pool: Stand
) -> None:
    """The keeper tested every limit before it took the machine."""
    assert pool.figures(NAME).refused == ""
    assert report(entry, host, pool) == {}
    await opened(pool, "session")
    finished, printed = await ran(pool, "session", "hello", HELLO)
    assert (finished.outcome, printed) == ("exited", "hello\n")

    container = next(one.id for one in host.containers() if one.session == "session")
    names = ("memory.max", "memory.swap.max", "cpu.max", "pids.max", "cpu.weight")
    group = f"{GROUP}/docker-{container}.scope"
    said = guest.run(f"cd {group} && cat {' '.join(names)}").split()
    assert said[:-1] == [str(LIMITS.memory_bytes), "0", "150000", "100000", "100"]
    host.reweigh(container, msgspec.structs.replace(LIMITS, cpu_weight=1))
    assert int(guest.run(f"cat {group}/cpu.weight")) < int(said[-1])

    finished, _ = await ran(pool, "session", "eats", EATS)
    assert (finished.outcome, finished.usage is not None) == ("out_of_memory", True)
    finished, printed = await ran(pool, "session", "keeps", KEEPS)
    assert (finished.outcome, printed) == ("exited", "once\n"), "GHCi was spared"

    [seen] = await pool.client.sessions()
    assert 20 * MIB < seen.memory_bytes <= LIMITS.memory_bytes
    figures = pool.figures(NAME)
    assert figures.capped
    assert figures.cpus == 1.8
    assert 0 < figures.memory_used_bytes < figures.memory_bytes
    assert 0 < figures.cpu_used <= figures.cpus
    await slept(pool, "session")
    await opened(pool, "session")
    finished, printed = await ran(pool, "session", "again", KEEPS)
    assert (finished.outcome, printed) == ("exited", "once\nonce\n")


def fresh_credentials(secrets: Path, folder: Path) -> Path:
    """Valid from now on, by this machine's clock."""
    folder.mkdir()
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=fresh")
    command("openssl", "req", *key, "-keyout", str(folder / "key.pem"), "-out", str(folder / "request"))
    ca = ("-CA", str(secrets / "ca/ca.pem"), "-CAkey", str(secrets / "ca/key.pem"), "-CAcreateserial")
    out = ("-out", str(folder / "cert.pem"))
    command("openssl", "x509", "-req", "-in", str(folder / "request"), *ca, *out)
    shutil.copy(secrets / "ca/ca.pem", folder)
    return folder


@pytest.fixture
def accepted(entry: HostEntry, config: Config) -> None:
    """Its limits were tested before."""
    with connect(config) as redis:
        accept(redis, entry, config)


@pytest.fixture
def clock(guest: Guest) -> Iterator[Callable[[float], None]]:
    """Sets the machine's, so many seconds ahead of ours."""

    def be(ahead: float) -> None:
        guest.run(f"date -s @{time.time() + ahead:.3f}")

    yield be
    be(0)


@pytest.mark.usefixtures("accepted")
async def test_a_clock_that_is_an_hour_off_is_said_and_fools_nobody(
    entry: HostEntry,
    host: DockerHost,
    secrets: Path,
    clock: Callable[[float], None],
    pool: Stand,
    tmp_path: Path,
) -> None:
    clock(-HOUR)
    assert re.fullmatch(r"bad: 3[56]\d\d\.\d s behind", report(entry, host, pool)["Clock"])
    await pool.until(lambda: any("behind" in one for one in pool.figures(NAME).warnings))
    other = msgspec.structs.replace(entry, credentials=str(fresh_credentials(secrets, tmp_path / "fresh")))
    said = report(other, DockerHost(other, "other"))
    assert "by its clock our certificate has ended or is not valid yet" in said["Engine"]

    await opened(pool, "session")
    run = asyncio.create_task(ran(pool, "session", "waits", WAITS))
    await pool.until(lambda: pool.redis.hexists(keys.RUN % "waits", "began"), 600)
    clock(HOUR)
    finished, printed = await run
    assert (finished.outcome, printed) == ("exited", "here\n")
    assert finished.timings.run_seconds < HOUR / 2
    assert re.fullmatch(r"bad: 3[56]\d\d\.\d s ahead", report(entry, host, pool)["Clock"])
    figures = pool.figures(NAME)
    assert (figures.state, abs(time.time() - figures.at) < 60) == ("alive", True)

    finished, printed = await ran(pool, "session", "keeps", KEEPS)
    assert (finished.outcome, printed) == ("exited", "once\n")
    await slept(pool, "session")
    clock(-HOUR)
    await opened(pool, "session")
    finished, printed = await ran(pool, "session", "again", KEEPS)
    assert (finished.outcome, printed) == ("exited", "once\nonce\n")
