"""A host whose engine lies is quarantined with the reason shown, and costs no other host anything."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import keys
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.engine.docker_host import DockerHost
from sandbox.engine.fakes import FakeHost
from sandbox.engine.hosts import LABEL, Host
from sandbox.exceptions import EngineRefused, HostError, SandboxError
from sandbox.keeper import Keeper
from sandbox.messages import HostEntry, HostFigures, Pool, decode_host_figures, encode
from sandbox.pool import removals, watch
from sandbox.worker import Worker
from tests.sandbox.conftest import DIGEST, POOL
from tests.sandbox.liars import Liar, answer, liar, lying
from tests.sandbox.test_keeper import Idle, spec
from tests.sandbox.test_losses import until
from tests.sandbox.test_preflight import SAID

LISTED: dict[str, Any] = {"Id": "a" * 64, "Names": ["/x"], "State": "running", "Labels": {}, "Created": 1}
TRUTH: dict[str, Any] = {
    "/version": {"ApiVersion": "1.41"},
    "/info": SAID,
    "/networks": [{"Id": "bridge"}],
    "/images/json": [{"Id": DIGEST, "RepoDigests": None}],
    "/containers/json": [],
}
CONTAINERS: dict[str, Any] = {
    "a label that is no text": LISTED | {"Labels": {f"{LABEL}toolchain": {}, f"{LABEL}role": "sandbox"}},
    "a size that is no number": LISTED | {"Labels": {f"{LABEL}work": "-1"}},
    "a name without end": LISTED | {"Names": ["x" * 10_000]},
    "another kind of id": LISTED | {"Id": "../../info"},
    "a state that is a list": LISTED | {"State": []},
    "made after the end of time": LISTED | {"Created": 10**400},
}
LIES: dict[str, dict[str, Any]] = {
    **{lie: {"/containers/json": [one]} for lie, one in CONTAINERS.items()},
    "more than a machine can run": {"/containers/json": [LISTED] * 5001},
    "no list": {"/containers/json": {"message": "hello"}},
    "images that are numbers": {"/images/json": [{"Id": 7}]},
}


@contextlib.contextmanager
def kept(
    config: Config, redis: Redis, well: FakeHost, other: Host | None, entry: HostEntry
) -> Iterator[None]:
    """While a keeper runs for a host that is well and for one more."""
    redis.set(keys.POOL, encode(Pool([*POOL.hosts, entry], POOL.toolchains)))

    def connect(wanted: HostEntry) -> Host:
        found = well if wanted.name == well.name else other
        return found or DockerHost(wanted, config.installation)

    worker = Worker(config, connect_host=connect, wake=lambda _: None)
    keeper = Keeper(worker, config, make_probe=Idle, grace_seconds=0.3)
    thread = threading.Thread(target=keeper.run)
    thread.start()
    try:
        yield
    finally:
        keeper.stop()
        thread.join(30)
        worker.close()


@contextlib.contextmanager
def lied_to(
    config: Config, redis: Redis, host: FakeHost, folder: Path, lies: dict[str, Any]
) -> Iterator[Liar]:
    with (
        liar(folder, lying(lies, TRUTH)) as engine,
        kept(config, redis, host, None, HostEntry("liar", engine.address)),
    ):
        yield engine


def figures(redis: Redis, name: str) -> HostFigures:
    said = redis.hget(keys.FIGURES, name)
    return decode_host_figures(said) if said else HostFigures(name, alive=False, at=0.0)


async def stays_well(redis: Redis, seconds: float = 1.5) -> None:
    """The host beside it is watched, told of, and given sessions all the while."""
    until_then = time.monotonic() + seconds
    while time.monotonic() < until_then:
        beside = figures(redis, "fake")
        assert beside.state == "alive"
        assert time.time() - beside.at < 1.0
        await asyncio.sleep(0.1)
    assert redis.exists(keys.BUILT)


@pytest.mark.parametrize("lie", LIES)
async def test_a_lie_is_quarantined_with_its_reason_and_the_others_go_on(
    lie: str, redis: Redis, config: Config, host: FakeHost, tmp_path: Path
) -> None:
    with lied_to(config, redis, host, tmp_path, LIES[lie]):
        await until(lambda: figures(redis, "liar").state == "quarantined")
        assert "nonsense" in figures(redis, "liar").error
        await until(lambda: redis.exists(keys.BUILT))
        await stays_well(redis)


async def test_an_engine_that_says_much_and_wild_is_quoted_in_a_line(
    redis: Redis, config: Config, host: FakeHost, tmp_path: Path
) -> None:
    wild = b'{"message": "\\u001b[2J\\r\\n' + b"x" * 2_000_000 + b'"}'
    refusal = answer(wild).replace(b"200 OK", b"500 No")
    with lied_to(config, redis, host, tmp_path, {"/containers/json": refusal}):
        await until(lambda: figures(redis, "liar").error)
        said = figures(redis, "liar")
        assert "xxx" in said.error
        assert len(said.error) < 500
        assert said.error.isprintable()
        assert said.last_error == said.error
        await stays_well(redis, 0.5)


class Stubborn(FakeHost):
    """Would not remove some of its containers."""

    stubborn: str = ""

    def remove(self, container: str) -> None:
        if self.stubborn and container == self.stubborn:
            raise EngineRefused("stubborn: device or resource busy")
        super().remove(container)


async def test_a_container_that_can_not_be_removed_is_said_and_costs_the_host_nothing(
    redis: Redis, config: Config, host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOST_SECONDS", 0.5)
    stubborn = Stubborn("stubborn", digests=[DIGEST])
    stays, goes = ("haskell-ide-s-nobody-1", "haskell-ide-s-nobody-2")
    with kept(config, redis, host, stubborn, HostEntry("stubborn", "fake://")):
        await until(lambda: redis.exists(keys.BUILT))
        stubborn.stubborn = stays
        for name in (stays, goes):
            stubborn.create(spec(), name)
        await until(lambda: goes not in [one.name for one in stubborn.containers()])
        await until(lambda: figures(redis, "stubborn").warnings)
        await asyncio.sleep(1.5)
        said = figures(redis, "stubborn")
        assert said.state == "alive"
        assert said.warnings == [
            f"The container {stays} could not be removed: stubborn: device or resource busy"
        ]
        monkeypatch.setattr(removals, "STUCK_SECONDS", 0.0)
        stubborn.stubborn = ""


async def test_a_mistake_of_ours_gives_up_nothing_that_runs_there(
    redis: Redis, config: Config, host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOST_SECONDS", 0.5)
    other = FakeHost("other", digests=[DIGEST])
    monkeypatch.setattr(other, "digests", lambda: 1 // 0)
    with kept(config, redis, host, other, HostEntry("other", "fake://")):
        await until(lambda: figures(redis, "other").error)
        await asyncio.sleep(1.0)
        said = figures(redis, "other")
        assert (said.state, said.error) == ("suspect", "Looking at it failed: the keeper's log says how.")
        monkeypatch.undo()
        await until(lambda: figures(redis, "other").state == "alive")


class Blind(Idle):
    """A probe that can't be started."""

    fault: SandboxError | None = HostError("no space left on device")

    def latest(self) -> Any:
        return None


async def test_why_a_host_has_no_figures_is_said(config: Config, redis: Redis, host: FakeHost) -> None:
    redis.set(keys.POOL, encode(POOL))
    worker = Worker(config, connect_host=lambda _: host, wake=lambda _: None)
    keeper = Keeper(worker, config, make_probe=Blind)
    thread = threading.Thread(target=keeper.run)
    thread.start()
    try:
        await until(lambda: figures(redis, "fake").warnings)
        assert figures(redis, "fake").warnings == ["There are no figures of it: no space left on device"]
    finally:
        keeper.stop()
        thread.join(30)
        worker.close()
