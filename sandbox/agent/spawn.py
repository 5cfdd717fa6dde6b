"""Starts processes: each in a session of its own, with nothing inherited but its three streams."""

import contextlib
import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox.agent.places import temporary
from sandbox.limits import PROGRAM_NICE, PROGRAM_OOM_SCORE

JOB_SOCKET = 3
QUESTION_SOCKET = 4
_DEFAULT_SIGNALS = (signal.SIGPIPE, signal.SIGINT, signal.SIGXFSZ, signal.SIGCHLD, signal.SIGTERM)


def environment(work: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The fixed, short environment of everything in the container."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(work),
        "USER": "sandbox",
        "LANG": "C.UTF-8",
        "TMPDIR": str(temporary(work)),
        **(extra or {}),
    }


def spawn(
    argv: Sequence[str], streams: tuple[int, int, int], env: Mapping[str, str], *, sockets: Sequence[int] = ()
) -> int:
    """Start the program; returns its process id. Raises OSError."""
    actions: list[Any] = [(os.POSIX_SPAWN_DUP2, fd, place) for place, fd in enumerate(streams)]
    if os.isatty(streams[0]):
        # The first terminal that a session's leader opens becomes its controlling one.
        actions.insert(0, (os.POSIX_SPAWN_OPEN, 0, os.ttyname(streams[0]), os.O_RDWR, 0))
    actions += [(os.POSIX_SPAWN_DUP2, fd, JOB_SOCKET + place) for place, fd in enumerate(sockets)]
    path = shutil.which(argv[0]) or argv[0]
    return os.posix_spawn(
        path, list(argv), env, file_actions=actions, setsid=True, setsigmask=(), setsigdef=_DEFAULT_SIGNALS
    )


def volunteer_for_oom(pid: int) -> None:
    """Under memory pressure the kernel takes this process before GHCi."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text(str(PROGRAM_OOM_SCORE))


def give_way(pid: int) -> None:
    """Where processors are short GHCi and the agent come before it, however many it makes of itself."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PGRP, pid, PROGRAM_NICE)


def signal_group(pid: int, number: int) -> None:
    """Signal a process's whole group, or the process itself before it has one. Gone already is success."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        try:
            os.killpg(pid, number)
        except ProcessLookupError:
            os.kill(pid, number)
