"""The database from async code: on threads of its own, so that nobody waits for another's query."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import connection, connections

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 8
_executor = ThreadPoolExecutor(THREADS, thread_name_prefix="database")


async def in_database(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The result of `work`, which may use the ORM."""

    def with_connection() -> R:
        try:
            return work(*args, **kwargs)
        finally:
            _give_back()

    return await sync_to_async(with_connection, thread_sensitive=False, executor=_executor)()


def take_turns(what: str) -> None:
    """In a transaction: waits until no other one is at the same. SQLite's have one another wait anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def _give_back() -> None:
    """PostgreSQL's connections go back to their pool; SQLite's stay, as opening one takes long."""
    for each in connections.all(initialized_only=True):
        if each.vendor != "sqlite" or each.errors_occurred:
            each.close_if_unusable_or_obsolete()
