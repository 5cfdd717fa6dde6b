"""Prints a machine's figures and those of its containers once a second, a JSON line each. Runs in the probe.

Standard library only, and no import of ours: its text goes into the probe's command line. The machine's
control groups lie under /host/cgroup; version 1 and 2 are told apart by what is there.
"""

import json
import os
import re
import time

GROUPS = "/host/cgroup"
DEPTH = 4
CONTAINERS = 1000
ENDLESS = 2**60  # version 1 of control groups says a number near 2**63 for no limit
CONTAINER = re.compile(r"(?:^|-)([0-9a-f]{64})(?:\.scope)?$")


def text(path: str) -> str:
    """The file's content; nothing when it is not there (its container may just have ended)."""
    try:
        with open(path) as file:  # noqa: PTH123 (no pathlib: it costs 10 ms at each start)
            return file.read()
    except OSError:
        return ""


def fields(content: str) -> dict[str, int]:
    """Lines of `name number …` (and `name: number …`)."""
    found = {}
    for line in content.splitlines():
        name, _, rest = line.partition(" ")
        number = rest.split()[:1]
        if number and number[0].isdigit():
            found[name.rstrip(":")] = int(number[0])
    return found


def groups(folder: str, depth: int = DEPTH) -> dict[str, str]:
    """Every container's id and control group under the folder."""
    found: dict[str, str] = {}
    try:
        entries = [entry for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return found
    for entry in entries:
        container = CONTAINER.search(entry.name)
        if container:
            found[container[1]] = entry.path
        elif depth:
            found |= groups(entry.path, depth - 1)
    return found


def cpu_and_memory_v2(group: str) -> list[int]:
    """CPU nanoseconds and bytes without page cache that can go."""
    cpu = fields(text(f"{group}/cpu.stat")).get("usage_usec", 0) * 1000
    held = int(text(f"{group}/memory.current") or 0)
    return [cpu, max(0, held - fields(text(f"{group}/memory.stat")).get("inactive_file", 0))]


def cpu_and_memory_v1(group: str) -> list[int]:
    """The same; `group` is that of the memory controller."""
    accounting = group.replace(f"{GROUPS}/memory", f"{GROUPS}/cpuacct", 1)
    cpu = int(text(f"{accounting}/cpuacct.usage") or 0)
    held = int(text(f"{group}/memory.usage_in_bytes") or 0)
    return [cpu, max(0, held - fields(text(f"{group}/memory.stat")).get("total_inactive_file", 0))]


def containers() -> dict[str, list[int]]:
    """Each container's CPU and memory by its id."""
    if os.path.exists(f"{GROUPS}/cgroup.controllers"):  # noqa: PTH110
        found, measure = groups(GROUPS), cpu_and_memory_v2
    else:
        found, measure = groups(f"{GROUPS}/memory"), cpu_and_memory_v1
    return {container: measure(group) for container, group in sorted(found.items())[:CONTAINERS]}


def share_v2(group: str) -> dict[str, int]:
    """What a group and all below it have used, and may; 0: as much as there is."""
    quota, _, period = text(f"{group}/cpu.max").strip().partition(" ")
    limit = text(f"{group}/memory.max").strip()
    cpu_ns, memory = cpu_and_memory_v2(group)
    return {
        "cpuNs": cpu_ns,
        "memoryBytes": memory,
        "memoryLimitBytes": int(limit) if limit.isdigit() else 0,
        "millicpus": int(quota) * 1000 // int(period) if quota.isdigit() and period.isdigit() else 0,
    }


def share_v1(group: str) -> dict[str, int]:
    """The same; `group` is that of the memory controller."""
    quota_group = group.replace(f"{GROUPS}/memory", f"{GROUPS}/cpu", 1)
    quota = text(f"{quota_group}/cpu.cfs_quota_us").strip()
    period = int(text(f"{quota_group}/cpu.cfs_period_us") or 0)
    limit = int(text(f"{group}/memory.limit_in_bytes") or 0)
    cpu_ns, memory = cpu_and_memory_v1(group)
    return {
        "cpuNs": cpu_ns,
        "memoryBytes": memory,
        "memoryLimitBytes": limit if limit < ENDLESS else 0,
        "millicpus": int(quota) * 1000 // period if quota.isdigit() and period else 0,
    }


def own_group(found: dict[str, str]) -> str:
    """The control group of this container: the only one whose processes are seen from here."""
    mine = str(os.getpid())
    return next((path for path in found.values() if mine in text(f"{path}/cgroup.procs").split()), "")


def share() -> dict[str, int]:
    """Of the group under which the engine puts all its containers; nothing when there is none."""
    version_2 = os.path.exists(f"{GROUPS}/cgroup.controllers")  # noqa: PTH110
    own = own_group(groups(GROUPS if version_2 else f"{GROUPS}/memory"))
    parent = os.path.dirname(own)  # noqa: PTH120
    if not own or parent in (GROUPS, f"{GROUPS}/memory"):
        return {}
    return share_v2(parent) if version_2 else share_v1(parent)


def disk() -> dict[str, int]:
    """The container's root shows the file system of the engine's data."""
    seen = os.statvfs("/")
    return {"bytes": seen.f_blocks * seen.f_frsize, "freeBytes": seen.f_bavail * seen.f_frsize}


def pressure(resource: str) -> float:
    """Share of the last ten seconds in which something waited for the resource."""
    found = re.match(r"some avg10=([0-9.]+)", text(f"/proc/pressure/{resource}"))
    return float(found[1]) / 100 if found else 0.0


def busy_ns() -> int:
    """CPU time that the machine has spent, all its processors together."""
    user, nice, system, _idle, _iowait, irq, softirq = map(int, text("/proc/stat").split()[1:8])
    return (user + nice + system + irq + softirq) * (10**9 // os.sysconf("SC_CLK_TCK"))


def figures() -> dict[str, object]:
    """One line's content."""
    memory = fields(text("/proc/meminfo"))
    return {
        "monotonicNs": time.monotonic_ns(),
        "busyNs": busy_ns(),
        "cpus": os.cpu_count(),
        "memoryBytes": memory["MemTotal"] * 1024,
        "memoryAvailableBytes": memory["MemAvailable"] * 1024,
        "load": float(text("/proc/loadavg").split()[0]),
        "cpuPressure": pressure("cpu"),
        "memoryPressure": pressure("memory"),
        "ioPressure": pressure("io"),
        "swapBytes": memory.get("SwapTotal", 0) * 1024,
        "swapFreeBytes": memory.get("SwapFree", 0) * 1024,
        "disk": disk(),
        "share": share(),
        "containers": containers(),
    }


def main() -> None:
    """A line a second, for ever."""
    while True:
        print(json.dumps(figures(), separators=(",", ":")), flush=True)
        time.sleep(1)


if __name__ == "__main__":
    main()
