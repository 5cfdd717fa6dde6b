"""The recorder: from the sandbox to the database, until it is told to end."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.management.base import BaseCommand

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
    """Record, sweep and expire until SIGTERM or SIGINT."""
    consumer = f"{socket.gethostname()}-{os.getpid()}"
    sweep = Sweep()
    tasks = [
        asyncio.create_task(_forever(lambda: record_all(consumer), 0)),
        asyncio.create_task(_forever(sweep.tend, SWEEP_SECONDS)),
        asyncio.create_task(_forever(expire, EXPIRE_SECONDS)),
    ]
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _forever(work: Callable[[], Awaitable[object]], pause_seconds: float) -> None:
    while True:
        try:
            await work()
            await asyncio.sleep(pause_seconds)
        except Exception:
            logger.exception("The recorder tries again")
            await asyncio.sleep(RETRY_SECONDS)
