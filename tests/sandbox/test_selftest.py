"""A host whose limits do not bite is found out."""

from collections.abc import Iterable, Iterator

import pytest

from sandbox.engine import profile
from sandbox.engine.docker_host import DockerHost
from sandbox.engine.fake_agent import FakeAgent
from sandbox.engine.fakes import FakeHost
from sandbox.engine.hosts import Host, Spec
from sandbox.exceptions import HostError
from sandbox.messages import Frame, HostEntry, Pong
from sandbox.pool import selftest
from tests.sandbox.inside import ADDRESS

DIGEST = "sha256:" + "a" * 64


def checked(host: Host, image: str, installation: str = "haskell-ide") -> list[str]:
    return selftest.check(host, image=image, runtime="runc", installation=installation, cgroup_parent="")


class Rambling(FakeAgent):
    def answer(self, line: bytes) -> Iterable[Frame]:
        return [Pong()]


def test_an_answer_that_makes_no_sense_is_a_fault_and_leaves_nothing() -> None:
    host = FakeHost(agent=Rambling, digests=[DIGEST], tests=False)
    with pytest.raises(HostError, match="nonsense"):
        checked(host, DIGEST)
    assert host.containers() == []


class Careless(DockerHost):
    """An engine that drops some of what it is asked for, as a runtime without control groups does."""

    def __init__(self, installation: str, *dropped: str) -> None:
        super().__init__(HostEntry(name="local", address=ADDRESS), installation)
        self.dropped = dropped

    def create(self, spec: Spec, name: str) -> str:
        host = {key: value for key, value in spec["HostConfig"].items() if key not in self.dropped}
        rest = {key: value for key, value in spec.items() if key not in self.dropped}
        return super().create(rest | {"HostConfig": host}, name)


@pytest.fixture
def careful(installation: str) -> Iterator[Careless]:
    host = Careless(installation)
    yield host
    host.close()


@pytest.mark.engine
def test_all_limits_bite_on_the_real_engine(careful: Careless, toolchain: str, installation: str) -> None:
    assert checked(careful, toolchain, installation) == []
    assert careful.containers() == []


@pytest.mark.engine
@pytest.mark.parametrize(
    ("dropped", "found"),
    [
        (("Memory", "MemorySwap", "MemorySwappiness"), "memory"),
        (("PidsLimit",), "pids"),
        (("NanoCpus",), "cpu"),
        (("NetworkDisabled", "NetworkMode"), "network"),
        (("ReadonlyRootfs",), "read_only"),
    ],
    ids=str,
)
def test_a_limit_that_is_dropped_is_found_out(
    careful: Careless, toolchain: str, installation: str, dropped: tuple[str, ...], found: str
) -> None:
    whole = profile.probe(image="", toolchain="", installation="", cgroup_parent="")
    assert set(dropped) <= whole.keys() | whole["HostConfig"].keys()
    careful.dropped = dropped
    assert checked(careful, toolchain, installation) == [found]
