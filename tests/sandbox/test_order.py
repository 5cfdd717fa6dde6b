"""Whatever relays come and go: a run's events are in order, without a gap, and each is there once."""

import asyncio
import random

import pytest

from sandbox import keys
from sandbox.client import Client
from sandbox.connections import Redis
from sandbox.messages import Finished, Input, Output
from tests.sandbox.conftest import Relays, opening
from tests.sandbox.test_relay import events_of, start

INPUTS = 150


@pytest.mark.parametrize("seed", range(6))
async def test_while_relays_are_replaced_at_random(
    seed: int, client: Client, relays: Relays, redis: Redis
) -> None:
    chance = random.Random(seed)
    await client.open(opening(), {})
    await client.send("session", start("run", "echo"))

    async def replace() -> None:
        while True:
            await asyncio.sleep(chance.uniform(0.01, 0.2))
            redis.delete(keys.LEASE % "session")
            for _ in range(chance.randint(1, 10)):
                relays.wake("session")

    replacing = asyncio.create_task(replace())
    for number in range(INPUTS):
        await client.send("session", Input("run", f"{number}\n"))
        await asyncio.sleep(chance.choice([0, 0, 0, 0.02]))
    await client.send("session", Input("run", eof=True))
    events = await events_of(client, "run")
    replacing.cancel()
    await asyncio.gather(replacing, return_exceptions=True)
    assert [seq for seq, _ in events] == list(range(1, len(events) + 1))
    assert [type(event) for _, event in events].count(Finished) == 1
    printed = "".join(event.text for _, event in events if isinstance(event, Output))
    assert printed.split() == [str(number) for number in range(INPUTS)]
