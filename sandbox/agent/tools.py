"""Runs a formatter or a linter: one process, with a text as its input, bounded in time and output."""

import asyncio
import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.agent.compiler import Said
from sandbox.agent.places import WORK
from sandbox.agent.reaper import Reaper
from sandbox.agent.spawn import environment, signal_group, spawn, volunteer_for_oom

KILLED = 9


@dataclass(frozen=True)
class Done:
    """What a tool said; `code` None: a signal ended it."""

    code: int | None
    output: str
    errors: str


async def run(reaper: Reaper, argv: Sequence[str], text: str, seconds: float, nice: int = 0) -> Done:
    """The tool's answer to the text. Raises TimeoutError, and OSError where it cannot be started."""
    output, errors = Said(), Said()
    try:
        code = await _end_of(reaper, _started(argv, text, output.inner, errors.inner), seconds, nice)
    finally:
        said, complained = output.finish(), errors.finish()
    return Done(code, said, complained)


def _started(argv: Sequence[str], text: str, output: int, errors: int) -> int:
    """Its process, which alone holds the writing ends."""
    with contextlib.ExitStack() as ends:
        for end in (output, errors):
            ends.callback(os.close, end)
        source = _holding(text)
        ends.callback(os.close, source)
        return spawn(argv, (source, output, errors), environment(WORK))


def _holding(text: str) -> int:
    """A file in memory with the text, to be read from its start."""
    file = os.memfd_create("text")
    with open(file, "wb", closefd=False) as writer:
        writer.write(text.encode())
    os.lseek(file, 0, os.SEEK_SET)
    return file


async def _end_of(reaper: Reaper, pid: int, seconds: float, nice: int) -> int | None:
    """Its exit code; whoever stops waiting ends it."""
    ended = reaper.watch(pid)
    volunteer_for_oom(pid)
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, nice)
    try:
        async with asyncio.timeout(seconds):
            return (await asyncio.shield(ended)).code
    except BaseException:
        signal_group(pid, KILLED)
        await ended
        raise
