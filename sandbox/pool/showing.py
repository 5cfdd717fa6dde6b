"""What people are shown of the queue. For the event loop."""

from typing import Any

from sandbox import keys
from sandbox.messages import Status, WaitingFigures, decode_opening, decode_session_event


async def waiting(redis: Any) -> list[WaitingFigures]:
    """Each session that waits for room: in order, then those that no host could take."""
    queue = await redis.zrange(keys.QUEUE, 0, -1, withscores=True)
    pipeline = redis.pipeline(transaction=False)
    for session_id, _ in queue:
        pipeline.hmget(keys.SESSION % session_id.decode(), "opening", "status")
    said = await pipeline.execute() if queue else []
    found = [
        _figures(session_id.decode(), arrived / 1000, opening, status)
        for (session_id, arrived), (opening, status) in zip(queue, said, strict=True)
        if opening
    ]
    return sorted(found, key=lambda one: (one.position is None, one.position or 0, one.since))


def _figures(session_id: str, since: float, opening: bytes, status: bytes | None) -> WaitingFigures:
    told = decode_session_event(status) if status else None
    if not isinstance(told, Status) or told.state != "waiting":
        told = Status(state="waiting")  # it came a moment ago
    owner = decode_opening(opening).owner
    return WaitingFigures(session_id, owner, since, told.position, told.estimate_seconds, told.reason)
