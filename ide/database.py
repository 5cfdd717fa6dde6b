"""The database from async code: on threads of its own, so that nobody waits for another's query."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 8
_executor = ThreadPoolExecutor(THREADS, thread_name_prefix="database")


async def in_database(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The result of `work`, which may use the ORM."""

    def with_connection() -> R:
        close_old_connections()
        try:
            return work(*args, **kwargs)
        finally:
            close_old_connections()

    return await sync_to_async(with_connection, thread_sensitive=False, executor=_executor)()
