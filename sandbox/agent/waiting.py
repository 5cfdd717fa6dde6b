"""Whether a program waits for its standard input, as the kernel tells it.

GHC's runtime waits for a descriptor with an epoll, whose /proc entry lists what it watches; others just read.
"""

import os
import platform
from collections.abc import Iterable
from pathlib import Path

_READ = {"x86_64": b"0", "aarch64": b"63"}.get(platform.machine(), b"none")
_READS_INPUT = (_READ, b"0x0")  # the call and its first argument
_IS_TOLD = Path("/proc/self/syscall").exists()  # not by gVisor's kernel
_WATCHED_INPUT = b"0"
_EPOLLIN = 1
_MOST_DESCRIPTORS = 64  # the runtime's epolls are made before the program opens anything


def wait_for_input(program: int, pids: Iterable[int]) -> bool | None:
    """Whether one of these processes waits for the program's input; None where the kernel does not tell."""
    found = [_waits(pid, program) for pid in pids]
    if any(found):
        return True
    return None if None in found else False


def _waits(pid: int, program: int) -> bool | None:
    try:
        if _input(pid) != _input(program):
            return False  # it reads what another one writes
        calls = [_call(f"/proc/{pid}/task/{task}/syscall") for task in os.listdir(f"/proc/{pid}/task")]  # noqa: PTH208
        descriptors = sorted(os.listdir(f"/proc/{pid}/fdinfo"), key=int)[:_MOST_DESCRIPTORS]  # noqa: PTH208
        return _READS_INPUT in calls or any(_watches(f"/proc/{pid}/fdinfo/{each}") for each in descriptors)
    except PermissionError:
        return None
    except (OSError, ValueError):  # what was looked at is gone
        return False if _IS_TOLD else None


def _input(pid: int) -> str:
    return os.readlink(f"/proc/{pid}/fd/0")  # noqa: PTH115


def _call(path: str) -> tuple[bytes, ...]:
    return tuple(Path(path).read_bytes().split()[:2])


def _watches(path: str) -> bool:
    """An epoll lists "tfd: 0 events: 40000019 data: …"; once it has told of a descriptor, without events."""
    for line in Path(path).read_bytes().splitlines():
        words = line.split()
        if words[:1] == [b"tfd:"] and words[1] == _WATCHED_INPUT and int(words[3], 16) & _EPOLLIN:
            return True
    return False
