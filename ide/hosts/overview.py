"""The whole pool at a moment, as plain JSON: what the live page and the terminal show."""

import time
from typing import Any

from ide.models import Host, Run, User
from ide.pool import Seen, seen_now
from sandbox.messages import HostFigures, HostSample, to_wire

CHARTED = ("at", "cpu", "memory", "cpuPressure", "memoryPressure", "ioPressure", "disk", "sessions", "warm")


def overview(*, with_history: bool = False) -> dict[str, Any]:
    """Hosts with their figures (and samples of the last hour), sessions with a container, who waits."""
    rows = list(Host.objects.all())
    seen = seen_now([row.name for row in rows] if with_history else [])
    figures = {one.name: one for one in seen.hosts}
    names = {one.digest: one.name for one in seen.pool.toolchains} if seen.pool else {}
    hosts = [_host(row, figures.get(row.name), names) for row in rows]
    for host in hosts:
        host["history"] = [_sample(one) for one in seen.history.get(host["name"], [])]
    people = _people([*(one.owner for one in seen.sessions), *(one.owner for one in seen.waiting)])
    return {
        "at": time.time(),
        "historyColumns": CHARTED,
        "reachable": seen.reachable,
        "hosts": hosts,
        "sessions": _sessions(seen, people),
        "waiting": _waiting(seen, people),
    }


def _host(row: Host, seen: HostFigures | None, names: dict[str, str]) -> dict[str, Any]:
    marks = {
        "name": row.name,
        "address": row.address,
        "runtime": row.runtime,
        "enabled": row.enabled,
        "cordoned": row.cordoned,
        "draining": row.draining,
        "state": ("disabled" if not row.enabled else "not seen yet") if seen is None else seen.state,
    }
    if seen is None:
        return {**marks, "seen": False}
    figures = to_wire(seen)
    figures["warm"] = {names.get(digest, digest): count for digest, count in seen.warm.items()}
    figures["images"] = sorted({names[digest] for digest in set(seen.images) & names.keys()})
    del figures["digests"]
    return {**figures, **marks, "seen": True, "age": round(time.time() - seen.at, 1)}


def _sample(one: HostSample) -> list[float]:
    said = to_wire(one)
    return [round(said[name], 4) for name in CHARTED]


def _sessions(seen: Seen, people: dict[str, str]) -> list[dict[str, Any]]:
    """Those of the most memory first; who they belong to and what they run comes from the database."""
    runs = _live_runs([one.session_id for one in seen.sessions])
    shown = []
    for one in sorted(seen.sessions, key=lambda one: -one.memory_bytes):
        shown.append(
            {
                **to_wire(one),
                "user": people.get(one.owner, one.owner),
                "age": round(time.time() - one.opened_at) if one.opened_at else None,
                "runs": runs.get(one.session_id, []),
                "why": seen.whys.get(one.session_id, []),
            }
        )
    return shown


def _waiting(seen: Seen, people: dict[str, str]) -> list[dict[str, Any]]:
    """In the order in which they are served, each with what was last said of the hosts."""
    return [
        {
            **to_wire(one),
            "user": people.get(one.owner, one.owner),
            "age": round(time.time() - one.since),
            "why": seen.whys.get(one.session_id, []),
        }
        for one in seen.waiting
    ]


def _live_runs(sessions: list[str]) -> dict[str, list[str]]:
    """What each session runs: the mode and the file."""
    found: dict[str, list[str]] = {}
    live = Run.objects.filter(session_id__in=sessions, outcome=None).values_list(
        "session_id", "mode", "entry"
    )
    for session, mode, entry in live:
        found.setdefault(session, []).append(f"{mode} {entry}".strip())
    return found


def _people(owners: list[str]) -> dict[str, str]:
    """Names by the ids under which the sandbox knows them."""
    users = User.objects.filter(pk__in=[one[1:] for one in owners if one[1:].isdecimal()])
    return {user.owner_id: user.get_username() for user in users}
