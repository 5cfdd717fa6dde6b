"""A host is tested before it takes sessions, once for each start of its engine; it says why it takes none."""

import pytest

from sandbox import keys
from sandbox.client import Client
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.engine.docker_host import DockerHost
from sandbox.engine.fakes import FakeHost
from sandbox.engine.hosts import ROLE_LABEL
from sandbox.messages import HostEntry, ToolchainEntry, decode_host_figures
from sandbox.pool import acceptance, watch
from sandbox.pool.acceptance import Acceptance
from tests.sandbox.conftest import DIGEST, POOL, Relays, opening
from tests.sandbox.inside import ADDRESS
from tests.sandbox.test_keeper import kept
from tests.sandbox.test_losses import until
from tests.sandbox.test_relay import until_state

BITES_NOT = "These limits do not bite here: memory, pids."


def asked(host: FakeHost, redis: Redis, config: Config) -> str:
    """What somebody says of the host who has never seen it."""
    return Acceptance(POOL.hosts[0], host, redis, config).reason(POOL.toolchains, [DIGEST])


def self_tests_of(host: FakeHost) -> int:
    return sum(spec["Labels"][ROLE_LABEL] == "selftest" for spec in host.created)


def test_a_host_is_tested_once_whoever_asks(host: FakeHost, redis: Redis, config: Config) -> None:
    assert [asked(host, redis, config) for _ in range(3)] == ["", "", ""]
    assert self_tests_of(host) == 1
    assert host.containers() == []


def test_a_loss_of_redis_costs_no_second_test(host: FakeHost, redis: Redis, config: Config) -> None:
    one = Acceptance(POOL.hosts[0], host, redis, config)
    assert one.reason(POOL.toolchains, [DIGEST]) == ""
    redis.flushall()
    assert one.reason(POOL.toolchains, [DIGEST]) == ""
    assert self_tests_of(host) == 1


def test_after_a_new_start_of_the_engine_it_is_tested_again(
    host: FakeHost, redis: Redis, config: Config
) -> None:
    assert asked(host, redis, config) == ""
    host.start, host.missing = "second", ["memory", "pids"]
    assert asked(host, redis, config) == BITES_NOT
    assert self_tests_of(host) == 2


def test_one_that_was_refused_is_tested_again_after_a_while(
    host: FakeHost, redis: Redis, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.missing = ["memory", "pids"]
    assert asked(host, redis, config) == BITES_NOT
    host.missing = []
    assert asked(host, redis, config) == BITES_NOT
    monkeypatch.setattr(acceptance, "AGAIN_SECONDS", 0.0)
    assert asked(host, redis, config) == ""


def test_a_test_that_could_not_be_done_is_said_and_tried_again(
    host: FakeHost, redis: Redis, config: Config
) -> None:
    unknown = [ToolchainEntry("other", "sha256:other", "sha256:other")]
    one = Acceptance(POOL.hosts[0], host, redis, config)
    assert one.reason(unknown, ["sha256:other"]).startswith("The self-test could not be done: No such image")
    assert one.reason(unknown, [DIGEST]) == "It has no toolchain's image."
    assert one.reason(POOL.toolchains, [DIGEST]) == ""


def test_what_another_version_noted_is_no_verdict(host: FakeHost, redis: Redis, config: Config) -> None:
    redis.hset(keys.ACCEPTED, "fake", b'{"fine":true}')
    assert asked(host, redis, config) == ""
    assert self_tests_of(host) == 1


async def test_nothing_is_placed_on_a_host_whose_limits_do_not_bite(
    client: Client,
    config: Config,
    relays: Relays,
    redis: Redis,
    host: FakeHost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "LOST_SECONDS", 0.5)
    redis.delete(keys.FIGURES)
    host.missing = ["memory", "pids"]
    with kept(relays, config):
        await client.open(opening(), {})
        await until(lambda: bool(redis.hexists(keys.FIGURES, "fake")))
        await until_state(client, "session", "waiting")
        figures = decode_host_figures(redis.hget(keys.FIGURES, "fake"))
        assert (figures.alive, figures.digests, figures.refused) == (True, [], BITES_NOT)
        assert [one for one in host.containers() if one.role == "sandbox"] == []
        host.missing, host.start = [], "second"
        host.broken = True
        await until(lambda: not decode_host_figures(redis.hget(keys.FIGURES, "fake")).alive)
        host.broken = False
        await until_state(client, "session", "ready")


async def test_what_a_killed_keeper_left_of_its_test_is_removed(
    client: Client, config: Config, relays: Relays, redis: Redis, host: FakeHost
) -> None:
    assert asked(host, redis, config) == ""
    [spec] = host.created
    host.create(spec, "haskell-ide-selftest")
    with kept(relays, config):
        await until(lambda: "haskell-ide-selftest" not in [one.name for one in host.containers()])


@pytest.mark.engine
def test_the_real_engine_is_tested_once_for_each_of_its_starts(
    redis: Redis, config: Config, toolchain: str, installation: str
) -> None:
    entry = HostEntry("local", ADDRESS)
    host = DockerHost(entry, installation)
    try:
        assert host.machine().start == host.machine().start
        toolchains = [ToolchainEntry("ghc", toolchain, toolchain)]
        assert Acceptance(entry, host, redis, config).reason(toolchains, host.digests()) == ""
        noted = redis.hget(keys.ACCEPTED, "local")
        assert Acceptance(entry, host, redis, config).reason(toolchains, host.digests()) == ""
        assert redis.hget(keys.ACCEPTED, "local") == noted  # with the time of the one test
    finally:
        host.close()
