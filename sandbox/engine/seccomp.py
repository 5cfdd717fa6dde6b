"""The system calls that a sandbox may make: an allow-list, sent with every create call.

It starts from what container engines allow by default and leaves out what programs in a sandbox do not need
and others have come through: sockets beyond local and internet ones, tracing and reading other processes,
keyrings, io_uring, userfaultfd, BPF, performance counters, System V and POSIX IPC, devices, namespaces,
mounts and other ABIs. Names that an old libseccomp or the other architecture does not know are skipped
there and so stay refused.
"""

from typing import Any

_EPERM, _ENOSYS, _ENOTSUP = 1, 38, 95
_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6; only loopback is there
_NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_FILE_TYPE, _FIFO = 0o170000, 0o010000
_PERSONALITIES = (0x0, 0x8, 0x20000, 0x20008, 0xFFFFFFFF)

_ALLOWED = {
    "files and processes": (
        "access arch_prctl brk capget capset chdir chmod chown clock_getres clock_gettime clock_nanosleep "
        "close close_range copy_file_range creat dup dup2 dup3 execve execveat exit exit_group faccessat "
        "faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync "
        "fgetxattr flistxattr flock fork fstat fstatfs fsync ftruncate getcpu getcwd getdents getdents64 "
        "getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority getrandom getresgid "
        "getresuid getrlimit getrusage getsid gettid gettimeofday getuid getxattr ioctl landlock_add_rule "
        "landlock_create_ruleset landlock_restrict_self lchown lgetxattr link linkat listxattr llistxattr "
        "lseek lstat mkdir mkdirat nanosleep newfstatat open openat openat2 pidfd_open pidfd_send_signal "
        "pipe pipe2 prctl pread64 preadv preadv2 prlimit64 pwrite64 pwritev pwritev2 read readahead "
        "readlink readlinkat readv rename renameat renameat2 rmdir sendfile setfsgid setfsuid setgid "
        "setgroups setpgid setpriority setregid setresgid setresuid setreuid setrlimit setsid setuid splice "
        "stat statfs statx symlink symlinkat sync_file_range sysinfo tee time times truncate umask uname "
        "unlink unlinkat utime utimensat utimes vfork wait4 waitid write writev"
    ),
    "memory": (
        "get_robust_list get_thread_area map_shadow_stack membarrier mincore mlock mlock2 mlockall mmap "
        "mprotect mremap mseal msync munlock munlockall munmap madvise memfd_create pkey_alloc pkey_free "
        "pkey_mprotect rseq set_robust_list set_thread_area set_tid_address"
    ),
    "threads": (
        "futex futex_requeue futex_wait futex_waitv futex_wake restart_syscall sched_get_priority_max "
        "sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler "
        "sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam sched_setscheduler "
        "sched_yield"
    ),
    "signals and timers": (
        "alarm getitimer kill pause rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn "
        "rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo setitimer sigaltstack signalfd signalfd4 tgkill "
        "timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create "
        "timerfd_gettime timerfd_settime tkill"
    ),
    "waiting": (
        "epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait "
        "epoll_wait_old eventfd eventfd2 inotify_add_watch inotify_init inotify_init1 inotify_rm_watch poll "
        "ppoll pselect6 select"
    ),
    "sockets": (
        "accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg "
        "sendmmsg sendmsg sendto setsockopt shutdown"
    ),
}

# Programs try these and go on without when told "not there"; "not permitted" looks like a fault to them.
# The flags of clone3 lie in memory, where a filter can't see them.
_NOT_THERE = {
    _ENOSYS: [
        "clone3",
        "io_uring_enter",
        "io_uring_register",
        "io_uring_setup",
    ],
    _ENOTSUP: ["fsetxattr", "lsetxattr", "setxattr"],
}


def _allow(name: str, *args: dict[str, Any]) -> dict[str, Any]:
    return {"names": [name], "action": "SCMP_ACT_ALLOW", "args": list(args)}


def _equal(index: int, value: int) -> dict[str, Any]:
    return {"index": index, "value": value, "op": "SCMP_CMP_EQ"}


def _masked(index: int, mask: int, value: int) -> dict[str, Any]:
    return {"index": index, "value": mask, "valueTwo": value, "op": "SCMP_CMP_MASKED_EQ"}


def profile() -> dict[str, Any]:
    """The list in the engine's own format."""
    return {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": _EPERM,
        "archMap": [
            {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": []},
            {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": []},
        ],
        "syscalls": [
            {"names": sorted(" ".join(_ALLOWED.values()).split()), "action": "SCMP_ACT_ALLOW", "args": []},
            *(_allow("socket", _equal(0, family)) for family in _FAMILIES),
            _allow("socketpair", _equal(0, 1)),
            *(_allow("personality", _equal(0, value)) for value in _PERSONALITIES),
            _allow("clone", _masked(0, _NAMESPACES, 0)),
            _allow("mknod", _masked(1, _FILE_TYPE, _FIFO)),
            _allow("mknodat", _masked(2, _FILE_TYPE, _FIFO)),
            *(
                {"names": names, "action": "SCMP_ACT_ERRNO", "errnoRet": errno, "args": []}
                for errno, names in _NOT_THERE.items()
            ),
        ],
    }
