"""Asks keepers about machines; they answer in `asks`. For the event loop."""

import secrets
import time
from typing import Any

from sandbox import keys
from sandbox.messages import Check, HostEntry, Preflight, PreflightAsked, decode_preflight, encode

PREFLIGHT_SECONDS = 12.0
UNANSWERED = Check(
    "Engine",
    "a keeper looks at it and comes to no end",
    "bad",
    "Is the machine's name one that the keeper knows?",
)


async def preflight(redis: Any, entry: HostEntry, seconds: float) -> Preflight | None:
    """What a keeper finds of a machine; None when no keeper takes the question in time."""
    asked = PreflightAsked(secrets.token_hex(16), entry)
    await redis.rpush(keys.ASKED, encode(asked))
    answer = await redis.blpop([keys.ANSWER % asked.id], timeout=seconds)
    if answer:
        return decode_preflight(answer[1])
    is_untaken = await redis.lrem(keys.ASKED, 1, encode(asked))
    return None if is_untaken else Preflight(time.time(), [UNANSWERED])
