"""Which sockets each user has open, over all web processes."""

import asyncio
from time import time
from typing import Any
from weakref import WeakKeyDictionary

from redis.asyncio import Redis

from sandbox.config import config

KEY = "ide:sockets:%s"  # sorted set: socket → when it is forgotten unless renewed
RENEW_SECONDS = 20.0
FORGET_SECONDS = 60.0


def named(session_id: str, origin: str) -> str:
    """A socket's name, which says whose window it is."""
    return f"{session_id}.{origin}"


class Sockets:
    """One user's open sockets."""

    def __init__(self, redis: "Redis", user_id: int) -> None:
        self._redis, self._key = redis, KEY % user_id

    async def enter(self, socket: str, limit: int) -> bool:
        """Count the socket (see `named`) unless there are `limit` others."""
        now = time()
        async with self._redis.pipeline(transaction=True) as commands:
            commands.zremrangebyscore(self._key, 0, now)
            commands.zadd(self._key, {socket: now + FORGET_SECONDS})
            commands.expire(self._key, int(FORGET_SECONDS))
            commands.zcard(self._key)
            *_, count = await commands.execute()
        if count > limit:
            await self.leave(socket)
            return False
        return True

    async def renew(self, socket: str) -> None:
        await self._redis.zadd(self._key, {socket: time() + FORGET_SECONDS})
        await self._redis.expire(self._key, int(FORGET_SECONDS))

    async def session_ids(self) -> set[str]:
        """Which sessions have a window."""
        sockets: Any = await self._redis.zrangebyscore(self._key, time(), "+inf")
        return {socket.decode().partition(".")[0] for socket in sockets}

    async def leave(self, socket: str) -> None:
        await self._redis.zrem(self._key, socket)


_connections: "WeakKeyDictionary[asyncio.AbstractEventLoop, Redis]" = WeakKeyDictionary()


def sockets_of(user_id: int) -> Sockets:
    """The user's sockets, over the running loop's connections."""
    loop = asyncio.get_running_loop()
    if loop not in _connections:
        _connections[loop] = Redis.from_url(config().redis_url)
    return Sockets(_connections[loop], user_id)
