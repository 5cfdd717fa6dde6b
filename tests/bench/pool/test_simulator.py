"""The simulator is deterministic and keeps its own books; and the pool it plays is the better one."""

import pytest

from tests.bench.pool.hosts import OWN_BYTES, hosts
from tests.bench.pool.measured import Measured
from tests.bench.pool.mishaps import DRAIN_SECONDS
from tests.bench.pool.policies import Ours, RoundRobin
from tests.bench.pool.report import SESSIONS_PER_GIB, Play, table, waited
from tests.bench.pool.simulator import Simulator
from tests.bench.pool.workload import WARM_BYTES, Workload

HOSTS = 6


def play(policy: Ours | RoundRobin, seed: int = 7) -> tuple[Simulator, Measured]:
    pool = hosts(HOSTS)
    memory = sum(host.memory_bytes for host in pool) / 2**30
    simulator = Simulator(policy, pool, Workload(seed, memory * SESSIONS_PER_GIB))
    return simulator, simulator.run(1800.0)


def test_the_same_seed_plays_the_same_day() -> None:
    (_, first), (_, second) = play(Ours()), play(Ours())
    assert table({Play(HOSTS): [first]}) == table({Play(HOSTS): [second]})


@pytest.mark.parametrize("policy", [Ours(), RoundRobin()], ids=["ours", "round robin"])
def test_what_a_host_uses_is_what_its_sessions_and_warm_containers_hold(policy: Ours | RoundRobin) -> None:
    simulator, _ = play(policy)
    for host in simulator.hosts:
        held = sum(session.memory_bytes for session in host.sessions)
        assert host.used_bytes == OWN_BYTES + held + WARM_BYTES * sum(host.warm.values())
        assert all(session.host == host.index for session in host.sessions)
        active = sum(session.cores for session in host.sessions if session.active)
        assert host.used_cores == pytest.approx(active, abs=1e-6)


def test_a_keeper_that_looks_less_often_levels_as_well() -> None:
    """So that the largest pools may be played with longer rounds than the keeper's."""
    pool = hosts(HOSTS)
    people = Workload(7, sum(host.memory_bytes for host in pool) / 2**30 * SESSIONS_PER_GIB)
    seldom = Simulator(Ours(), pool, people).run(1800.0, round_seconds=10.0)
    often = play(Ours())[1]
    assert seldom.ratio == pytest.approx(often.ratio, abs=0.02)
    assert abs(seldom.early - often.early) < often.early / 2


def test_the_pool_is_balanced_and_lets_nobody_wait_longer() -> None:
    (_, ours), (_, other) = play(Ours()), play(RoundRobin())
    assert ours.ratio <= 1.15
    assert ours.ratio < other.ratio
    assert waited(ours) <= waited(other) / 2
    assert ours.moves_per_session_hour < 0.75  # one of six machines is drained in this half hour


def test_a_machine_that_is_drained_is_left_by_all_that_are_idle() -> None:
    pool = hosts(HOSTS)
    simulator = Simulator(Ours(), pool, Workload(7, sum(host.memory_bytes for host in pool) / 2**30))
    seen: list[tuple[bool, int]] = []

    def look() -> None:
        seen.append((pool[0].draining, sum(not session.active for session in pool[0].sessions)))

    drained_at = 1800.0 / 3 + 1800.0 / 2
    simulator.at(drained_at - 1, look)
    simulator.at(drained_at + DRAIN_SECONDS - 1, look)
    simulator.run(1800.0)
    (before, idle), (after, left) = seen
    assert (before, after) == (False, True)
    assert idle > 3
    assert left <= 1
