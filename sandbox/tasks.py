"""Celery wiring only: `serve(session)` is a wake-up, acknowledged early; the relay does the work.

celery -A sandbox.tasks worker
"""

import logging
from functools import cache
from typing import Any

from celery.signals import setup_logging, worker_ready, worker_shutting_down

from sandbox import wakeups
from sandbox.config import config, log_plainly
from sandbox.pool.attendance import Beats
from sandbox.relay.relay import Relay
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


@setup_logging.connect
def set_up_logging(**_: Any) -> None:
    """Instead of Celery's own."""
    log_plainly()
    logging.getLogger("celery").setLevel(logging.WARNING)  # each wake-up would be a line


@cache
def beats() -> Beats:
    """This process's."""
    return Beats(worker().redis, config().worker_threads, lambda: worker().leases.held)


@worker_ready.connect
def show(**_: Any) -> None:
    """It takes wake-ups from now on."""
    beats().start()


@worker_shutting_down.connect
def let_go(**_: Any) -> None:
    """Relays let go at once; others take over."""
    worker().stopping.set()
    beats().stop()
