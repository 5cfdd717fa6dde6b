"""The pool as the database knows it (ide → keeper and workers), and as the keeper sees it."""

from typing import Annotated, Literal

from msgspec import Meta

from sandbox.messages.parts import Id, Wire


class HostEntry(Wire, frozen=True):
    """A host of the pool.

    `address` is `unix://…` or `tcp://…`; `credentials` names a folder that workers can read.
    """

    name: Id
    address: str
    credentials: str = ""
    runtime: Literal["runc", "runsc"] = "runc"
    cordoned: bool = False


class ToolchainEntry(Wire, frozen=True):
    """A toolchain that sessions may ask for.

    `image` is what engines know it by where no registry gives digests.
    """

    name: Annotated[str, Meta(min_length=1, max_length=64, pattern="^[0-9A-Za-z._-]+$")]
    digest: str
    image: str
    warm: bool = True


class Pool(Wire, frozen=True):
    hosts: list[HostEntry]
    toolchains: list[ToolchainEntry]


class HostFigures(Wire, frozen=True):
    """A host as last watched.

    CPU in cores, memory in bytes, pressure as the share of time that something waited.
    """

    name: str
    alive: bool
    at: float
    cpus: float = 0.0
    cpu_used: float = 0.0
    memory_bytes: int = 0
    memory_used_bytes: int = 0
    cpu_pressure: float = 0.0
    memory_pressure: float = 0.0
    sessions: int = 0
    warm: dict[str, int] = {}
    digests: list[str] = []
    error: str = ""  # why its engine does not answer
    refused: str = ""  # why it takes no sessions although its engine answers
