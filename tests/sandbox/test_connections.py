"""What redis-py does not promise by itself."""

import asyncio

from sandbox.config import Config
from sandbox.connections import connect_async


async def test_a_command_can_be_cancelled_at_any_moment(config: Config) -> None:
    client = connect_async(config)

    async def ask() -> None:
        while True:
            await client.ping()

    for turns in range(300):
        asking = asyncio.create_task(ask())
        for _ in range(turns % 60):
            await asyncio.sleep(0)
        asking.cancel()
        done, _ = await asyncio.wait([asking], timeout=5)
        assert done, "the cancellation was swallowed"
    await client.aclose()
