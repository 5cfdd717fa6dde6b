"""Losses of Redis, told apart by a name each: what was cleared away after one says nothing of the next.

Redis is empty ──► the first to notice names the loss ──► hosts are swept in its name ──► BUILT
"""

import secrets

from sandbox import keys
from sandbox.connections import Redis


def name(redis: Redis) -> str:
    """Of the loss after which not all hosts were swept yet; empty: they were. Blocks."""
    pipeline = redis.pipeline()
    pipeline.exists(keys.BUILT)
    pipeline.set(keys.LOSS, secrets.token_hex(8), nx=True)
    pipeline.get(keys.LOSS)
    built, _, loss = pipeline.execute()
    return "" if built else loss.decode()
