"""The agent's loop: standard input to the session, the session's frames to standard output."""

import asyncio
import os
import shutil

from sandbox.agent.deadman import DeadMan
from sandbox.agent.outbox import Outbox
from sandbox.agent.pipe import Reader, Writer, widen
from sandbox.agent.places import SESSION, WORK, temporary
from sandbox.agent.session import Session


async def _serve() -> None:
    over = asyncio.Event()
    widen(1)
    writer = Writer(1)
    dead_man = DeadMan()
    session = Session(Outbox(writer.write), writer, dead_man)
    Reader(0, session.take, over.set)
    tasks = [asyncio.create_task(work) for work in (session.warm_up(), over.wait(), dead_man.wait())]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


def main() -> None:
    """Serve until standard input ends or the dead-man says so. GHCi and programs go with the container."""
    os.chdir(WORK)
    shutil.rmtree(WORK / SESSION, ignore_errors=True)
    temporary(WORK)
    asyncio.run(_serve())
