"""The pool as lines of text."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ide import units
from sandbox.messages import Check

HOSTS = ("HOST", "STATE", "CPU", "MEMORY", "PRESSURE", "DISK", "SESSIONS", "WARM", "IMAGES", "ADDRESS")
SESSIONS = ("SESSION", "USER", "HOST", "CPU", "MEMORY", "AGE", "RUNS", "WHY HERE")
WAITING = ("WAITING", "USER", "PLACE", "AGE", "WHY")
SIGNS = {"good": "✓", "warning": "!", "bad": "✗"}


def lines(overview: dict[str, Any]) -> Iterator[str]:
    """Hosts, what is or was wrong with them, then sessions, then who waits."""
    yield from map(_plain, _lines(overview))


def _plain(line: str) -> str:
    """Engines and users name things: a terminal is given nothing that it would obey."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in line)


def _lines(overview: dict[str, Any]) -> Iterator[str]:
    if not overview["reachable"]:
        yield "Redis is not up: nothing is known of hosts but their names."
    yield from _table(HOSTS, map(_host, overview["hosts"]))
    for host in overview["hosts"]:
        for trouble in (host.get("error") or host.get("refused"), *host.get("warnings", ())):
            if trouble:
                yield f"{host['name']}: {trouble}"
        if host.get("lastError") and not host.get("error"):
            ago = units.seconds(max(0, round(overview["at"] - host["lastErrorAt"])))
            yield f"{host['name']}: {ago} ago: {host['lastError']}"
        if transfer := host.get("transfer"):
            yield f"{host['name']}: {_transfer(transfer)}"
    if overview["sessions"]:
        yield ""
        yield from _table(SESSIONS, map(_session, overview["sessions"]))
    if overview["waiting"]:
        yield ""
        yield from _table(WAITING, map(_waiting, overview["waiting"]))


def report(checks: Iterable[Check]) -> Iterator[str]:
    """A preflight."""
    for one in checks:
        yield _plain(f"{SIGNS[one.verdict]} {one.name}: {one.value}. {one.advice}".strip())


def _host(host: dict[str, Any]) -> list[str]:
    marks = [mark for mark in ("draining", "cordoned") if host[mark]][:1]
    state = " ".join([host["state"], *(f"({mark})" for mark in marks)])
    if not host["seen"]:
        return [host["name"], state, *[""] * 7, host["address"]]
    pressure = (host[f"{what}Pressure"] for what in ("cpu", "memory", "io"))
    return [
        host["name"],
        state,
        f"{host['cpuUsed']:.1f} of {host['cpus']:g}",
        _of(host["memoryUsedBytes"], host["memoryBytes"]),
        " ".join(f"{one:.0%}" for one in pressure),
        f"{units.size(host['diskFreeBytes'])} free" if host["diskBytes"] else "",
        str(host["sessions"]),
        " ".join(f"{count}×{name}" for name, count in sorted(host["warm"].items())),
        " ".join(host["images"]),
        host["address"],
    ]


def _session(one: dict[str, Any]) -> list[str]:
    why = one["why"][0]["said"] if one["why"] else ""
    age = units.seconds(one["age"]) if one["age"] is not None else ""
    return [
        one["sessionId"][:8],
        one["user"],
        one["host"],
        f"{one['cpuUsed']:.2f}",
        units.size(one["memoryBytes"]),
        age,
        ", ".join(one["runs"]),
        why,
    ]


def _waiting(one: dict[str, Any]) -> list[str]:
    place = str(one.get("position") or "")
    why = one.get("reason") or "; ".join(f"{each['host']} {each['said']}" for each in one["why"][:3])
    return [one["sessionId"][:8], one["user"], place, units.seconds(one["age"]), why]


def _transfer(one: dict[str, Any]) -> str:
    if one["error"]:
        return f"{one['toolchain']} did not come from {one['whence']}: {one['error']}"
    whole = f" of {units.size(one['wholeBytes'])}" if one["wholeBytes"] else ""
    return f"receives {one['toolchain']} from {one['whence']}: {units.size(one['bytes'])}{whole}"


def _of(used: float, whole: float) -> str:
    return f"{units.size(used)} of {units.size(whole)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    whole = [head, *rows]
    widths = [max(len(row[column]) for row in whole) for column in range(len(head))]
    for row in whole:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
