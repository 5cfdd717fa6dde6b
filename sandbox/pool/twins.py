"""One engine under two names: which of them keeps it."""

from collections.abc import Sequence
from typing import NamedTuple

from sandbox.pool import preflight
from sandbox.pool.watch import HostWatch


class Claim(NamedTuple):
    """On an engine. The least wins: who is no twin, has sessions, said first that it is its own."""

    is_twin: bool
    is_empty: bool
    since: float
    name: str
    engine: str


def claim(watch: HostWatch) -> Claim:
    return Claim(
        bool(watch.twin), not watch.promised_bytes, watch.engine_since, watch.entry.name, watch.engine
    )


def note_twins(watches: Sequence[HostWatch], others: Sequence[Claim] = ()) -> None:
    """One engine under two names would be counted twice: the name that it serves under keeps it.

    `others`: of the hosts that other keepers watch.
    """
    kept: dict[str, str] = {}
    for one in sorted([*map(claim, watches), *others]):
        if one.engine:
            kept.setdefault(one.engine, one.name)
    for watch in watches:
        name = kept.get(watch.engine, watch.entry.name)
        other = f"It is the engine of the host {name}. {preflight.CLONED}"
        watch.twin = "" if name == watch.entry.name else other
