"""Keepers share the hosts by leases and one leads; what one leaves, dies or sleeps over, others take."""

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from sandbox import keys
from sandbox.connections import Redis
from sandbox.messages import HostEntry, Pool, ToolchainEntry, encode
from sandbox.pool import seen
from sandbox.pool.standing import Standing, chosen
from tests.processes import Processes

HOSTS = [f"h{number:02}" for number in range(12)]


def standing(redis: Redis, seconds: float = 30.0) -> Standing:
    return Standing(redis, seconds)


def rounds(keepers: Sequence[Standing], hosts: Sequence[str] = HOSTS) -> None:
    """Each does its round, and releases what is not its own any more."""
    for _ in range(3):
        for keeper in keepers:
            before = keeper.hosts
            keeper.begin_round(hosts)
            keeper.release(before - keeper.hosts)


def test_each_host_is_kept_by_one_keeper_and_one_leads(redis: Redis) -> None:
    three = [standing(redis) for _ in range(3)]
    rounds(three)
    assert sorted(host for keeper in three for host in keeper.hosts) == HOSTS
    assert all(keeper.hosts for keeper in three)
    assert [keeper.leads for keeper in three] == [True, False, False]


def test_one_that_comes_takes_hosts_only_when_they_are_let_go(redis: Redis) -> None:
    first, second = standing(redis), standing(redis)
    first.begin_round(HOSTS)
    assert first.hosts == set(HOSTS)
    second.begin_round(HOSTS)
    assert second.hosts == frozenset()
    rounds([first, second])
    assert first.hosts | second.hosts == set(HOSTS)
    assert not first.hosts & second.hosts


def test_who_ends_leaves_its_hosts_and_the_lead_at_once(redis: Redis) -> None:
    first, second = standing(redis), standing(redis)
    rounds([first, second])
    first.start()
    first.close()
    assert first.hosts == frozenset()
    rounds([second])
    assert second.hosts == set(HOSTS)
    assert second.leads


def takes_all(keeper: Standing) -> None:
    """Its rounds, until it has what the other had."""
    deadline = time.monotonic() + 20
    while not (keeper.leads and keeper.hosts == set(HOSTS)):
        assert time.monotonic() < deadline
        rounds([keeper])


def test_who_dies_is_followed_when_its_lease_is_over(redis: Redis) -> None:
    first, second = standing(redis, 2.0), standing(redis, 2.0)
    rounds([first, second])
    takes_all(second)
    assert not first.hosts


def test_who_was_stopped_has_nothing_until_it_has_asked_again(redis: Redis) -> None:
    first, second = standing(redis, 2.0), standing(redis, 2.0)
    rounds([first])
    assert first.leads
    takes_all(second)
    assert not first.leads
    assert first.hosts == frozenset()
    first.begin_round(HOSTS)
    assert not first.leads
    assert not first.hosts & second.hosts


def test_a_keeper_that_comes_or_goes_moves_no_more_hosts_than_it_must() -> None:
    many = [f"h{number}" for number in range(1000)]
    two = {host: chosen(host, ["a", "b"]) for host in many}
    three = {host: chosen(host, ["a", "b", "c"]) for host in many}
    assert {three[host] for host in many if three[host] != two[host]} == {"c"}
    assert all(250 < list(three.values()).count(keeper) < 420 for keeper in "abc")


# --- processes -------------------------------------------------------------------------------------------


@pytest.fixture
def keepers(redis_url: str, redis: Redis, tmp_path: Path) -> Iterator[Processes]:
    """Three, of hosts whose engines are not there."""
    entries = [HostEntry(name, f"unix:///nowhere/{name}.sock") for name in HOSTS]
    redis.set(keys.POOL, encode(Pool(entries, [ToolchainEntry("ghc", "sha256:a", "sha256:a")])))
    environment = {
        "REDIS_URL": redis_url,
        "SANDBOX_LEASE_SECONDS": "2",
        "SANDBOX_KEEPER_SECONDS": "0.3",
        "SANDBOX_INSTALLATION": "test-standing",
    }
    processes = Processes(tmp_path, environment)
    for number in range(3):
        processes.start(f"keeper{number}", sys.executable, "-m", "sandbox.keeper")
    yield processes
    processes.end_all()


def holders(redis: Redis) -> list[bytes | None]:
    """Who keeps each host."""
    return list(redis.mget([keys.KEPT % name for name in HOSTS]))


def all_told(redis: Redis, after: float) -> bool:
    """Whether each host was told of since."""
    told = seen.read(redis)
    return set(told) == set(HOSTS) and all(one.told_at > after for one in told.values())


def until(happened: Callable[[], bool], processes: Processes) -> None:
    processes.wait("it", happened, 60)


def test_processes_share_the_hosts_take_over_from_the_dead_and_wait_for_the_stopped(
    keepers: Processes, redis: Redis
) -> None:
    until(lambda: len(set(holders(redis)) - {None}) == 3 and None not in holders(redis), keepers)
    until(lambda: all_told(redis, time.time() - 2), keepers)
    keepers.end("keeper0", signal.SIGKILL)
    until(lambda: len(set(holders(redis))) == 2 and None not in holders(redis), keepers)
    now = time.time()
    until(lambda: all_told(redis, now), keepers)
    stopped = keepers.pids["keeper1"]
    keepers.signal("keeper1", signal.SIGSTOP)
    try:
        until(lambda: len(set(holders(redis))) == 1 and None not in holders(redis), keepers)
        alone = set(holders(redis))
        now = time.time()
        until(lambda: all_told(redis, now), keepers)
    finally:
        keepers.signal("keeper1", signal.SIGCONT)
    until(lambda: len(set(holders(redis)) - {None}) == 2 and None not in holders(redis), keepers)
    assert keepers.pids["keeper1"] == stopped
    assert alone < set(holders(redis)), "who had taken over keeps its own share"
