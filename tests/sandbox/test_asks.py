"""The service asks about a machine and a keeper answers, whatever the machine's engine is like."""

import asyncio
import json
import platform
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import keys
from sandbox.client import Client
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.limits import GIB
from sandbox.messages import HostEntry, HostFigures, encode
from sandbox.pool.asks import Asks
from sandbox.worker import Worker
from tests.sandbox.liars import answer, liar
from tests.sandbox.test_preflight import SAID


@pytest.fixture
async def door(config: Config) -> AsyncIterator[Client]:
    client = Client(config, wake=lambda _: None)
    yield client
    await client.close()


@pytest.fixture
def keeper(config: Config) -> Iterator[None]:
    """The part of it that answers."""
    worker = Worker(config, wake=lambda _: None)
    asks = Asks(worker)
    yield
    asks.close()
    worker.close()


async def found(door: Client, folder: Path, entry: dict[str, Any], **said: Any) -> str:
    """What is wrong with a machine whose engine says that of itself."""
    whole = answer(json.dumps(SAID | {"ApiVersion": "1.41"} | said).encode())
    with liar(folder, whole) as engine:
        report = await door.preflight(HostEntry("vm1", engine.address, **entry))
    assert report
    return " ".join(report.faults)


@pytest.mark.parametrize(
    ("entry", "said", "fault"),
    [
        ({}, {}, ""),
        ({}, {"ServerVersion": "19.03.15"}, "Engine version: 19.03.15. Take 20.10 or newer."),
        (
            {},
            {"Architecture": "riscv64"},
            f"Architecture: riscv64. The images are made for {platform.machine()}.",
        ),
        ({}, {"ID": "of another"}, "Engine: it is the engine of the host vm0."),
        ({"memory_bytes": 99 * GIB}, {}, "Memory: a limit of 99 GiB is above the machine."),
        ({"memory_bytes": GIB}, {}, "Memory: 1 of 16 GiB: no session fits."),
        ({"cpus": 5.0}, {}, "CPUs: a limit of 5 is above the machine."),
        ({"runtime": "runsc"}, {}, "Runtimes: runc. Install runsc"),
        ({}, {"NCPU": "many"}, "Engine: vm1: what the engine says of itself is nonsense"),
        ({}, {"ServerVersion": "1\u001b[2J" * 500}, "is nonsense"),
    ],
)
async def test_what_is_wrong_with_a_machine_is_said(
    keeper: None,
    door: Client,
    redis: Redis,
    tmp_path: Path,
    entry: dict[str, Any],
    said: dict[str, Any],
    fault: str,
) -> None:
    other = HostFigures("vm0", alive=True, at=0.0, engine="of another")
    redis.hset(keys.FIGURES, "vm0", encode(other))
    faults = await found(door, tmp_path, entry, **said)
    assert fault in faults
    assert bool(faults) is bool(fault)


async def test_no_keeper_and_one_that_comes_to_no_end_are_told_apart(door: Client, redis: Redis) -> None:
    entry = HostEntry("vm1", "unix:///nowhere.sock")
    assert await door.preflight(entry, 0.2) is None
    assert redis.llen(keys.ASKED) == 0, "nobody takes it later"
    taken = asyncio.to_thread(redis.blpop, [keys.ASKED], 5)
    report, asked = await asyncio.gather(door.preflight(entry, 1.0), taken)
    assert asked
    assert report
    assert "comes to no end" in report.faults[0]
