"""Asks the builder for variants of toolchains. For the event loop."""

import time
from typing import Any

from sandbox import keys
from sandbox.messages import Build, decode_build, encode

AGAIN_SECONDS = 300.0  # after which one that failed may work, and one that is made has long been registered


async def want(redis: Any, name: str) -> Build | None:
    """How far the variant is, wanted from now on if nobody has; None when there is no builder.

    Who asks does not have it: one that failed, or was made and is gone again, is made anew after a while.
    """
    pipeline = redis.pipeline(transaction=False)
    pipeline.exists(keys.BUILDER)
    pipeline.hget(keys.BUILDS, name)
    lives, known = await pipeline.execute()
    if not lives:
        return None
    build = decode_build(known) if known else None
    if build and not _is_over(build):
        return build
    wanted = Build(name, "wanted", time.time())
    pipeline.hset(keys.BUILDS, name, encode(wanted))
    pipeline.rpush(keys.BUILDS_WANTED, name)
    await pipeline.execute()
    return wanted


def _is_over(build: Build) -> bool:
    return build.state in ("failed", "built") and time.time() - build.since > AGAIN_SECONDS
