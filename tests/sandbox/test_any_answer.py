"""Whatever an engine answers, its callers get a value of the right kind or one of our own exceptions."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.engine.docker_host import DockerHost
from sandbox.engine.facts import Facts
from sandbox.engine.hosts import ContainerInfo
from sandbox.engine.transport import Bounds
from sandbox.exceptions import SandboxError
from sandbox.limits import ContainerLimits
from sandbox.messages import HostEntry
from tests.sandbox.liars import answer, liar
from tests.sandbox.test_keeper import spec
from tests.sandbox.test_preflight import SAID

WORDS = [
    *(
        "Id",
        "Names",
        "State",
        "Labels",
        "Created",
        "Running",
        "ExitCode",
        "OOMKilled",
        "Name",
        "Size",
        "Image",
    ),
    *("Config", "HostConfig", "Env", "RepoDigests", "message", "error", "progressDetail", "status", "total"),
    *("haskell-ide.role", "haskell-ide.toolchain", "haskell-ide.work", "Components", "Version", "Warnings"),
]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from(
        [2**63, -(2**70), 10**400, 1e308, "a" * 64, "sha256:" + "a" * 64, "running", "", "\x1b[2J"]
    ),
    st.floats(),
    st.text(max_size=5),
)
ANSWERS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=6),
    max_leaves=12,
)
CALLS: dict[str, Callable[[DockerHost], Any]] = {
    "containers": lambda host: host.containers(),
    "digests": lambda host: host.digests(),
    "machine": lambda host: host.machine(),
    "facts": lambda host: host.facts(),
    "inspect": lambda host: host.inspect("x"),
    "drift": lambda host: host.drift("x", spec()),
    "image_bytes": lambda host: host.image_bytes("x"),
    "create": lambda host: host.create(spec(), "x"),
    "claim": lambda host: host.claim("x", "y", ContainerLimits()),
    "remove": lambda host: host.remove("x"),
    "remove_image": lambda host: host.remove_image("x"),
    "load": lambda host: host.load(iter([b"x"])),
    "pull": lambda host: host.pull("x", lambda *_: None),
    "attach": lambda host: host.attach("x"),
}


class Engine:
    """What the engine says to the next calls."""

    body, status = b"{}", 200

    def __call__(self, request: bytes) -> bytes:
        if b"/version" in request:
            return answer(b'{"ApiVersion": "1.41"}')
        return answer(self.body).replace(b"200 OK", b"%d It" % self.status)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, str]]:
    says = Engine()
    with liar(tmp_path_factory.mktemp("any"), says) as one:
        yield says, one.address


def asked(engine: tuple[Engine, str], call: str, said: Any, status: int = 200) -> Any:
    """What a call returns, or the fault that it raises."""
    says, address = engine
    says.body, says.status = json.dumps(said).encode(), status
    host = DockerHost(HostEntry("any", address), "x", bounds=Bounds(seconds=2.0))
    try:
        return CALLS[call](host)
    except SandboxError as error:
        return error
    finally:
        host.close()


@pytest.mark.parametrize("call", CALLS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=ANSWERS, status=st.sampled_from([200, 200, 200, 400, 404, 409, 500]))
def test_any_answer_is_a_value_or_a_fault_of_ours(
    engine: tuple[Engine, str], call: str, said: Any, status: int
) -> None:
    found = asked(engine, call, said, status)
    if isinstance(found, SandboxError):
        assert str(found).isprintable()
        assert len(str(found)) < 1000
    elif call == "containers":
        for one in found:
            assert msgspec.convert(msgspec.structs.asdict(one), ContainerInfo) == one
    elif call == "digests":
        assert all(digest.startswith("sha256:") for digest in found)
    elif call == "attach":
        found.close()


@pytest.mark.parametrize("name", SAID)
def test_one_thing_that_is_wrong_in_what_it_says_of_itself(engine: tuple[Engine, str], name: str) -> None:
    lies: list[Any] = [None, [], {}, -1, 2**70, 1e308, "\x1b", ["x"], {"x": []}]
    for wrong in lies:
        found = asked(engine, "facts", SAID | {name: wrong})
        assert isinstance(found, Facts | SandboxError)
