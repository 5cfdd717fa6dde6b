"""Weights reach the engines, and an engine that hangs holds up nobody."""

import threading
import time

import docker
import msgspec
import pytest

from sandbox import keys
from sandbox.connections import Redis
from sandbox.engine.docker_host import DockerHost
from sandbox.engine.fakes import FakeHost
from sandbox.engine.hosts import session_name
from sandbox.limits import ContainerLimits
from sandbox.messages import HostEntry, HostFigures
from sandbox.pool.census import Census, Live
from sandbox.pool.weigher import Weigher, first_limits, wanted_limits
from sandbox.pool.weights import Recent
from tests.sandbox.conftest import DIGEST, opening
from tests.sandbox.inside import ADDRESS
from tests.sandbox.test_keeper import spec
from tests.specs import sandbox_spec

HEAVY = {"heavy": Recent(0.0, 700.0)}  # four cores for minutes
FIGURES = HostFigures(name="fake", alive=True, at=0.0, cpus=4)


def live(name: str, owner: str, host: FakeHost, cores: float = 0.0) -> Live:
    container = session_name("haskell-ide", name, 1)
    host.create(spec(), container)
    return Live(name, opening(name, owner), "fake", container, 0.0, cores=cores)


def settled(weigher: Weigher) -> None:
    for call in list(weigher._asking.values()):
        call.result(5)


def test_who_burns_much_loses_weight_and_gets_it_back() -> None:
    host, weigher = FakeHost("fake", digests=[DIGEST]), Weigher(0.5)
    heavy, light = live("one", "heavy", host, 1.0), live("two", "light", host)
    weigher.tick([(host, FIGURES)], [heavy, light], HEAVY)
    settled(weigher)
    told = host.container(heavy.container).limits
    assert told
    assert told.cpu_weight <= 6
    assert msgspec.structs.replace(told, cpu_weight=100) == ContainerLimits()
    assert host.container(light.container).limits == ContainerLimits(), "told once, whatever was before"
    assert weigher.applied([heavy, light]) == {"one": told.cpu_weight, "two": 100}
    host.container(light.container).limits = None
    weigher.tick([(host, FIGURES)], [heavy, light], {})
    settled(weigher)
    again = host.container(heavy.container).limits
    assert again
    assert again.cpu_weight == 100
    assert host.container(light.container).limits is None, "nothing to tell"
    weigher.close()


def test_a_new_keeper_gives_back_what_the_one_before_took() -> None:
    host, before, after = FakeHost("fake", digests=[DIGEST]), Weigher(0.5), Weigher(0.5)
    heavy = live("one", "heavy", host, 1.0)
    before.tick([(host, FIGURES)], [heavy], HEAVY)
    settled(before)
    before.close()
    after.tick([(host, FIGURES)], [msgspec.structs.replace(heavy, cores=0.0)], {})
    settled(after)
    assert host.container(heavy.container).limits == ContainerLimits()
    after.close()


def test_what_users_burned_is_known_to_the_next_keeper(redis: Redis) -> None:
    before, after = Census(redis), Census(redis)
    before.users = {"heavy": Recent(time.time(), 170.0)}
    before.publish({}, {})
    after.look({})
    assert after.users == before.users
    after.users = {}
    after.look({})
    assert after.users == {}, "it is read once"


def test_what_another_version_noted_of_users_is_nothing(redis: Redis) -> None:
    redis.hset(keys.BURNED, "heavy", b"much")
    census = Census(redis)
    census.look({})
    assert census.users == {}


@pytest.mark.engine
def test_a_real_engine_changes_shares_and_quota(
    toolchain: str, installation: str, engine: docker.DockerClient
) -> None:
    host, weigher = DockerHost(HostEntry("fake", ADDRESS), installation), Weigher(0.5)
    made = sandbox_spec(toolchain, installation)
    heavy = [
        Live(n, opening(n, "heavy"), "fake", session_name(installation, n, 1), 0.0, cores=1.0) for n in "ab"
    ]
    for one in heavy:
        host.create(made, one.container)

    def had() -> list[tuple[int, int]]:
        caps = [engine.api.inspect_container(one.container)["HostConfig"] for one in heavy]
        return [(cap["CpuShares"], cap["NanoCpus"]) for cap in caps]

    assert had() == [(1024, 10**9)] * 2
    figures = msgspec.structs.replace(FIGURES, cpus=2.0)
    weigher.tick([(host, figures)], heavy, HEAVY)
    settled(weigher)
    assert had() == [(51, 5 * 10**8)] * 2
    weigher.tick([(host, figures)], [msgspec.structs.replace(one, cores=0.0) for one in heavy], {})
    settled(weigher)
    assert had() == [(1024, 10**9)] * 2
    weigher.close()
    host.close()


def test_a_users_many_sessions_share_a_part_of_the_host() -> None:
    host, weigher = FakeHost("fake", digests=[DIGEST]), Weigher(0.5)
    sessions = [live(f"s{n}", "heavy", host, 1.0) for n in range(8)]
    weigher.tick([(host, FIGURES)], sessions, HEAVY)
    settled(weigher)
    told = [host.container(one.container).limits for one in sessions]
    assert [limits.cpus for limits in told if limits] == [0.25] * 8
    weigher.close()


def test_an_engine_that_hangs_is_asked_once_and_the_others_go_on() -> None:
    stuck, host, weigher = (
        FakeHost("stuck", digests=[DIGEST]),
        FakeHost("fake", digests=[DIGEST]),
        Weigher(0.5),
    )
    release = threading.Event()
    stuck.reweigh = lambda *_: release.wait(10)  # type: ignore[method-assign,assignment]
    there = msgspec.structs.replace(live("a", "heavy", stuck, 1.0), host="stuck")
    here = live("b", "heavy", host, 1.0)
    began = time.monotonic()
    hosts = [(stuck, msgspec.structs.replace(FIGURES, name="stuck")), (host, FIGURES)]
    for _ in range(20):
        weigher.tick(hosts, [there, here], HEAVY)
    weigher._asking["fake"].result(5)
    assert time.monotonic() - began < 5
    assert host.container(here.container).limits
    release.set()
    weigher.close()


def test_who_burned_much_is_no_lighter_in_a_new_container(redis: Redis) -> None:
    host, weigher, census = FakeHost("fake", digests=[DIGEST]), Weigher(0.5), Census(redis)
    sessions = [live("one", "heavy", host, 1.0), live("two", "light", host)]
    weigher.tick([(host, FIGURES)], sessions, HEAVY)
    weigher.tick([(host, FIGURES)], sessions[1:], HEAVY)  # the heavy one's container is lost
    census.publish({}, weigher.weights)
    assert first_limits(redis, opening("one", "heavy")).cpu_weight <= 6
    assert first_limits(redis, opening("two", "light")) == ContainerLimits()
    weigher.tick([(host, FIGURES)], sessions[1:], {})
    census.publish({}, weigher.weights)
    assert first_limits(redis, opening("one", "heavy")) == ContainerLimits(), "long ago"
    weigher.close()


def test_who_is_heavy_on_one_host_begins_so_on_each() -> None:
    host, weigher = FakeHost("fake", digests=[DIGEST]), Weigher(0.5)
    other = FakeHost("other", digests=[DIGEST])
    here = live("one", "heavy", host, 1.0)
    there = msgspec.structs.replace(here, id="two", host="other")
    large = msgspec.structs.replace(FIGURES, name="other", cpus=64)
    for hosts in ([(host, FIGURES), (other, large)], [(other, large), (host, FIGURES)]):
        weigher.tick(hosts, [here, there], HEAVY)
        assert weigher.weights["heavy"] <= 6
    weigher.close()


def test_a_program_that_goes_on_and_on_among_others_gives_way_sooner() -> None:
    sessions = [Live(name, opening(name, name), "fake", name, 0.0) for name in ("types", "runs")]
    fifth = Recent(1000.0, 35.0)  # of a core
    users = {"types": fifth, "runs": msgspec.structs.replace(fifth, long_at=990.0)}
    wanted = wanted_limits(sessions, users, 1.0, 0.5)
    assert wanted["types"].cpu_weight == 100
    assert wanted["runs"].cpu_weight < 10
