"""Do the limits bite on this host? Asked before it takes sessions: a runtime may accept and ignore them."""

import time
from pathlib import Path

import msgspec

from sandbox.engine import profile
from sandbox.engine.hosts import ROLE_LABEL, Channel, Host
from sandbox.exceptions import HostError
from sandbox.limits import MIB, ContainerLimits
from sandbox.messages import DecodeError

SECONDS = 60.0
LINE_BYTES = 4096
LIMITS = ContainerLimits(memory_bytes=256 * MIB, cpus=0.3, pids=64, disk_bytes=16 * MIB)
PROGRAM = Path(__file__).with_name("selftest_script.py").read_text()
# gVisor answers system calls in a kernel of its own, whatever list it is given, keeps files in the
# container's memory, and shows control groups that it made up.
_OWN = {"runsc": ("seccomp", "inodes", "quota")}
# Its kernel is a process in the same control group: beyond these limits it goes, and the container with it.
_FATAL = {"runsc": ("memory", "pids")}


class Bites(msgspec.Struct, frozen=True):
    """Which limits held."""

    memory: bool
    swap: bool
    pids: bool
    quota: bool
    cpu: bool
    network: bool
    read_only: bool
    disk: bool
    tmp: bool
    inodes: bool
    open_files: bool
    file_size: bool
    privileges: bool
    seccomp: bool


def check(host: Host, *, image: str, runtime: str, installation: str, cgroup_parent: str) -> list[str]:
    """Names of the limits that do not bite under this runtime; HostError when it could not be found out."""
    spec = profile.sandbox(
        image=image,
        toolchain=image,
        limits=LIMITS,
        runtime=runtime,
        installation=installation,
        cgroup_parent=cgroup_parent,
    )
    labels = spec["Labels"] | {ROLE_LABEL: "selftest"}  # so that nobody takes it for a warm one
    name, alone = f"{installation}-selftest", _FATAL.get(runtime, ())
    rest = [check for check in Bites.__struct_fields__ if check not in alone]
    held: dict[str, bool] = {}
    for fatal, checks in (("", rest), *((check, [check]) for check in alone)):
        command = ["/usr/bin/tini", "--", "python3", "-c", PROGRAM, *checks]
        host.remove(name)  # of somebody who was killed
        container = host.create(spec | {"Entrypoint": command, "Labels": labels}, name)
        try:
            held |= _held(host, container, fatal)
        finally:
            host.remove(container)
    bites = msgspec.structs.asdict(_understood(held))
    return [name for name, bite in bites.items() if not bite and name not in _OWN.get(runtime, ())]


def _held(host: Host, container: str, fatal: str) -> dict[str, bool]:
    """What it says; that it ended instead shows that the `fatal` limit bites."""
    channel = host.attach(container)
    try:
        channel.send(b"go\n")
        said = _line(channel)
    except HostError:
        if not fatal or host.inspect(container).running:
            raise
        return {fatal: True}
    finally:
        channel.close()
    try:
        return msgspec.json.decode(said, type=dict[str, bool])
    except DecodeError as error:
        raise HostError("The self-test talks nonsense.") from error


def _understood(held: dict[str, bool]) -> Bites:
    try:
        return msgspec.convert(held, Bites)
    except msgspec.ValidationError as error:
        raise HostError("The self-test talks nonsense.") from error


def _line(channel: Channel) -> bytes:
    said, deadline = b"", time.monotonic() + SECONDS
    while b"\n" not in said:
        data = channel.receive(max(0.0, deadline - time.monotonic()))
        if not data or len(said) > LINE_BYTES:
            raise HostError("The self-test came to no end.")
        said += data
    return said.partition(b"\n")[0]
