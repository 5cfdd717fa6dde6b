"""A place for one run's machines: a number that no other run has, and the removal of what a dead run left.

A slot is held by a lock on its folder, which the kernel drops with the process. Whoever gets it next first
removes every machine, control group and namespace that carries its number.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SLOTS = 32
PREFIX = "idepool"
NAMESPACES = Path("/run/netns")
LINKS = Path("/sys/class/net")
GROUPS = Path("/sys/fs/cgroup")
END_SECONDS = 10.0


class Slot:
    """Names that belong to one run."""

    def __init__(self, root: Path, number: int) -> None:
        self.number = number
        self.folder = root / str(number)

    def name(self, machine: int) -> str:
        return f"{PREFIX}-{self.number}-{machine}"

    def clear(self) -> None:
        """Remove what the last holder left, however it ended."""
        for file in sorted(self.folder.glob("*/docker.pid")):
            _end(file)
        for namespace in NAMESPACES.glob(f"{PREFIX}-{self.number}-*"):
            for pid in command("ip", "netns", "pids", namespace.name).split():
                _kill(int(pid))  # an engine that did not end in peace leaves its containers' shims
            command("ip", "netns", "delete", namespace.name)
        for link in LINKS.glob(f"{PREFIX}{self.number}[0-9]"):  # goes with its namespace, but not at once
            subprocess.run(["ip", "link", "delete", link.name], check=False, capture_output=True)
        for group in groups(f"{PREFIX}-{self.number}-*"):
            empty(group)
        unmount(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def held_slot(root: Path) -> Iterator[Slot]:
    """The first slot that nobody holds, cleared before and after."""
    root.mkdir(parents=True, exist_ok=True)
    for number in range(SLOTS):
        with (root / f"{number}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            slot = Slot(root, number)
            slot.clear()
            slot.folder.mkdir()
            try:
                yield slot
            finally:
                slot.clear()
            return
    raise AssertionError(f"all {SLOTS} slots under {root} are held")


def command(*words: str) -> str:
    """What a command prints; its failure is the test's."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
    return done.stdout


def groups(pattern: str) -> list[Path]:
    """Control groups of that name at the top of each hierarchy (version 2 has one, at the root)."""
    tops = [GROUPS] if (GROUPS / "cgroup.controllers").exists() else list(GROUPS.iterdir())
    return [found for top in tops for found in top.glob(pattern) if found.is_dir()]


def empty(group: Path) -> None:
    """Kill what is in a group or below it, then remove it."""
    for inner in sorted(group.rglob("cgroup.procs"), key=lambda path: -len(path.parts)):
        for _ in range(50):
            pids = inner.read_text().split() if inner.exists() else []
            for pid in pids:
                _kill(int(pid))
            if not pids:
                break
            time.sleep(0.05)
        if inner.parent.exists():
            inner.parent.rmdir()


def _end(pid_file: Path) -> None:
    """End the engine whose pid the file names: ended in peace it ends its containers and unmounts."""
    try:
        pid = int(pid_file.read_text())
        if str(pid_file) not in Path(f"/proc/{pid}/cmdline").read_text():
            return  # another process has the number by now
    except (OSError, ValueError):
        return
    for number in (signal.SIGCONT, signal.SIGTERM):
        os.kill(pid, number)
    until = time.monotonic() + END_SECONDS
    while time.monotonic() < until and _runs(pid):
        time.sleep(0.05)
    _kill(pid)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except OSError:
        return False


def _kill(pid: int) -> None:
    if pid > 1:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def unmount(folder: Path) -> None:
    """Everything that is mounted below the folder, the innermost first."""
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for place in sorted(mounted, key=len, reverse=True):
        if place.startswith(f"{folder}/"):
            subprocess.run(["umount", "--lazy", place], check=False, capture_output=True)
