"""A host: an engine that makes, claims and removes containers, and the stream to each container's agent.

    DockerHost (docker_host.py)   the real one          FakeHost (fakes.py)   the same promises in memory

Everything blocks and everything has a timeout. Engine faults are `HostError`; a container that is gone is
`NoSuchContainer`, one that another session took is `AlreadyClaimed`; already gone is success when removing.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

from sandbox.limits import ContainerLimits

if TYPE_CHECKING:
    from sandbox.engine.facts import Facts

Spec = dict[str, Any]  # the whole body of the engine's create call, labels included; made by `profile`
Role = Literal["sandbox", "probe", "selftest"]

LABEL = "haskell-ide."
INSTALLATION_LABEL = LABEL + "installation"
TOOLCHAIN_LABEL = LABEL + "toolchain"
ROLE_LABEL = LABEL + "role"
RUNTIME_LABEL = LABEL + "runtime"
PROFILE_LABEL = LABEL + "profile"
WORK_LABEL = LABEL + "work"  # bytes of `/work`

SEND_SECONDS = 5.0
_SESSION_NAME = re.compile(r"-s-(?P<session>[0-9A-Za-z_-]{1,64})-(?P<epoch>[0-9]{1,16})$")


class ContainerInfo(msgspec.Struct, frozen=True):
    """One container with our installation's label, in whatever state; `created` is Unix time."""

    id: str
    name: str
    state: str  # the engine's word: created, running, paused, restarting, removing, exited, dead
    role: str
    toolchain: str
    runtime: str
    created: float
    profile: str = ""  # digest of the configuration that it was created with
    work_bytes: int = 0  # of its `/work`; 0: it does not say

    @property
    def session(self) -> str | None:
        """The session that claimed it; None while it is warm (or a probe)."""
        match = _SESSION_NAME.search(self.name)
        return match["session"] if match else None

    @property
    def epoch(self) -> int | None:
        """The epoch of the relay that claimed it; None while nobody has."""
        match = _SESSION_NAME.search(self.name)
        return int(match["epoch"]) if match else None


class ContainerState(msgspec.Struct, frozen=True):
    """`oom_killed` stays set once any process of it was killed: evidence, never alone the verdict."""

    name: str
    running: bool
    exit_code: int | None
    oom_killed: bool


class Machine(msgspec.Struct, frozen=True):
    """What the engine says of its machine."""

    cpus: float
    memory_bytes: int
    cgroup_version: int
    runtimes: frozenset[str]
    start: str = ""  # another one after each start of the engine
    engine: str = ""  # the engine's own id: the same under whatever address
    clock_seconds: float | None = None  # how far its clock is ahead of ours; None: it does not say
    valid_until: float | None = None  # of the certificate that it showed (Unix time); None: it showed none


class Channel(Protocol):
    """An open attach: bytes to the agent's standard input, bytes from its standard output."""

    def send(self, data: bytes, timeout: float = SEND_SECONDS) -> None:
        """All of `data`; HostError when the stream is closed or took no byte within `timeout` seconds."""

    def receive(self, timeout: float) -> bytes | None:
        """The next chunk (≤ 64 KiB); b"" at the stream's end; None when nothing came in `timeout` seconds.

        HostError when the engine speaks nonsense. May be called by one thread while another sends.
        """

    def close(self) -> None:
        """Leave the container as it is; any thread may, more than once; ends a waiting `receive`."""


class Host(Protocol):
    """One engine. Safe to use from several threads."""

    name: str

    def create(self, spec: Spec, name: str) -> str:
        """Create and start; returns the container's id. AlreadyClaimed when the name is taken."""

    def claim(self, container: str, name: str, limits: ContainerLimits) -> None:
        """Take `container` (id or, for a warm one, its name) for a session: rename it, set CPU, memory, pids.

        Of several callers that give a warm container's *name* one succeeds, the others: AlreadyClaimed.
        A newer relay of the same session claims again, by id, with its higher epoch in the name.
        """

    def reweigh(self, container: str, limits: ContainerLimits) -> None:
        """Set CPU and weight of a running container anew; NoSuchContainer when it is gone."""

    def attach(self, container: str) -> Channel:
        """Open a stream to the agent; output from now on. The container stays when it is closed."""

    def remove(self, container: str) -> None:
        """Kill and remove; a container that is gone already is success."""

    def inspect(self, container: str) -> ContainerState:
        """NoSuchContainer when it is gone."""

    def drift(self, container: str, spec: Spec) -> list[str]:
        """In what a container is not as the spec makes it, whatever its labels say; NoSuchContainer."""

    def containers(self) -> list[ContainerInfo]:
        """All of our installation's, in every state."""

    def digests(self) -> list[str]:
        """Every image id and repository digest (`sha256:…`) that the engine holds."""

    def machine(self) -> Machine:
        """The engine's own facts; utilisation comes from the probe."""

    def image_bytes(self, image: str) -> int:
        """About how long `save` will be. NoSuchContainer when there is no such image."""

    def save(self, image: str) -> Iterator[bytes]:
        """The image as an archive, piece by piece. May take minutes."""

    def load(self, archive: Iterator[bytes]) -> None:
        """Take an archive of `save`. May take minutes."""

    def pull(self, image: str, tell: Callable[[int, int], None]) -> None:
        """Fetch an image from its registry; `tell` of bytes that came, of how many. May take minutes."""

    def remove_image(self, digest: str) -> bool:
        """Remove an image that no container uses; False: one does. One that is gone already is removed."""

    def facts(self) -> "Facts":
        """All that preflight judges."""

    def close(self) -> None:
        """Give the connections back."""


def warm_name(installation: str) -> str:
    """A new warm container's name."""
    return f"{installation}-w-{secrets.token_hex(8)}"


def session_name(installation: str, session_id: str, epoch: int) -> str:
    """The name of the container that a session's relay with this epoch serves."""
    return f"{installation}-s-{session_id}-{epoch}"
