"""Goes for the limits of the container that it runs in, and prints which of them bit, as one line of JSON.

Standard library only, and no import of ours: its text goes into the container's command line. Expects 256 MiB
of memory, 64 processes and three tenths of a processor.
"""

import errno
import json
import os
import signal
import socket
import sys
import time

MEMORY_BYTES = 512 * 2**20
PROCESSES = 80
BURN_SECONDS = 1.0
QUOTAS = ("/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us")


def memory() -> bool:
    """A program that wants twice the memory is killed, and we are not."""
    pid = os.fork()
    if pid == 0:
        with open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
            file.write("1000")
        bytearray(MEMORY_BYTES)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


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


def cpu() -> bool:
    """The kernel has a quota; where it does not show, computing all the time gives a fraction of a processor.

    The quota comes first: on a busy machine everybody gets a fraction.
    """
    for path in QUOTAS:
        if os.path.exists(path):  # noqa: PTH110
            with open(path) as file:  # noqa: PTH123
                return file.read().split()[0] not in ("max", "-1")
    began, used = time.monotonic(), time.process_time()
    while time.monotonic() - began < BURN_SECONDS:
        pass
    return time.process_time() - used < 0.5 * BURN_SECONDS


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


def main() -> None:
    """Wait for a line, so that whoever asks is there to hear."""
    sys.stdin.readline()
    checks = (memory, pids, cpu, network, read_only)
    print(json.dumps({check.__name__: check() for check in checks}), flush=True)


if __name__ == "__main__":
    main()
