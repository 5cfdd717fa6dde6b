"""The container's processes as /proc tells them, and the end of those that a run left behind."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGESIZE")
_ROUNDS = 20


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    session: int
    state: str
    cpu_seconds: float  # with the children that it waited for
    memory_bytes: int  # its own, without mapped files


def processes() -> dict[int, Process]:
    """Every process that can be seen, by id; the dead that nobody collected are left out."""
    found = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - paths would double the time
        if name.isdigit() and (process := _process(int(name))) and process.state not in "ZX":
            found[process.pid] = process
    return found


def _process(pid: int) -> Process | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b") ")[2].split()
        resident, shared = Path(f"/proc/{pid}/statm").read_bytes().split()[1:3]
    except (OSError, ValueError):
        return None
    times = sum(int(fields[place]) for place in (11, 12, 13, 14))
    return Process(
        pid,
        int(fields[1]),
        int(fields[3]),
        fields[0].decode(),
        times / _TICKS,
        (int(resident) - int(shared)) * _PAGE,
    )


def tree(root: int, among: dict[int, Process], *, with_session: bool = True) -> list[Process]:
    """A process and its descendants, and whoever shares its session."""
    children: dict[int, list[Process]] = {}
    for process in among.values():
        children.setdefault(process.parent, []).append(process)
    found: dict[int, Process] = {}
    waiting = [among[root]] if root in among else []
    if with_session:
        waiting += [process for process in among.values() if process.session == root]
    while waiting:
        process = waiting.pop()
        if process.pid not in found:
            found[process.pid] = process
            waiting += children.get(process.pid, [])
    return list(found.values())


def end_all_but(needed: Iterable[int]) -> None:
    """End every process but the init, this one, and the needed ones with their children."""
    roots = list(needed)

    def strays(seen: dict[int, Process]) -> set[int]:
        spared = {process.pid for root in roots for process in tree(root, seen, with_session=False)}
        return seen.keys() - spared - {1, os.getpid()}

    if not _end(strays):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(-1, signal.SIGKILL)  # it multiplies faster than it is ended: all at once, these too


def end_sessions(sessions: Iterable[int]) -> None:
    """End every process of these sessions."""
    doomed = frozenset(sessions)
    _end(lambda seen: {process.pid for process in seen.values() if process.session in doomed})


def _end(strays: Callable[[dict[int, Process]], set[int]]) -> bool:
    """Kill until there are none; False when they go on multiplying."""
    for _ in range(_ROUNDS):
        found = strays(processes())
        if not found:
            return True
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.001)  # a killed process takes a moment to go; never waits when nothing was left behind
    return False


def own_memory_bytes(pid: int) -> int:
    """The memory that only this process holds, exactly; 0 when it is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    lines = (line.split() for line in text.splitlines() if line.startswith("Private_"))
    return sum(int(words[1]) * 1024 for words in lines)
