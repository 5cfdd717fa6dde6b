"""What the database knows of hosts and toolchains, and telling it to the sandbox."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import redis
from asgiref.sync import async_to_sync
from django.db import transaction

from ide.database import in_database
from ide.door import door
from ide.exceptions import Invalid, Unavailable
from ide.models import Host, Toolchain
from ide.toolchains import entries, promote, unused
from sandbox.messages import HostEntry, HostFigures, HostSample, Pool, SessionFigures, WaitingFigures

T = TypeVar("T")

REACH_SECONDS = 1.0  # nobody waits longer for a Redis that restarts


def pool() -> Pool:
    """All enabled hosts and toolchains."""
    hosts = [entry_of(host) for host in Host.objects.filter(enabled=True)]
    return Pool(hosts=hosts, toolchains=entries(), unused=unused())


def entry_of(host: Host) -> HostEntry:
    """A host as the sandbox is told of it."""
    runtime: Any = host.runtime
    return HostEntry(
        name=host.name,
        address=host.address,
        credentials=host.credentials,
        runtime=runtime,
        cordoned=host.cordoned or host.draining,
        draining=host.draining,
        cpus=host.cpus,
        memory_bytes=host.memory_bytes,
    )


async def publish_changes() -> None:
    """Publish if the sandbox knows something else, or nothing since it lost it."""
    await in_database(promote, await door().hosts())
    wanted = await in_database(pool)
    if await door().pool() != wanted:
        await door().set_pool(wanted)


async def has_usable_host() -> bool:
    """Whether any host takes sessions, be there room at the moment or not."""
    hosts, found = await asyncio.gather(door().hosts(), door().pool())
    entries_by_name = {entry.name: entry for entry in found.hosts} if found else {}
    return any(host.takes_sessions(entries_by_name.get(host.name), time.time()) for host in hosts)


def publish_if_reachable() -> bool:
    """Publish now; False when Redis is not up, which the recorder makes good later."""
    wanted = pool()
    try:
        async_to_sync(_at_once)(lambda: door().set_pool(wanted))
    except (OSError, redis.RedisError):  # OSError: out of time, too
        return False
    return True


def figures_by_name() -> dict[str, HostFigures]:
    """Each host as last watched; nothing when Redis is not up."""
    return {each.name: each for each in seen_hosts()}


def seen_hosts() -> list[HostFigures]:
    """The same as a list."""
    try:
        return async_to_sync(_at_once)(lambda: door().hosts())
    except (OSError, redis.RedisError):
        return []


class Seen(NamedTuple):
    """What Redis says of the pool at a moment."""

    reachable: bool
    pool: Pool | None
    hosts: list[HostFigures]
    sessions: list[SessionFigures]
    waiting: list[WaitingFigures]
    whys: dict[str, list[dict[str, str]]]
    history: dict[str, list[HostSample]]


def seen_now(charted: Sequence[str]) -> Seen:
    """Everything at once, with the last hour of the hosts that are `charted`."""
    try:
        return async_to_sync(_at_once)(lambda: _look(charted))
    except (OSError, redis.RedisError):
        return Seen(False, None, [], [], [], {}, {})


async def _look(charted: Sequence[str]) -> Seen:
    found, hosts, sessions, waiting, history = await asyncio.gather(
        door().pool(), door().hosts(), door().sessions(), door().queue(), door().history(charted)
    )
    whys = await door().whys([*(one.session_id for one in sessions), *(one.session_id for one in waiting)])
    return Seen(True, found, hosts, sessions, waiting, whys, history)


async def _at_once(ask: Callable[[], Awaitable[T]]) -> T:
    async with asyncio.timeout(REACH_SECONDS):
        return await ask()


def publish_soon() -> None:
    """Publish once the transaction is committed."""
    transaction.on_commit(publish_if_reachable)


def toolchain(name: str | None, field: str = "toolchain") -> Toolchain:
    """The enabled toolchain of that name, or the default one."""
    enabled = Toolchain.offered()
    if name is None:
        found = enabled.order_by("-is_default", "name").first()
        if found is None:
            raise Unavailable("No toolchain is registered yet. The administrator adds one.")
        return found
    found = enabled.filter(name=name).first()
    if found is None:
        names = ", ".join(enabled.values_list("name", flat=True)) or "none"
        raise Invalid(f"There is no toolchain {name[:64]!r}. There are: {names}.", field)
    return found
