"""Which containers are nobody's. Pure; the keeper's host watch removes them.

A session's container is wanted while the session names it, or while the relay whose epoch it carries is at
work: then it was claimed a moment ago and is not written down yet. Warm containers and probes are looked
after elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from sandbox.engine.hosts import ContainerInfo

GRACE_SECONDS = 10.0  # between a claim and its note in Redis, or a note and the container's removal


class Known(msgspec.Struct, frozen=True):
    """What Redis holds of a session that some container names."""

    container: str  # its name; empty: none
    lease: str  # epoch of the relay that serves it; empty: none


def strays(containers: Iterable[ContainerInfo], known: Mapping[str, Known]) -> list[ContainerInfo]:
    """Session containers that no session and no relay wants."""
    return [container for container in containers if _is_stray(container, known)]


def _is_stray(container: ContainerInfo, known: Mapping[str, Known]) -> bool:
    if container.role != "sandbox" or container.session is None:
        return False
    session = known.get(container.session)
    if session is None:
        return True
    return container.name != session.container and str(container.epoch) != session.lease


class Patience:
    """Remembers since when something is the case, so that only what lasts counts."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: dict[str, float] = {}

    def lasting(self, names: Sequence[str], now: float) -> list[str]:
        """Those of `names` that were named at every call for long enough."""
        self._since = {name: self._since.get(name, now) for name in names}
        return [name for name in names if now - self._since[name] >= self._seconds]
