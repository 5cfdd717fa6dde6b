"""Work for a pool of threads whose result nobody reads: what goes wrong in it is at least logged."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec

log = logging.getLogger(__name__)

P = ParamSpec("P")


def submit(workers: Executor, job: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> Future[None]:
    """Have it done. RuntimeError: the pool of threads is shut down."""
    future = workers.submit(job, *args, **kwargs)
    future.add_done_callback(_log_failure)
    return future


def _log_failure(future: Future[None]) -> None:
    if not future.cancelled() and (error := future.exception()):
        log.error("a job failed", exc_info=error)
