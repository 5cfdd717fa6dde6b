"""What the container's own cgroup tells, under version 1 and 2."""

import contextlib
import math
from pathlib import Path

_EVENTS = (
    Path("/sys/fs/cgroup/memory.events"),
    Path("/sys/fs/cgroup/memory/memory.oom_control"),
)
_MEMORY_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def oom_kills() -> int:
    """How many processes the kernel has killed here for want of memory; 0 where it does not say."""
    for path in _EVENTS:
        try:
            text = path.read_text()
        except OSError:
            continue
        for line in text.splitlines():
            name, _, value = line.partition(" ")
            if name == "oom_kill" and value.isdigit():
                return int(value)
    return 0


def memory_limit_bytes() -> float:
    """How much memory the container may use; endless where it does not say."""
    for path in _MEMORY_LIMITS:
        with contextlib.suppress(OSError, ValueError):
            return int(path.read_text())
    return math.inf
