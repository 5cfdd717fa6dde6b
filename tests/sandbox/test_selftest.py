"""A host whose limits do not bite is found out."""

from collections.abc import Iterable, Iterator
from typing import Any

import docker
import pytest

from sandbox import limits
from sandbox.engine.fake_agent import FakeAgent
from sandbox.engine.fakes import FakeHost
from sandbox.engine.hosts import Host, Spec
from sandbox.exceptions import HostError
from sandbox.messages import Frame, Pong
from sandbox.pool import selftest, selftest_script
from sandbox.relay.channel import SocketChannel
from tests.sandbox.careless import Careless, Change, without
from tests.specs import sandbox_spec

DIGEST = "sha256:" + "a" * 64


def checked(host: Host, image: str, installation: str = "haskell-ide", runtime: str = "runc") -> list[str]:
    return selftest.check(host, image=image, runtime=runtime, installation=installation, cgroup_parent="")


class Rambling(FakeAgent):
    def answer(self, line: bytes) -> Iterable[Frame]:
        return [Pong()]


def test_an_answer_that_makes_no_sense_is_a_fault_and_leaves_nothing() -> None:
    host = FakeHost(agent=Rambling, digests=[DIGEST], tests=False)
    with pytest.raises(HostError, match="nonsense"):
        checked(host, DIGEST)
    assert host.containers() == []


def without_option(folder: str, option: str) -> Change:
    """A file system in memory without one of its options."""

    def change(part: dict[str, Any]) -> dict[str, Any]:
        if "Tmpfs" not in part:
            return part
        kept = [one for one in part["Tmpfs"][folder].split(",") if not one.startswith(option)]
        return part | {"Tmpfs": part["Tmpfs"] | {folder: ",".join(kept)}}

    return change


def without_ulimit(name: str) -> Change:
    return lambda part: (
        part
        | ({"Ulimits": [one for one in part["Ulimits"] if one["Name"] != name]} if "Ulimits" in part else {})
    )


def without_security(name: str) -> Change:
    return lambda part: (
        part
        | (
            {"SecurityOpt": [one for one in part["SecurityOpt"] if not one.startswith(name)]}
            if "SecurityOpt" in part
            else {}
        )
    )


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
    ("change", "found"),
    [
        (without("Memory", "MemorySwap", "MemorySwappiness"), "memory"),
        (without("PidsLimit"), "pids"),
        (without("NanoCpus"), "quota"),
        (without("NetworkDisabled", "NetworkMode"), "network"),
        (without("ReadonlyRootfs"), "read_only"),
        (without_option("/work", "size"), "disk"),
        (without_option("/work", "nr_inodes"), "inodes"),
        (without_option("/tmp", "size"), "tmp"),
        (without_ulimit("nofile"), "open_files"),
        (without_ulimit("fsize"), "file_size"),
        (without("CapDrop"), "privileges"),
        (without_security("no-new-privileges"), "privileges"),
        (without_security("seccomp"), "seccomp"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_limit_that_is_dropped_is_found_out(
    careful: Careless, toolchain: str, installation: str, change: Change, found: str
) -> None:
    whole = made(toolchain)
    assert change(whole) != whole or change(whole["HostConfig"]) != whole["HostConfig"]
    careful.change = change
    seen = set(checked(careful, toolchain, installation))
    assert seen - {"cpu"} == {found}, "who computes has a whole processor only where nobody else does"


@pytest.mark.engine
def test_swap_that_is_allowed_is_found_out(
    careful: Careless, toolchain: str, installation: str, engine: docker.DockerClient
) -> None:
    if not engine.info()["SwapLimit"]:
        pytest.skip("this kernel does not account swap")
    careful.change = lambda part: part | ({"MemorySwap": 2**30} if "MemorySwap" in part else {})
    assert "swap" in checked(careful, toolchain, installation)


def test_a_runtime_with_a_kernel_of_its_own_is_not_asked_for_what_that_does() -> None:
    host = FakeHost(digests=[DIGEST])
    host.missing = ["seccomp", "inodes", "disk"]
    assert checked(host, DIGEST) == ["disk", "inodes", "seccomp"]
    assert checked(host, DIGEST, runtime="runsc") == ["disk"]


class OneKernel(FakeHost):
    """Whose container goes as a whole with who goes beyond its memory."""

    def attach(self, container: str) -> SocketChannel:
        channel = super().attach(container)
        if "memory" in self.container(container).spec["Entrypoint"]:
            self.container(container).end()
        return channel


def test_that_the_container_goes_with_its_kernel_is_a_limit_that_bites_and_elsewhere_is_a_fault() -> None:
    host = OneKernel(digests=[DIGEST])
    assert checked(host, DIGEST, runtime="runsc") == []
    with pytest.raises(HostError):
        checked(host, DIGEST)
    assert host.containers() == []


def test_the_script_goes_for_the_limits_that_the_profile_sets() -> None:
    """It can't import them."""
    assert selftest.LIMITS.work_bytes == selftest_script.DISK_BYTES
    assert selftest_script.TMP_BYTES == limits.TMP_BYTES
    assert selftest_script.INODES == limits.WORK_INODES
    assert selftest_script.OPEN_FILES == limits.OPEN_FILES
    assert selftest_script.FILE_BYTES == limits.CREATED_FILE_BYTES
    assert 2 * selftest.LIMITS.memory_bytes == selftest_script.MEMORY_BYTES
    assert selftest.LIMITS.pids < selftest_script.PROCESSES


def made(image: str) -> Spec:
    return sandbox_spec(image, limits=selftest.LIMITS)
