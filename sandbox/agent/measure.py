"""What live runs use, about once a second; and that a program waits for input, as soon as it does."""

import asyncio
import itertools
from collections.abc import Callable, Iterable

from sandbox.agent.processes import own_memory_bytes, processes, tree
from sandbox.agent.run import Run
from sandbox.agent.waiting import wait_for_input
from sandbox.messages import Measure

EVERY_SECONDS = 1.0
LOOK_SECONDS = 0.2
_LOOKS = round(EVERY_SECONDS / LOOK_SECONDS)
_EXACT = 8  # processes of a run whose memory is measured exactly; it takes the kernel a millisecond each


def measure(run: Run) -> Measure | None:
    """A live run's CPU seconds, the memory that is its own, and whether it waits for input."""
    seen = processes()
    found = {process.pid: process for root in run.roots for process in tree(root, seen)}
    if not found:
        return None
    run.note_sessions(process.session for process in found.values())
    exact, rough = list(found.values())[:_EXACT], list(found.values())[_EXACT:]
    memory = sum(own_memory_bytes(process.pid) for process in exact) + sum(
        each.memory_bytes for each in rough
    )
    cpu = sum(process.cpu_seconds for process in found.values())
    run.note_memory(memory)
    waits = run.program is not None and wait_for_input(run.program.pid, found)
    run.told_to_wait = waits is True
    return Measure(run_id=run.start.run_id, cpu_seconds=cpu, memory_bytes=memory, waits_for_input=waits)


def begins_to_wait(run: Run) -> bool:
    """Whether its program itself waits for input, which nobody was told yet."""
    if run.program is None or run.told_to_wait:
        return False
    return wait_for_input(run.program.pid, [run.program.pid]) is True


async def keep_measuring(runs: Callable[[], Iterable[Run]], send: Callable[[Measure], None]) -> None:
    """Measure every live run, for ever."""
    for look in itertools.count(1):
        await asyncio.sleep(LOOK_SECONDS)
        for run in list(runs()):
            if (look % _LOOKS == 0 or begins_to_wait(run)) and (measured := measure(run)):
                send(measured)
