"""What an engine says of itself and of its machine, decoded strictly: none of it is believed unread."""

import re
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from sandbox.engine.hosts import Machine
from sandbox.exceptions import EngineNonsense

Text = Annotated[str, Meta(max_length=400)]
Texts = Annotated[list[Text], Meta(max_length=100)]


class _Commit(msgspec.Struct, frozen=True, rename={"id": "ID"}):
    id: Text = ""


class Info(msgspec.Struct, frozen=True, rename="pascal"):
    """Of the answer to `GET /info`, what we use."""

    id: Text = msgspec.field(name="ID")
    server_version: Text
    cpus: Annotated[int, Meta(ge=1, le=4096)] = msgspec.field(name="NCPU")
    mem_total: Annotated[int, Meta(ge=1, le=2**50)]
    kernel_version: Text = ""
    architecture: Text = ""
    operating_system: Text = ""
    driver: Text = ""
    cgroup_driver: Text = ""
    cgroup_version: Text = "1"
    security_options: Texts | None = None
    runtimes: Annotated[dict[Text, Any], Meta(max_length=100)] | None = None
    memory_limit: bool = False
    swap_limit: bool = False
    pids_limit: bool = False
    cpu_cfs_quota: bool = False
    system_time: Text = ""
    runc_commit: _Commit = _Commit()

    def making(self) -> list[object]:
        """What decides, besides our own configuration, on which limits an engine enforces."""
        return [
            self.id,
            self.server_version,
            self.kernel_version,
            self.cgroup_driver,
            self.cgroup_version,
            self.security_options,
            sorted(self.runtimes or ()),
            self.memory_limit,
            self.swap_limit,
            self.pids_limit,
            self.cpu_cfs_quota,
        ]


class Facts(msgspec.Struct, frozen=True):
    """What preflight judges. `clock_seconds` and `valid_until` as of a Machine."""

    info: Info
    runc: str
    clock_seconds: float | None
    valid_until: float | None = None


def info(said: Any) -> Info:
    """EngineNonsense when that is no engine's answer."""
    try:
        return msgspec.convert(said, Info)
    except msgspec.ValidationError as error:
        raise EngineNonsense(f"what the engine says of itself is nonsense: {error}") from error


def machine(
    said: Info, start: str, clock_seconds: float | None = None, valid_until: float | None = None
) -> Machine:
    """The part that watching and acceptance use."""
    return Machine(
        cpus=float(said.cpus),
        memory_bytes=said.mem_total,
        cgroup_version=2 if said.cgroup_version == "2" else 1,
        runtimes=frozenset(said.runtimes or ()),
        start=start,
        engine=said.id,
        clock_seconds=clock_seconds,
        valid_until=valid_until,
    )


def gather(
    said: Any, version: Any, *, asked: float, answered: float, valid_until: float | None = None
) -> Facts:
    """From the answers to /info, which was asked and answered at these times, and /version."""
    found = info(said)
    clock = ahead(found.system_time, asked, answered)
    return Facts(found, _runc(version) or found.runc_commit.id, clock, valid_until)


def _runc(version: Any) -> str:
    components = version.get("Components") if isinstance(version, dict) else None
    for one in components if isinstance(components, list) else ():
        if isinstance(one, dict) and one.get("Name") == "runc":
            return str(one.get("Version", ""))[:100]
    return ""


def ahead(system_time: str, asked: float, answered: float) -> float | None:
    """By how much an engine's clock is ahead of the middle of the call; None: it says no time.

    Engines say nanoseconds, of which Python reads six digits.
    """
    try:
        said = datetime.fromisoformat(re.sub(r"(\.\d{6})\d*", r"\1", system_time))
    except ValueError:
        return None
    return said.timestamp() - (asked + answered) / 2 if said.tzinfo else None
