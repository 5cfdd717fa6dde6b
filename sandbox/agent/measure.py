"""What live runs use, about once a second."""

import asyncio
from collections.abc import Callable, Iterable

from sandbox.agent.processes import own_memory_bytes, processes, tree
from sandbox.agent.run import Run
from sandbox.messages import Measure

EVERY_SECONDS = 1.0
_EXACT = 8  # processes of a run whose memory is measured exactly; it takes the kernel a millisecond each


def measure(run: Run) -> Measure | None:
    """A live run's CPU seconds and the memory that is its own."""
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
    return Measure(run_id=run.start.run_id, cpu_seconds=cpu, memory_bytes=memory)


async def keep_measuring(runs: Callable[[], Iterable[Run]], send: Callable[[Measure], None]) -> None:
    """Measure every live run, for ever."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        for run in list(runs()):
            if measured := measure(run):
                send(measured)
