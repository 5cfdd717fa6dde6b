"""Another machine beside this one in a whole stack's pool, with the toolchain's image."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import redis

from sandbox import keys
from sandbox.config import Config
from sandbox.engine.docker_host import DockerHost
from sandbox.limits import GIB
from sandbox.messages import HostEntry, decode_host_figures, decode_pool
from tests.conftest import accept
from tests.pool.certificates import Authority
from tests.pool.lending import lend
from tests.pool.machine import Machine
from tests.pool.slots import held_slot
from tests.stack import Stack
from tests.wire import Window

LOCAL = HostEntry("local", "unix:///var/run/docker.sock")
SLOTS = Path("/var/lib/haskell-ide-pool-tests")  # beside an engine's usual data, which carries overlays


@contextmanager
def another_machine(stack: Stack, slots: Path = SLOTS, runsc: Path | None = None) -> Iterator[Machine]:
    """Up, and a host of the stack's pool until the end; `runsc`: under gVisor, and not known as tested."""
    with held_slot(slots) as slot:
        authority = Authority(slot.folder / "authority")
        machine = Machine(slot, 0, authority, memory_bytes=4 * GIB, cpus=2.0, runsc=runsc)
        machine.prepare()
        images = _images(stack)
        lent = lend(stack.engine_root, machine.data, images)
        machine.start()
        try:
            if not lent:
                _send(machine, images)
            _join(stack, machine)
            yield machine
            _leave(stack, machine.name)
        finally:
            machine.mend()
            machine.end()


def _images(stack: Stack) -> list[str]:
    """Of all toolchains: what a host lacks is sent to it, which would disturb what is tested."""
    with redis.Redis.from_url(stack.redis_url) as client:
        return [one.digest for one in decode_pool(client.get(keys.POOL) or b"").toolchains if one.warm]


def _send(machine: Machine, images: Sequence[str]) -> None:
    local, other = (DockerHost(entry, "test") for entry in (LOCAL, machine.entry))
    try:
        for image in images:
            other.load(local.save(image))
    finally:
        local.close()
        other.close()


def _join(stack: Stack, machine: Machine) -> None:
    entry = machine.entry
    options = ["--credentials", entry.credentials, "--runtime", entry.runtime]
    if entry.runtime == "runc":
        with redis.Redis.from_url(stack.redis_url) as client:
            accept(client, entry, Config(installation=stack.installation))
        options.append("--unchecked")
    stack.manage("hosts", "add", entry.name, entry.address, *options)


def _leave(stack: Stack, host: str) -> None:
    """Its sessions go back to this machine first: a drain of this one moved all of the stack's."""

    def is_removed() -> bool:
        try:
            stack.manage("hosts", "remove", host)
        except AssertionError:
            return False  # it has sessions
        return True

    stack.manage("hosts", "uncordon", LOCAL.name)
    stack.manage("hosts", "drain", host)
    stack.processes.wait("No session on the other machine", is_removed, 60)


async def until_warm(stack: Stack, host: str) -> None:
    """Until the host takes sessions, with warm containers of all toolchains as hosts have."""
    figures, images = None, _images(stack)
    for _ in range(600):
        with redis.Redis.from_url(stack.redis_url) as client:
            seen = client.hget(keys.FIGURES, host)
        figures = decode_host_figures(seen) if seen else None
        if figures and figures.state == "alive" and all(figures.warm.get(image) for image in images):
            return
        await asyncio.sleep(0.2)
    raise RuntimeError(f"it takes no sessions: {figures} {stack.logs('keeper')[-2000:]}")


def host_of(stack: Stack, workspace: str) -> str:
    """Where the workspace's session lives."""
    with redis.Redis.from_url(stack.redis_url) as client:
        return (client.hget(keys.SESSION % workspace.replace("-", ""), "host") or b"").decode()


async def drain(stack: Stack, host: str, window: Window, seconds: float = 120) -> None:
    """Until the window's session was told to have moved away from there, and is ready elsewhere."""
    before = len(window.said("session/status"))

    def has_moved() -> bool:
        states = [said["state"] for said in window.said("session/status")[before:]]
        return "moved" in states and states[-1] == "ready"

    await asyncio.to_thread(stack.manage, "hosts", "drain", host)
    await window.until(has_moved, seconds)
