"""The agent's loop: standard input to the session, the session's frames to standard output."""

import asyncio
import os
import shutil

from sandbox.agent.outbox import Outbox
from sandbox.agent.pipe import Reader, Writer
from sandbox.agent.places import SESSION, WORK
from sandbox.agent.session import Session


async def _serve() -> None:
    over = asyncio.Event()
    writer = Writer(1)
    session = Session(Outbox(writer.write), writer.restart)
    Reader(0, session.take, over.set)
    warm = asyncio.create_task(session.warm_up())
    ended = asyncio.create_task(over.wait())
    await asyncio.wait([warm, ended], return_when=asyncio.FIRST_COMPLETED)
    if warm.done():
        warm.result()


def main() -> None:
    """Serve until standard input ends. GHCi and programs go with the container."""
    os.chdir(WORK)
    shutil.rmtree(WORK / SESSION, ignore_errors=True)
    (WORK / SESSION / "tmp").mkdir(parents=True)
    asyncio.run(_serve())
