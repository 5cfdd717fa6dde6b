"""What every host promises, by the real engine and by the fake one."""

import json
import secrets
import threading
from collections.abc import Callable, Iterator

import docker
import pytest

from sandbox.engine import profile
from sandbox.engine.docker_host import DockerHost
from sandbox.engine.fake_agent import FakeAgent
from sandbox.engine.fakes import FakeHost
from sandbox.engine.hosts import Channel, Host, Spec, session_name, warm_name
from sandbox.exceptions import AlreadyClaimed, HostError, NoSuchContainer
from sandbox.limits import MIB, ContainerLimits
from sandbox.messages import Frame, HostEntry, Pong
from tests.specs import sandbox_spec

ADDRESS = "unix:///var/run/docker.sock"
ECHO = ["/usr/bin/tini", "--", "python3", "-uc", "import sys\nfor line in sys.stdin: print(line, end='')"]
PONG = b'{"type":"pong"}\n'


class Parrot(FakeAgent):
    """Says what it hears, as far as that is a frame."""

    def answer(self, line: bytes) -> list[Frame]:
        return [Pong()] if line.strip() else []


class World:
    """A host, what its containers are made from, and which image it has."""

    def __init__(self, host: Host, image: str, installation: str) -> None:
        self.host = host
        self.image = image
        self.installation = installation

    def spec(self, image: str = "") -> Spec:
        made = sandbox_spec(image or self.image, self.installation, limits=profile.WARM, toolchain=self.image)
        return made | {"Entrypoint": ECHO}

    def warm(self) -> tuple[str, str]:
        """A new container's id and name."""
        name = warm_name(self.installation)
        return self.host.create(self.spec(), name), name

    def session(self, epoch: int = 1) -> str:
        return session_name(self.installation, secrets.token_hex(8), epoch)


@pytest.fixture(params=["fake", pytest.param("docker", marks=pytest.mark.engine)])
def world(request: pytest.FixtureRequest, installation: str) -> Iterator[World]:
    if request.param == "fake":
        host: Host = FakeHost(agent=Parrot, digests=["sha256:" + "1" * 64], installation=installation)
        image = host.digests()[0]
    else:
        host = DockerHost(HostEntry(name="local", address=ADDRESS), installation)
        image = request.getfixturevalue("toolchain")
    yield World(host, image, installation)
    for container in host.containers():
        host.remove(container.id)
    host.close()


def heard(channel: Channel, count: int) -> bytes:
    """The next `count` bytes of the agent."""
    data = b""
    while len(data) < count:
        chunk = channel.receive(10)
        assert chunk, "the agent fell silent"
        data += chunk
    return data


def test_a_created_container_runs_and_is_listed_by_its_labels(world: World) -> None:
    container, name = world.warm()
    (listed,) = world.host.containers()
    assert (listed.id, listed.name, listed.state) == (container, name, "running")
    assert (listed.role, listed.toolchain, listed.runtime) == ("sandbox", world.image, "runc")
    assert listed.profile == world.spec()["Labels"]["haskell-ide.profile"]
    assert (listed.session, listed.epoch) == (None, None)
    assert world.host.inspect(container).running


def test_a_container_is_compared_with_its_spec_whatever_its_labels_say(world: World) -> None:
    container, name = world.warm()
    spec = world.spec()
    assert world.host.drift(container, spec) == world.host.drift(name, spec) == []
    writable = spec | {"HostConfig": spec["HostConfig"] | {"ReadonlyRootfs": False}}
    assert world.host.drift(container, writable) == ["ReadonlyRootfs"]
    with pytest.raises(NoSuchContainer):
        world.host.drift("0" * 64, spec)


def test_a_name_is_given_to_one_container_only(world: World) -> None:
    _, name = world.warm()
    with pytest.raises(AlreadyClaimed):
        world.host.create(world.spec(), name)
    assert len(world.host.containers()) == 1


def test_an_image_that_is_missing_is_a_fault_and_leaves_nothing(world: World) -> None:
    with pytest.raises(HostError):
        world.host.create(world.spec(image="sha256:" + "0" * 64), warm_name(world.installation))
    assert world.host.containers() == []


def test_a_claim_renames_the_container(world: World) -> None:
    container, name = world.warm()
    claimed = world.session(epoch=7)
    world.host.claim(name, claimed, ContainerLimits())
    (listed,) = world.host.containers()
    assert (listed.id, listed.name, listed.epoch) == (container, claimed, 7)
    assert listed.session == claimed.split("-")[-2]


def test_a_warm_container_is_claimed_once(world: World) -> None:
    _, name = world.warm()
    world.host.claim(name, world.session(), ContainerLimits())
    with pytest.raises(AlreadyClaimed):
        world.host.claim(name, world.session(), ContainerLimits())


def test_of_many_claims_at_once_exactly_one_holds(world: World) -> None:
    _, name = world.warm()
    won: list[str] = []

    def claim(session: str) -> None:
        try:
            world.host.claim(name, session, ContainerLimits())
            won.append(session)
        except AlreadyClaimed:
            pass

    threads = [threading.Thread(target=claim, args=(world.session(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [world.host.containers()[0].name]


def test_a_higher_epoch_claims_again_and_may_repeat_itself(world: World) -> None:
    container, name = world.warm()
    session = world.session()
    world.host.claim(name, session, ContainerLimits())
    higher = session.removesuffix("-1") + "-2"
    world.host.claim(container, higher, ContainerLimits())
    world.host.claim(container, higher, ContainerLimits())
    assert world.host.containers()[0].name == higher


def test_claiming_what_is_gone_says_so(world: World) -> None:
    container, _ = world.warm()
    world.host.remove(container)
    with pytest.raises(NoSuchContainer):
        world.host.claim(container, world.session(), ContainerLimits())


def test_two_sessions_never_share_a_name(world: World) -> None:
    (_, first), (_, second) = world.warm(), world.warm()
    session = world.session()
    world.host.claim(first, session, ContainerLimits())
    with pytest.raises(AlreadyClaimed):
        world.host.claim(second, session, ContainerLimits())


def test_attach_speaks_with_the_agent(world: World) -> None:
    container, _ = world.warm()
    channel = world.host.attach(container)
    channel.send(PONG)
    assert heard(channel, len(PONG)) == PONG
    assert channel.receive(0.05) is None
    channel.close()


def test_the_agent_survives_whoever_leaves(world: World) -> None:
    container, _ = world.warm()
    for _ in range(3):
        channel = world.host.attach(container)
        channel.send(PONG)
        assert heard(channel, len(PONG)) == PONG
        channel.close()
    assert world.host.inspect(container).running


def test_all_who_are_attached_get_all_output(world: World) -> None:
    container, _ = world.warm()
    first, second = world.host.attach(container), world.host.attach(container)
    first.send(PONG)
    assert heard(first, len(PONG)) == heard(second, len(PONG)) == PONG
    first.close()
    second.close()


def test_a_removed_container_ends_its_streams(world: World) -> None:
    container, _ = world.warm()
    channel = world.host.attach(container)
    world.host.remove(container)
    assert channel.receive(10) == b""
    channel.close()
    with pytest.raises(NoSuchContainer):
        world.host.inspect(container)


def test_closing_wakes_a_waiting_reader(world: World) -> None:
    container, _ = world.warm()
    channel = world.host.attach(container)
    said: list[bytes | None] = []
    reader = threading.Thread(target=lambda: said.append(channel.receive(30)))
    reader.start()
    channel.close()
    channel.close()
    reader.join(10)
    assert said == [b""]
    with pytest.raises(HostError):
        channel.send(b"x")


@pytest.mark.parametrize("call", ["attach", "inspect"])
def test_what_is_not_there_is_said(world: World, call: str) -> None:
    with pytest.raises(NoSuchContainer):
        getattr(world.host, call)("f" * 64)


def test_removing_what_is_gone_is_success(world: World) -> None:
    container, _ = world.warm()
    world.host.remove(container)
    world.host.remove(container)
    assert world.host.containers() == []


def test_other_installations_are_not_seen(world: World) -> None:
    world.warm()
    elsewhere = world.spec()
    elsewhere["Labels"] = elsewhere["Labels"] | {"haskell-ide.installation": world.installation + "x"}
    other = world.host.create(elsewhere, warm_name(world.installation))
    assert len(world.host.containers()) == 1
    world.host.remove(other)


def test_the_image_is_among_the_digests_and_the_machine_has_size(world: World) -> None:
    assert world.image in world.host.digests()
    machine = world.host.machine()
    assert machine.cpus >= 1
    assert machine.memory_bytes > 256 * MIB
    assert "runc" in machine.runtimes
    assert machine.cgroup_version in (1, 2)


@pytest.mark.engine
def test_a_claim_sets_cpu_memory_and_pids(
    engine: docker.DockerClient, toolchain: str, installation: str
) -> None:
    world = World(DockerHost(HostEntry(name="local", address=ADDRESS), installation), toolchain, installation)
    container, name = world.warm()
    limits = ContainerLimits(memory_bytes=900 * MIB, cpus=1.5, pids=99, cpu_weight=50)
    world.host.claim(name, world.session(), limits)
    host = engine.api.inspect_container(container)["HostConfig"]
    assert {key: host[key] for key in profile.updates(limits)} == {
        "Memory": 900 * MIB,
        "MemorySwap": 900 * MIB,
        "NanoCpus": 1_500_000_000,
        "CpuShares": 512,
        "PidsLimit": 99,
    }


@pytest.mark.engine
def test_a_plan_may_give_more_processors_than_the_machine_has(
    engine: docker.DockerClient, toolchain: str, installation: str
) -> None:
    host = DockerHost(HostEntry(name="local", address=ADDRESS), installation)
    world = World(host, toolchain, installation)
    spec = world.spec()
    spec["HostConfig"] = spec["HostConfig"] | {"NanoCpus": 10**12}
    container = host.create(spec, warm_name(installation))
    host.claim(container, world.session(), ContainerLimits(cpus=4.0))
    had = engine.api.inspect_container(container)["HostConfig"]["NanoCpus"]
    assert had == min(4.0, host.machine().cpus) * 1e9


@pytest.mark.engine
@pytest.mark.parametrize(
    "call",
    [
        lambda host: host.machine(),
        lambda host: host.containers(),
        lambda host: host.digests(),
        lambda host: host.remove("x"),
        lambda host: host.attach("x"),
        lambda host: host.create({"Image": "x"}, "x"),
    ],
)
def test_an_engine_that_is_not_there_is_a_fault(call: Callable[[Host], object], tmp_path: object) -> None:
    host = DockerHost(HostEntry(name="gone", address=f"unix://{tmp_path}/none.sock"), "x")
    with pytest.raises(HostError):
        call(host)


def test_the_environment_lends_no_certificate_to_an_engine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    host = DockerHost(HostEntry(name="gone", address=f"unix://{tmp_path}/none.sock"), "x")
    with pytest.raises(HostError) as caught:
        host.machine()
    assert "/nowhere" not in str(caught.value)


def test_specs_are_plain_json() -> None:
    spec = World(FakeHost(), "sha256:" + "1" * 64, "x").spec()
    assert json.loads(json.dumps(spec)) == spec
