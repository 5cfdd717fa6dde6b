"""What people are shown: the queue, why a host was chosen, what hosts were like. For the event loop."""

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sandbox import keys
from sandbox.messages import (
    DecodeError,
    HostSample,
    Opening,
    SessionFigures,
    Status,
    WaitingFigures,
    decode_host_sample,
    decode_session_event,
    decode_session_figures,
)
from sandbox.pool.openings import opening_of

T = TypeVar("T")


async def waiting(redis: Any) -> list[WaitingFigures]:
    """Each session that waits for room: in order, then those that no host could take."""
    queue = await redis.zrange(keys.QUEUE, 0, -1, withscores=True)
    pipeline = redis.pipeline(transaction=False)
    for session_id, _ in queue:
        pipeline.hmget(keys.SESSION % session_id.decode(), "opening", "status")
    said = await pipeline.execute() if queue else []
    found = [
        _figures(session_id.decode(), arrived / 1000, opening, status)
        for (session_id, arrived), (data, status) in zip(queue, said, strict=True)
        if (opening := opening_of(data))
    ]
    return sorted(found, key=lambda one: (one.position is None, one.position or 0, one.since))


def _figures(session_id: str, since: float, opening: Opening, status: bytes | None) -> WaitingFigures:
    told = decode_session_event(status) if status else None
    if not isinstance(told, Status) or told.state != "waiting":
        told = Status(state="waiting")  # it came a moment ago
    return WaitingFigures(session_id, opening.owner, since, told.position, told.estimate_seconds, told.reason)


async def whys(redis: Any, session_ids: Sequence[str]) -> dict[str, list[dict[str, str]]]:
    """For each session what was said of hosts when it was placed: the chosen one first."""
    pipeline = redis.pipeline(transaction=False)
    for session_id in session_ids:
        pipeline.hget(keys.SESSION % session_id, "why")
    said = await pipeline.execute() if session_ids else []
    return {one: json.loads(why) for one, why in zip(session_ids, said, strict=True) if why}


def sessions(said: Mapping[bytes, bytes]) -> list[SessionFigures]:
    """Each session with a container; another version's words are left out, here and below."""
    return list(_known(decode_session_figures, (said[name] for name in sorted(said))))


def _known(decode: Callable[[bytes], T], said: Iterable[bytes]) -> Iterator[T]:
    for each in said:
        with contextlib.suppress(DecodeError):
            yield decode(each)


async def history(redis: Any, hosts: Sequence[str]) -> dict[str, list[HostSample]]:
    """Each host's samples of the last hour, the oldest first."""
    pipeline = redis.pipeline(transaction=False)
    for name in hosts:
        pipeline.lrange(keys.HISTORY % name, 0, -1)
    kept = await pipeline.execute() if hosts else []
    return {
        name: list(_known(decode_host_sample, reversed(samples)))
        for name, samples in zip(hosts, kept, strict=True)
    }
