"""What the container's own cgroup tells, under version 1 and 2."""

from pathlib import Path

_EVENTS = (
    Path("/sys/fs/cgroup/memory.events"),
    Path("/sys/fs/cgroup/memory/memory.oom_control"),
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
