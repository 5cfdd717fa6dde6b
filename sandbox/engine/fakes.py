"""A host in memory with the promises of a real one, for tests of what stands on hosts."""

import contextlib
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sandbox.engine.drift import Image, Made, differences
from sandbox.engine.facts import Facts, Info
from sandbox.engine.fake_agent import FakeAgent, ScriptedAgent
from sandbox.engine.hosts import (
    INSTALLATION_LABEL,
    PROFILE_LABEL,
    ROLE_LABEL,
    RUNTIME_LABEL,
    TOOLCHAIN_LABEL,
    WORK_LABEL,
    ContainerInfo,
    ContainerState,
    Machine,
    Spec,
)
from sandbox.exceptions import AlreadyClaimed, HostError, NoSuchContainer
from sandbox.limits import GIB, ContainerLimits
from sandbox.messages import Frame, encode
from sandbox.pool.selftest import Bites
from sandbox.relay.channel import SocketChannel


class FakeContainer:
    """One container: its agent, and everybody who is attached to it."""

    def __init__(self, name: str, spec: Spec, agent: FakeAgent) -> None:
        self.id = secrets.token_hex(32)
        self.name = name
        self.spec = spec
        self.agent = agent
        self.created = time.time()
        self.running = True
        self.limits: ContainerLimits | None = None
        self._lock = threading.Lock()
        self._clients: list[socket.socket] = []

    def attach(self) -> SocketChannel:
        ours, theirs = socket.socketpair()
        with self._lock:
            self._clients.append(ours)
        threading.Thread(target=self._serve, args=(ours,), daemon=True).start()
        return SocketChannel(theirs, multiplexed=False)

    def _serve(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as lines, contextlib.suppress(ConnectionError):
            for line in lines:
                with self._lock:
                    frames = list(self.agent.answer(line)) if line.strip() else []
                self.say(*frames)
            with self._lock:
                self._clients = [other for other in self._clients if other is not client]

    def say(self, *frames: Frame) -> None:
        """Everybody who is attached gets all output."""
        data = b"".join(encode(frame) + b"\n" for frame in frames)
        with self._lock:
            for client in self._clients:
                with contextlib.suppress(OSError):  # it left a moment ago
                    client.sendall(data)

    def end(self) -> None:
        """The container's processes are gone."""
        with self._lock:
            self.running = False
            for client in self._clients:
                with contextlib.suppress(OSError):  # it left a moment ago
                    client.shutdown(socket.SHUT_RDWR)


class FakeTester(FakeAgent):
    """In the place of the self-test: which limits bite."""

    def __init__(self, missing: Iterable[str] = ()) -> None:
        self._held = {name: name not in missing for name in Bites.__struct_fields__}

    def answer(self, line: bytes) -> Iterable[Any]:
        return [Bites(**self._held)]


class FakeHost:
    """An engine in memory. `broken` makes every call fail, as that of a machine that is gone.

    `missing` names limits that do not bite; another `start` is another start of the engine.
    """

    def __init__(
        self,
        name: str = "fake",
        agent: Callable[[], FakeAgent] = ScriptedAgent,
        digests: Iterable[str] = (),
        installation: str = "haskell-ide",
        tests: bool = True,
    ) -> None:
        self.name = name
        self.broken = False
        self.memory_bytes = 16 * GIB
        self.created: list[Spec] = []
        self.missing: list[str] = []
        self.start = "first"
        self.engine = secrets.token_hex(8)
        self._agent = agent
        self._tests = tests  # the self-test is answered for the agent
        self._digests = list(digests)
        self._installation = installation
        self._lock = threading.Lock()
        self._containers: dict[str, FakeContainer] = {}

    def create(self, spec: Spec, name: str) -> str:
        with self._lock:
            self._check()
            if spec["Image"] not in self._digests:
                raise NoSuchContainer(f"No such image: {spec['Image']}")
            self._refuse_taken(name)
            tester = spec["Labels"].get(ROLE_LABEL) == "selftest" and self._tests
            container = FakeContainer(name, spec, FakeTester(self.missing) if tester else self._agent())
            self._containers[container.id] = container
            self.created.append(spec)
            return container.id

    def claim(self, container: str, name: str, limits: ContainerLimits) -> None:
        with self._lock:
            self._check()
            try:
                found = self._find(container)
            except NoSuchContainer:
                if container in self._containers or len(container) == 64:
                    raise
                raise AlreadyClaimed from None
            if found.name != name:
                self._refuse_taken(name)
            found.name, found.limits = name, limits.clamped()

    def reweigh(self, container: str, limits: ContainerLimits) -> None:
        self.container(container).limits = limits.clamped()

    def attach(self, container: str) -> SocketChannel:
        return self.container(container).attach()

    def remove(self, container: str) -> None:
        try:
            found = self.container(container)
        except NoSuchContainer:
            return
        with self._lock:
            self._containers.pop(found.id, None)
        found.end()

    def inspect(self, container: str) -> ContainerState:
        found = self.container(container)
        exit_code = None if found.running else 137
        return ContainerState(name=found.name, running=found.running, exit_code=exit_code, oom_killed=False)

    def drift(self, container: str, spec: Spec) -> list[str]:
        found = self.container(container).spec
        made = Made(found["Image"], found, found["HostConfig"])
        return differences(spec, Image(spec["Image"]), made)

    def containers(self) -> list[ContainerInfo]:
        with self._lock:
            self._check()
            found = list(self._containers.values())
        return [_info(one) for one in found if one.spec["Labels"][INSTALLATION_LABEL] == self._installation]

    def digests(self) -> list[str]:
        self._check()
        return sorted(self._digests)

    def machine(self) -> Machine:
        self._check()
        return Machine(
            cpus=4.0,
            memory_bytes=self.memory_bytes,
            cgroup_version=2,
            runtimes=frozenset({"runc"}),
            start=self.start,
            engine=self.engine,
            clock_seconds=0.0,
        )

    def image_bytes(self, image: str) -> int:
        self._check()
        if image not in self._digests:
            raise NoSuchContainer(f"No such image: {image}")
        return len(image)

    def save(self, image: str) -> Iterator[bytes]:
        self.image_bytes(image)
        yield image.encode()

    def load(self, archive: Iterator[bytes]) -> None:
        self._check()
        self._digests.append(b"".join(archive).decode())

    def pull(self, image: str, tell: Callable[[int, int], None]) -> None:
        self._check()
        tell(1, 2)
        self._digests.append(image.partition("@")[2])

    def remove_image(self, digest: str) -> bool:
        self._check()
        if any(one.spec["Image"] == digest for one in self._containers.values()):
            return False
        self._digests = [one for one in self._digests if one != digest]
        return True

    def facts(self) -> Facts:
        machine = self.machine()
        said = Info(id=machine.engine, server_version="24.0.0", cpus=4, mem_total=machine.memory_bytes)
        return Facts(said, "1.1.0", 0.0)

    def close(self) -> None:
        pass

    def container(self, container: str) -> FakeContainer:
        """The container itself, for a test to look into."""
        with self._lock:
            self._check()
            return self._find(container)

    def _check(self) -> None:
        if self.broken:
            raise HostError(f"{self.name}: the engine does not answer")

    def _find(self, container: str) -> FakeContainer:
        for one in self._containers.values():
            if container in (one.id, one.name):
                return one
        raise NoSuchContainer

    def _refuse_taken(self, name: str) -> None:
        if any(one.name == name for one in self._containers.values()):
            raise AlreadyClaimed


def _info(one: FakeContainer) -> ContainerInfo:
    labels = one.spec["Labels"]
    return ContainerInfo(
        id=one.id,
        name=one.name,
        state="running" if one.running else "exited",
        role=labels[ROLE_LABEL],
        toolchain=labels[TOOLCHAIN_LABEL],
        runtime=labels[RUNTIME_LABEL],
        profile=labels[PROFILE_LABEL],
        work_bytes=int(labels.get(WORK_LABEL, 0)),
        created=one.created,
    )
