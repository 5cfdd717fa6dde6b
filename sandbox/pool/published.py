"""The pool as the service published it: decoded once for each version, as it may name thousands of hosts."""

from collections.abc import Mapping
from typing import Any

import msgspec

from sandbox import keys
from sandbox.messages import HostEntry, Pool, decode_pool


class Published(msgspec.Struct, frozen=True):
    """`by_name`: its hosts once more."""

    pool: Pool
    by_name: Mapping[str, HostEntry]


NOTHING = Published(Pool(hosts=[], toolchains=[]), {})
_last = (b"", NOTHING)


def published(redis: Any) -> Published:
    """NOTHING when Redis lost it. Blocks."""
    global _last
    data: bytes | None = redis.get(keys.POOL)
    if data is None:
        return NOTHING
    before, found = _last
    if data != before:
        pool = decode_pool(data)
        found = Published(pool, {host.name: host for host in pool.hosts})
        _last = data, found  # at once: other threads see the one or the other
    return found
