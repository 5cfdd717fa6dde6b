"""Why a host was chosen for a session and others were not, in words for people: pure."""

import msgspec

from sandbox.limits import GIB, MIB
from sandbox.pool.choice import (
    FULL_PRESSURE,
    STALE_SECONDS,
    Choice,
    Need,
    Room,
    Snapshot,
    after,
    crowd,
    fits,
    lacks_disk,
    owner_room,
    promised_bytes,
    promised_cpus,
)

SHOWN = 12  # hosts whose reasons are kept
RESTING_SHOWN = 0.1  # cores


class Verdict(msgspec.Struct, frozen=True):
    """What was said of one host."""

    host: str
    said: str


def verdicts(chosen: Choice, snapshot: Snapshot, need: Need) -> list[Verdict]:
    """Of the chosen host, then of some others: those that had room first."""
    best, rooms = chosen.room, chosen.looked_at
    others = [room for room in rooms[:SHOWN] if room is not best]
    others.sort(key=lambda room: not fits(room, snapshot, need))
    said = [Verdict(room.entry.name, refusal(room, snapshot, need) or _said(room, need)) for room in others]
    if best is None:
        return said
    whole = f", of {len(snapshot.rooms)} in all" if len(snapshot.rooms) > len(rooms) else ""
    return [Verdict(best.entry.name, f"best of {len(rooms)}{whole}: {_said(best, need)}"), *said[: SHOWN - 1]]


def _said(room: Room, need: Need) -> str:
    memory, cpu = after(room, need)
    said = [f"memory {memory:.0%} and CPU {cpu:.0%} with it"]
    if room.figures and (room.figures.cpu_pressure or room.figures.memory_pressure):
        said.append(f"pressure {room.figures.cpu_pressure + room.figures.memory_pressure:.0%}")
    if room.figures and room.figures.resting_cpus >= RESTING_SHOWN:
        said.append(f"{room.figures.resting_cpus:.1f} cores of it by sessions that rest")
    if need.kind:
        said.append("a warm container waits" if room.warm else "no warm container")
    if room.entry.name == need.last_host:
        said.append("it was here before")
    if crowd(room, need):
        said.append(f"this user's others compute here ({need.shares[room.entry.name].cores:.1f} cores)")
    return ", ".join(said)


def refusal(room: Room, snapshot: Snapshot, need: Need) -> str:
    """Why the host can't take the session now; empty: it can."""
    if fits(room, snapshot, need):
        return ""
    return _never(room, need) or _full(room, snapshot, need)


def _never(room: Room, need: Need) -> str:
    figures = room.figures
    if figures is None:
        return "not watched yet"
    if not figures.alive:
        return figures.error or "does not answer"
    if room.entry.draining:
        return "is being drained"
    if room.entry.cordoned:
        return "is cordoned: takes no new sessions"
    if need.digest not in figures.digests:
        return figures.refused or "lacks the toolchain's image"
    if lacks_disk(figures):
        return f"has {figures.disk_free_bytes / MIB:,.0f} MiB of disk left"
    return room.cools


def _full(room: Room, snapshot: Snapshot, need: Need) -> str:
    figures, terms = room.figures, snapshot.terms
    assert figures is not None  # noqa: S101
    age = snapshot.at - figures.at
    if figures.suspect:
        return "has not answered for some seconds"
    if age > STALE_SECONDS:
        return f"its figures are {age:.0f} s old" if figures.at else "has no figures yet"
    if figures.memory_pressure > FULL_PRESSURE:
        return f"waits for memory {figures.memory_pressure:.0%} of the time"
    capacity = figures.memory_bytes - terms.reserve_bytes
    if promised_bytes(room, need) > terms.memory_overcommit * capacity:
        return (
            f"has promised {promised_bytes(room, need) / GIB:.0f} GiB of {capacity / GIB:.0f} GiB of memory"
        )
    if promised_cpus(room, need) > terms.cpu_overcommit * figures.cpus:
        return f"has promised {promised_cpus(room, need):.0f} CPUs of {figures.cpus:.0f}"
    if need.shares and owner_room(room, snapshot, need) < 0:
        return "this user has their share of it already"
    free = max(0, capacity - figures.memory_used_bytes - room.reserved_bytes)
    return f"has {free / MIB:,.0f} MiB free of the {need.limits.memory_bytes / MIB:,.0f} MiB needed"
