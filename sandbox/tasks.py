"""Celery wiring only: `serve(session)` is a wake-up, acknowledged early; the relay does the work.

celery -A sandbox.tasks worker
"""

from functools import cache
from typing import Any

from celery.signals import worker_shutting_down

from sandbox import wakeups
from sandbox.config import config
from sandbox.relay import Relay
from sandbox.worker import Worker

app = wakeups.app(config())


@cache
def worker() -> Worker:
    """This process's."""
    return Worker(config())


@app.task(name=wakeups.SERVE)
def serve(session_id: str) -> None:
    """Serve the session until it is quiet."""
    Relay(worker(), session_id).serve()


@worker_shutting_down.connect
def let_go(**_: Any) -> None:
    """Relays let go at once; others take over."""
    worker().stopping.set()
