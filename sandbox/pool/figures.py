"""What all keepers tell of their hosts, read back."""

import contextlib
from collections.abc import Mapping

from sandbox import keys
from sandbox.connections import Redis
from sandbox.messages import DecodeError, HostFigures, decode_host_figures


def read(redis: Redis) -> dict[str, HostFigures]:
    """All of them by their hosts' names. Blocks."""
    return decoded(redis.hgetall(keys.FIGURES))


def decoded(said: Mapping[bytes, bytes]) -> dict[str, HostFigures]:
    """The same of what was read already, in the order of names; another version's words are left out."""
    found = {}
    for name, each in sorted(said.items()):
        with contextlib.suppress(DecodeError):
            found[name.decode()] = decode_host_figures(each)
    return found
