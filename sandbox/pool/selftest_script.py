"""Goes for the limits of the container that it runs in, and prints which of them bit, as one line of JSON.

Standard library only, and no import of ours: its text goes into the container's command line. Expects 256 MiB
of memory, 64 processes, three tenths of a processor and 16 MiB of disk; the rest is as of every sandbox.
"""

import contextlib
import ctypes
import errno
import json
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable

MIB = 2**20
MEMORY_BYTES = 512 * MIB
PROCESSES = 80
BURN_SECONDS = 1.0
WAITING_SECONDS = 0.01  # without a processor: two looks at the clock take a microsecond
DISK_BYTES = 16 * MIB
TMP_BYTES = 32 * MIB
INODES = 20_000
OPEN_FILES = 1024
FILE_BYTES = 256 * MIB
PR_GET_NO_NEW_PRIVS = 39
AF_NETLINK = 16
QUOTAS = ("/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us")
SWAP = "/sys/fs/cgroup/memory.swap.max"
SWAP_AND_MEMORY = "/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"  # of control groups of version 1
MEMORY = "/sys/fs/cgroup/memory/memory.limit_in_bytes"


def text(path: str) -> str:
    """The file's content; nothing when it is not there."""
    try:
        with open(path) as file:  # noqa: PTH123
            return file.read().strip()
    except OSError:
        return ""


def memory() -> bool:
    """A program that wants twice the memory is killed, and we are not."""
    pid = os.fork()
    if pid == 0:
        with open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
            file.write("1000")
        bytearray(MEMORY_BYTES)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def swap() -> bool:
    """No memory beyond the limit, by the kernel's word; where it has none there must be no swap at all."""
    if allowed := text(SWAP):
        return allowed == "0"
    if both := text(SWAP_AND_MEMORY):
        return both == text(MEMORY)
    lines = text("/proc/meminfo").splitlines()
    return not any(line.startswith("SwapTotal:") and int(line.split()[1]) for line in lines)


def pids() -> bool:
    """There are not as many processes as wanted."""
    children = []
    try:
        for _ in range(PROCESSES):
            pid = os.fork()
            if pid == 0:
                time.sleep(60)
                os._exit(0)
            children.append(pid)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return False


def quota() -> bool:
    """Where the kernel shows one there is one: of a busy machine everybody gets a fraction anyway."""
    shown = [text(path).split()[0] for path in QUOTAS if text(path)]
    return not shown or shown[0] not in ("max", "-1")


def cpu() -> bool:
    """Computing all the time gives a fraction of a processor.

    gVisor counts what it was kept waiting as used: what passes between two looks at the clock was not.
    """
    began, used = time.monotonic(), time.process_time()
    now, waited = began, 0.0
    while now - began < BURN_SECONDS:
        before, now = now, time.monotonic()
        waited += now - before if now - before > WAITING_SECONDS else 0.0
    return min(time.process_time() - used, now - began - waited) < 0.5 * BURN_SECONDS


def network() -> bool:
    """There is no way out."""
    for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as attempt:
                attempt.connect((address, 9))
            return False
        except OSError:
            pass
    return True


def read_only() -> bool:
    """The root takes no change."""
    return bool(os.statvfs("/").f_flag & os.ST_RDONLY)


def refused(attempt: Callable[[], object], *numbers: int) -> bool:
    """Whether it ends in one of these errors."""
    try:
        attempt()
    except OSError as error:
        return error.errno in numbers
    return False


def fill(path: str, size: int) -> None:
    """A file that is larger than may be, for a moment."""
    try:
        with open(path, "wb", buffering=0) as file:  # noqa: PTH123
            for _ in range(size // MIB + 4):
                file.write(bytes(MIB))
    finally:
        os.unlink(path)  # noqa: PTH108


def disk() -> bool:
    """The folder of a workspace is full at its size."""
    return refused(lambda: fill("/work/full", DISK_BYTES), errno.ENOSPC)


def tmp() -> bool:
    """So is the one for what is temporary."""
    return refused(lambda: fill("/tmp/full", TMP_BYTES), errno.ENOSPC)  # noqa: S108


def inodes() -> bool:
    """There are not as many files as wanted."""

    def make() -> None:
        for number in range(INODES + 1):
            os.close(os.open(f"/work/{number}", os.O_CREAT | os.O_WRONLY))

    held = refused(make, errno.ENOSPC)
    for number in range(INODES + 1):
        with contextlib.suppress(OSError):
            os.unlink(f"/work/{number}")  # noqa: PTH108
    return held


def open_files() -> bool:
    """Nobody opens more files at once, asking for more does not help."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    taken: list[int] = []

    def take() -> None:
        for _ in range(OPEN_FILES):
            taken.append(os.dup(0))

    try:
        return refused(take, errno.EMFILE)
    finally:
        for number in taken:
            os.close(number)


def file_size() -> bool:
    """No file grows beyond the limit, not even one full of holes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open("/work/large", "wb") as file:  # noqa: PTH123
        held = refused(lambda: os.truncate(file.fileno(), FILE_BYTES + 1), errno.EFBIG)
    os.unlink("/work/large")  # noqa: PTH108
    return held


def privileges() -> bool:
    """No capability is there to be had, and no program gives more than its caller has."""
    said = dict(line.split(":", 1) for line in text("/proc/self/status").splitlines())
    none = not any(int(said[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd"))
    return none and ctypes.CDLL(None).prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1


def seccomp() -> bool:
    """A call that engines allow by themselves is refused: our own list holds."""
    return refused(lambda: socket.socket(AF_NETLINK, socket.SOCK_RAW).close(), errno.EPERM)


CHECKS = (
    *(memory, swap, pids, quota, cpu, network, read_only),
    *(disk, tmp, inodes, open_files, file_size, privileges, seccomp),
)


def main() -> None:
    """Those that the arguments name. Wait for a line, so that whoever asks is there to hear."""
    sys.stdin.readline()
    asked = [check for check in CHECKS if check.__name__ in sys.argv]
    print(json.dumps({check.__name__: check() for check in asked}), flush=True)


if __name__ == "__main__":
    main()
