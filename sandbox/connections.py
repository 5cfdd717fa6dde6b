"""Connections to Redis: pools large enough for every waiting thread or follower, and timeouts everywhere.

The service's commands are repeated for some seconds while Redis restarts: all of them may happen twice. A
relay's are not: it lets go, and the keeper wakes another.
"""

import asyncio
from typing import Any

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.connection import PythonRespSerializer
from redis.exceptions import ConnectionError as NoConnection
from redis.retry import Retry

from sandbox.config import Config

# redis-py's own types describe every protocol and option at once: nothing that a checker could use.
Redis = Any

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0  # longer than any command blocks
SPARE_CONNECTIONS = 600
PATIENT_TRIES = 12  # about five seconds
ALONE_BYTES = 6000  # an argument of more is sent by itself, without being copied (redis-py's own number)


def connect(config: Config) -> Redis:
    """For threads: a relay holds two connections, one of them waiting."""
    pool = redis.ConnectionPool.from_url(
        config.redis_url,
        max_connections=max(SPARE_CONNECTIONS, 4 * config.worker_threads),
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
        # hiredis reads faster, but it copies what is written: 1 ms more for a great output.
        command_packer=PythonRespSerializer(ALONE_BYTES, _encoded),
    )
    return redis.Redis.from_pool(pool)


def _encoded(argument: str | bytes | int | float) -> bytes:
    return argument if isinstance(argument, bytes) else str(argument).encode()


class _Cancellable:
    """Its timeout is ours: redis-py puts `wait_for` around writes, and that of Python 3.11 may swallow a
    cancellation.
    """

    async def read_response(self, *args: Any, **more: Any) -> Any:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await super().read_response(*args, **more)  # type: ignore[misc]


class CancellableConnection(_Cancellable, redis.asyncio.Connection):
    """To `redis://`."""


class CancellableTlsConnection(_Cancellable, redis.asyncio.SSLConnection):
    """To `rediss://`."""


def connect_async(config: Config) -> Redis:
    """For the event loop: each follower and each listener holds one that waits."""
    pool = redis.asyncio.ConnectionPool.from_url(
        config.redis_url,
        max_connections=10_000,
        socket_timeout=None,
        socket_connect_timeout=CONNECT_SECONDS,
        retry=AsyncRetry(
            ExponentialBackoff(cap=0.5, base=0.05), PATIENT_TRIES, supported_errors=(NoConnection,)
        ),
    )
    # The address itself names a class, whatever else is said.
    is_tls = issubclass(pool.connection_class, redis.asyncio.SSLConnection)
    pool.connection_class = CancellableTlsConnection if is_tls else CancellableConnection
    return redis.asyncio.Redis.from_pool(pool)
