"""The stream of what must reach the database, read by the recorder: at least once, until it is settled."""

import logging
from typing import Any

from redis.exceptions import ResponseError

from sandbox import keys
from sandbox.messages import DecodeError, Missing, Record, decode_record, encode

log = logging.getLogger(__name__)

DEAD_MS = 30_000  # a consumer that settled nothing for so long is dead: another takes its records over

Entries = list[tuple[str, Record]]


async def unsettled(redis: Any, consumer: str, count: int, wait_seconds: float) -> Entries:
    """This consumer's unsettled records, else those of dead ones, else new ones; waits for new ones only."""
    try:
        return await _read(redis, consumer, count, wait_seconds)
    except ResponseError as error:
        if "NOGROUP" not in str(error) and "no such key" not in str(error).lower():
            raise
    await _make_group(redis)
    return await _read(redis, consumer, count, wait_seconds)


async def settle(redis: Any, entries: list[str]) -> None:
    """Forget them."""
    if entries:
        pipeline = redis.pipeline()
        pipeline.xack(keys.RECORDS, keys.RECORDER, *entries)
        pipeline.xdel(keys.RECORDS, *entries)
        await pipeline.execute()


async def _make_group(redis: Any) -> None:
    try:
        await redis.xgroup_create(keys.RECORDS, keys.RECORDER, id="0", mkstream=True)
    except ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise


async def _read(redis: Any, consumer: str, count: int, wait_seconds: float) -> Entries:
    group = (keys.RECORDER, consumer)
    own = await redis.xreadgroup(*group, {keys.RECORDS: "0"}, count=count)
    if own and own[0][1]:
        return await _decoded(redis, own[0][1])
    claimed = await redis.xautoclaim(keys.RECORDS, *group, min_idle_time=DEAD_MS, start_id="0-0", count=count)
    if claimed[1]:
        return await _decoded(redis, claimed[1])
    new = await redis.xreadgroup(
        *group, {keys.RECORDS: ">"}, count=count, block=max(1, int(wait_seconds * 1000))
    )
    return await _decoded(redis, new[0][1]) if new else []


async def _decoded(redis: Any, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> Entries:
    """Those that are records; what is none is said and settled, else it would hold up all others for ever."""
    found, none = [], []
    for name, fields in entries:
        entry = name.decode()
        try:
            if fields:  # else another has settled it
                found.append((entry, decode_record(fields[b"r"])))
        except (KeyError, DecodeError):
            log.exception("%s is no record: %.200r", entry, fields)
            none.append(entry)
    await settle(redis, none)
    return found


def missing(redis: Any, session_id: str, hashes: list[str]) -> None:
    """Ask the recorder for blobs that Redis no longer has."""
    redis.xadd(keys.RECORDS, {"r": encode(Missing(session_id, hashes))})
