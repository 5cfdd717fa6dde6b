"""Is this machine fit to be a host? Judged from what its engine says of it; pure but for `examine`.

Every fault says what to do; most of it `deploy/host-setup.sh` does.
"""

import platform
import re
import time
from collections.abc import Iterator, Mapping

from sandbox.engine.facts import Facts
from sandbox.engine.hosts import Host, Machine
from sandbox.exceptions import SandboxError
from sandbox.limits import GIB, ContainerLimits
from sandbox.messages import Check, HostEntry, HostFigures, Preflight

OLDEST_ENGINE = (20, 10)
CLOCK_SECONDS = 2.0  # beyond it a clock is worth a word
WRONG_CLOCK_SECONDS = 30.0  # beyond it certificates and what people are shown go wrong
LEAST_BYTES = ContainerLimits(memory_bytes=0).clamped().memory_bytes  # of a session
DISK_BYTES = 10 * GIB  # an image of a toolchain is three
LAYERED = ("overlay2", "overlayfs", "fuse-overlayfs", "btrfs", "zfs")
CERTIFICATE_SECONDS = 30 * 86400.0  # before its end it is worth a word
CLONED = "If its machine was cloned, remove /etc/docker/key.json there and restart the engine."
SETUP = "deploy/host-setup.sh does it."
_SAME = {"amd64": "x86_64", "arm64": "aarch64"}


def examine(
    entry: HostEntry,
    host: Host,
    engines: Mapping[str, str],
    figures: HostFigures | None = None,
    reserve_bytes: int = 0,
) -> Preflight:
    """Ask the engine and judge. `engines` are the ids of other hosts' engines, with those hosts' names.

    `reserve_bytes` is what each machine keeps for itself.
    """
    if wrong := entry.address_fault:
        return Preflight(time.time(), [Check("Address", entry.address, "bad", wrong)])
    try:
        facts = host.facts()
    except SandboxError as error:
        advice = "Are address, port, its clock and ours right, and the certificates its own and still valid?"
        return Preflight(time.time(), [Check("Engine", str(error).rstrip("."), "bad", advice)])
    return Preflight(time.time(), judge(entry, facts, engines, figures, reserve_bytes), facts.info.id)


def judge(
    entry: HostEntry,
    facts: Facts,
    engines: Mapping[str, str],
    figures: HostFigures | None = None,
    reserve_bytes: int = 0,
) -> list[Check]:
    """The whole report."""
    machine = [*_machine(entry, facts), _memory(entry, facts, reserve_bytes), *_watched(figures)]
    return [*_identity(facts, engines), *_software(entry, facts), *machine]


def _identity(facts: Facts, engines: Mapping[str, str]) -> Iterator[Check]:
    if facts.info.id in engines:
        yield Check("Engine", f"it is the engine of the host {engines[facts.info.id]}", "bad", CLONED)


def _software(entry: HostEntry, facts: Facts) -> Iterator[Check]:
    info = facts.info
    numbers = tuple(map(int, re.findall(r"\d+", info.server_version)[:2]))
    old = numbers < OLDEST_ENGINE
    newer = f"Take {'.'.join(map(str, OLDEST_ENGINE))} or newer." if old else ""
    yield Check("Engine version", info.server_version, "bad" if old else "good", newer)
    yield Check("runc", facts.runc or "not said", "good" if facts.runc else "warning")
    known = entry.runtime in (info.runtimes or {})
    missing = f"Install {entry.runtime} and name it in the engine's daemon.json, or choose another runtime."
    names = ", ".join(sorted(info.runtimes or ())) or "none"
    yield Check("Runtimes", names, "good" if known else "bad", "" if known else missing)
    layered = info.driver in LAYERED
    copies = "" if layered else f"Each container would be a copy of its image. Use overlay2. {SETUP}"
    yield Check("Storage driver", info.driver or "not said", "good" if layered else "bad", copies)
    confined = any("name=seccomp" in one for one in info.security_options or ())
    yield Check(
        "seccomp",
        "yes" if confined else "no",
        "good" if confined else "bad",
        "" if confined else "The kernel lacks it.",
    )
    newest = info.cgroup_version == "2"
    yield Check(
        "Control groups",
        f"version {info.cgroup_version}, driver {info.cgroup_driver}",
        "good" if newest else "warning",
        "" if newest else "They work; version 2 does better under memory pressure.",
    )
    limits = {
        "memory": info.memory_limit,
        "swap": info.swap_limit,
        "processes": info.pids_limit,
        "CPU": info.cpu_cfs_quota,
    }
    lacking = ", ".join(name for name, there in limits.items() if not there)
    advice = "Boot the kernel with cgroup_enable=memory swapaccount=1." if lacking else ""
    yield Check(
        "Limits", f"no limit of {lacking}" if lacking else "all", "bad" if lacking else "good", advice
    )


def _machine(entry: HostEntry, facts: Facts) -> Iterator[Check]:
    info = facts.info
    ours, theirs = _architecture(platform.machine()), _architecture(info.architecture)
    other = ours != theirs
    fits = f"The images are made for {ours}." if other else ""
    yield Check("Architecture", info.architecture or "not said", "bad" if other else "good", fits)
    yield Check("Kernel", f"{info.kernel_version}, {info.operating_system}".strip(", "))
    yield clock(facts.clock_seconds)
    yield from certificate(facts.valid_until, time.time())
    yield _limit("CPUs", entry.cpus, info.cpus, "")


def _memory(entry: HostEntry, facts: Facts, reserve_bytes: int) -> Check:
    """Not above the machine, and room for the smallest session beside what the machine keeps."""
    there = facts.info.mem_total
    found = _limit("Memory", entry.memory_bytes / GIB, there / GIB, " GiB")
    if found.verdict == "bad" or (entry.memory_bytes or there) - reserve_bytes >= LEAST_BYTES:
        return found
    kept = f"{reserve_bytes / GIB:.4g} GiB are kept for the machine itself (SANDBOX_MEMORY_RESERVE_BYTES)"
    return Check("Memory", f"{found.value}: no session fits", "bad", f"{kept}. Give it more.")


def _architecture(name: str) -> str:
    return _SAME.get(name, name)


def warnings(machine: Machine, now: float) -> list[str]:
    """What changes while a machine is a host, and is worth a word; a sentence or two each."""
    checks = [clock(machine.clock_seconds), *certificate(machine.valid_until, now)]
    return [f"{one.name}: {one.value}. {one.advice}" for one in checks if one.advice]


def certificate(valid_until: float | None, now: float) -> Iterator[Check]:
    """Of the engine; one that has ended is spoken to no more."""
    if valid_until is None:
        return
    date = time.strftime("%Y-%m-%d", time.gmtime(valid_until))
    soon = valid_until - now < CERTIFICATE_SECONDS
    again = "Make new ones in time: deploy/host-certificates.sh, then restart its Docker." if soon else ""
    yield Check("Certificate", f"valid until {date}", "warning" if soon else "good", again)


def clock(ahead: float | None) -> Check:
    """Of the machine, beside ours."""
    if ahead is None:
        return Check("Clock", "not said", "warning", "Its engine is too old to say, or says nonsense.")
    value = f"{abs(ahead):.1f} s {'ahead' if ahead > 0 else 'behind'}"
    if abs(ahead) < CLOCK_SECONDS:
        return Check("Clock", value)
    far = abs(ahead) > WRONG_CLOCK_SECONDS
    return Check("Clock", value, "bad" if far else "warning", f"Set it: timedatectl set-ntp true. {SETUP}")


def _limit(name: str, limit: float, there: float, unit: str) -> Check:
    if limit > there:
        advice = f"The machine has {there:.4g}{unit}: set a limit of at most that, or none."
        return Check(name, f"a limit of {limit:.4g}{unit} is above the machine", "bad", advice)
    return Check(name, f"{limit:.4g} of {there:.4g}{unit}" if limit else f"{there:.4g}{unit}")


def _watched(figures: HostFigures | None) -> Iterator[Check]:
    """What only a look from inside the machine shows: there once it holds an image."""
    if figures is None or not figures.disk_bytes:
        yield Check(
            "Disk, swap, parent group",
            "not seen yet",
            "warning",
            "Looked at by itself once it holds a toolchain's image.",
            later=True,
        )
        return
    free = figures.disk_free_bytes
    short = "Make room: an image of a toolchain is 3 GiB." if free < DISK_BYTES else ""
    disk = f"{free / GIB:.0f} of {figures.disk_bytes / GIB:.0f} GiB free"
    yield Check("Disk", disk, "warning" if short else "good", short)
    swap = figures.swap_bytes
    off = (
        f"Sandboxes may not swap; swap of the machine's own makes their figures worse: swapoff -a. {SETUP}"
        if swap
        else ""
    )
    yield Check("Swap", f"{swap / GIB:.1f} GiB" if swap else "none", "warning" if swap else "good", off)
    advice = "" if figures.capped else f"All sandboxes together may take the whole machine. {SETUP}"
    value = "has a limit" if figures.capped else "has no limit"
    yield Check("Parent group", value, "good" if figures.capped else "warning", advice)
