"""Asks keepers about machines; they answer in `asks`. For the event loop."""

import secrets
from typing import Any

from sandbox import keys
from sandbox.messages import HostEntry, Preflight, PreflightAsked, decode_preflight, encode

PREFLIGHT_SECONDS = 12.0


async def preflight(redis: Any, entry: HostEntry, seconds: float) -> Preflight | None:
    """What a keeper finds of a machine; None when no keeper answers in time."""
    asked = PreflightAsked(secrets.token_hex(16), entry)
    await redis.rpush(keys.ASKED, encode(asked))
    answer = await redis.blpop([keys.ANSWER % asked.id], timeout=seconds)
    if answer is None:
        await redis.lrem(keys.ASKED, 1, encode(asked))
    return decode_preflight(answer[1]) if answer else None
