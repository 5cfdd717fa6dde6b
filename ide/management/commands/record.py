"""The recorder: from the sandbox to the database, until it is told to end."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.management.base import BaseCommand

from ide.hosts.second_look import SecondLook
from ide.recorder import record_all
from ide.sweep import Sweep, expire

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
SWEEP_SECONDS = 3.0
EXPIRE_SECONDS = 60.0


class Command(BaseCommand):
    help = "Write what the sandbox says into the database, and send again what it has lost."

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(record())


async def record() -> None:
    """Record, sweep, complete reports and expire until SIGTERM or SIGINT."""
    consumer = f"{socket.gethostname()}-{os.getpid()}"
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    tasks = [
        asyncio.create_task(_until(ended, lambda: record_all(consumer), 0)),
        asyncio.create_task(_until(ended, Sweep().tend, SWEEP_SECONDS)),
        asyncio.create_task(_until(ended, SecondLook().tend, SWEEP_SECONDS)),
        asyncio.create_task(_until(ended, expire, EXPIRE_SECONDS)),
    ]
    await ended.wait()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def _until(ended: asyncio.Event, work: Callable[[], Awaitable[object]], pause_seconds: float) -> None:
    while not ended.is_set():
        try:
            await work()
            await asyncio.sleep(pause_seconds)
        except Exception:
            logger.exception("The recorder tries again")
            await asyncio.sleep(RETRY_SECONDS)
