"""A host that makes no containers looks idle and would draw every new session: it is left alone for a while.

create fails ── counted in Redis, by host and toolchain ──► not chosen for seconds, then for minutes
"""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from sandbox import keys

COOL_SECONDS = (0.0, 10.0, 60.0, 300.0)  # after so many failures; a first one is chance
KEPT_SECONDS = 600  # that failures are remembered after the last one
WHY_CHARACTERS = 200
FIELDS = ("count", "at", "why")


class Failures(msgspec.Struct, frozen=True):
    """Containers that could not be made of late on one host; `at` is the last one's time."""

    count: int = 0
    at: float = 0.0
    why: str = ""


def cooling(failures: Failures, now: float) -> str:
    """Why nothing is tried there for a moment; empty: it is."""
    pause = COOL_SECONDS[min(failures.count, len(COOL_SECONDS)) - 1] if failures.count else 0.0
    left = failures.at + pause - now
    if left <= 0:
        return ""
    return f"could not make {failures.count} containers, is asked again in {left:.0f} s: {failures.why}"


def note(redis: Any, host: str, toolchain: str, why: str) -> None:
    """A container could not be made there; those that fail together count as one. Blocks."""
    key = keys.FAILED % (host, toolchain)
    if cooling(decoded(redis.hmget(key, FIELDS)), time.time()):
        return
    pipeline = redis.pipeline()
    pipeline.hincrby(key, "count", 1)
    pipeline.hset(key, mapping={"at": time.time(), "why": why[:WHY_CHARACTERS]})
    pipeline.expire(key, KEPT_SECONDS)
    pipeline.execute()


def forget(redis: Any, host: str, toolchains: Iterable[str]) -> None:
    """A container was made, or its engine answers again: what failed before says nothing. Blocks."""
    found = [keys.FAILED % (host, toolchain) for toolchain in toolchains]
    if found:
        redis.delete(*found)


def decoded(said: Sequence[bytes | None]) -> Failures:
    """What Redis says of FIELDS."""
    count, at, why = said
    return Failures(int(count or 0), float(at or 0), (why or b"").decode())
