"""Connections to Redis: pools large enough for every waiting thread or follower, and timeouts everywhere.

Nothing is retried here: a step that may have happened is repeated only by whoever knows that it may be.
"""

from typing import Any

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from sandbox.config import Config

# redis-py's own types describe every protocol and option at once: nothing that a checker could use.
Redis = Any

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0  # longer than any command blocks
SPARE_CONNECTIONS = 600


def connect(config: Config) -> Redis:
    """For threads: a relay holds two connections, one of them waiting."""
    pool = redis.ConnectionPool.from_url(
        config.redis_url,
        max_connections=max(SPARE_CONNECTIONS, 4 * config.worker_threads),
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return redis.Redis.from_pool(pool)


def connect_async(config: Config) -> Redis:
    """For the event loop: each follower and each listener holds one that waits."""
    pool = redis.asyncio.ConnectionPool.from_url(
        config.redis_url,
        max_connections=10_000,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=AsyncRetry(NoBackoff(), 0),
    )
    return redis.asyncio.Redis.from_pool(pool)
