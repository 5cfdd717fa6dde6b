"""The door: the only way from `ide` into the sandbox. Async; one `Client` a process and event loop.

await client.put_blobs([b"main = print 1\\n"])
await client.open(opening, manifest)
await client.send(session_id, Start(...))
async with client.follow(run_id) as follower:
    async for seq, event in follower:
        ...
        follower.acknowledge(seq)
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from sandbox import builds, keys, records, scripts, wakeups
from sandbox.config import Config
from sandbox.connections import connect_async
from sandbox.follower import Follower
from sandbox.limits import BLOB_SECONDS
from sandbox.messages import (
    Attendance,
    Build,
    Finished,
    Hibernate,
    HostEntry,
    HostFigures,
    HostSample,
    InboxMessage,
    InputRefused,
    Opening,
    Pool,
    Preflight,
    Recall,
    Record,
    RunEvent,
    SessionEvent,
    SessionFigures,
    Status,
    Sync,
    WaitingFigures,
    decode_pool,
    decode_run_event,
    decode_session_event,
    encode,
)
from sandbox.pool import asking, figures, leaving, showing
from sandbox.pool.attendance import attendance
from sandbox.relay.inbox import fields_of

__all__ = ["Client", "Follower"]

log = logging.getLogger(__name__)

EVENTS_WAIT_MS = 5000
EVENTS_BATCH = 100
TOLD_MS = 30_000  # a session that was told to hibernate is not told again for that long
WAKE_NEEDED = 2


class Client:
    """Everything that the service can ask of the sandbox."""

    def __init__(self, config: Config, wake: Callable[[str], None] | None = None) -> None:
        self._redis = connect_async(config)
        self._wake = wake or partial(wakeups.wake, settings=config)
        # One thread: the broker's client blocks, and the event loop must not.
        self._waker = ThreadPoolExecutor(1, "wake")

    async def close(self) -> None:
        """Give the connections back."""
        await asyncio.to_thread(self._waker.shutdown)
        await self._redis.aclose()

    # --- contents -------------------------------------------------------------------------------------

    async def put_blobs(self, contents: Iterable[bytes]) -> list[str]:
        """Keep each content for an hour (longer when put again); returns their SHA-256 hashes in order."""
        pipeline = self._redis.pipeline(transaction=False)
        hashes = _add_blobs(pipeline, contents)
        if hashes:
            await pipeline.execute()
        return hashes

    async def blob(self, sha256: str) -> bytes | None:
        """A blob's bytes, such as an overlay that a `SessionChanged` record names; None when it is gone."""
        content: bytes | None = await self._redis.get(keys.BLOB % sha256)
        return content

    # --- sessions -------------------------------------------------------------------------------------

    async def open(self, opening: Opening, manifest: Mapping[str, str]) -> None:
        """Make the session known, or renew what is known of it, and wake it. A live container is kept.

        One that opens for one run sleeps until that is sent: a relay would find none before, and end it.
        Raises PoolFull when it would have to wait and the queue is at its bound.
        """
        sync = encode(Sync(dict(manifest)))
        left = encode(opening.left_out) if opening.left_out else b""
        arguments = (
            opening.session_id,
            encode(opening),
            opening.overlay or "",
            sync,
            int(opening.once),
            left,
        )
        if await scripts.run_async(self._redis, "open", *arguments):
            self._send_wake(opening.session_id)

    async def send(
        self,
        session_id: str,
        *messages: InboxMessage,
        contents: Iterable[bytes] = (),
        events: Sequence[SessionEvent] = (),
    ) -> None:
        """Put messages into the session's inbox, in order, and wake it if no relay serves it.

        With them go, in one round trip, the `contents` that they need (as `put_blobs`) and `events` for
        everybody who listens. Raises SessionLost when the session was never opened or has ended, and
        SessionAsleep when it hibernates: it is to be opened anew.
        """
        pipeline = self._redis.pipeline(transaction=False)
        _add_blobs(pipeline, contents)
        if await scripts.run_last(pipeline, "send", session_id, *fields_of(messages, events)):
            self._send_wake(session_id)

    def _send_wake(self, session_id: str) -> None:
        self._waker.submit(self._try_wake, session_id)

    def _try_wake(self, session_id: str) -> None:
        try:
            self._wake(session_id)
        except Exception:
            log.warning("no wake-up for session %s: the keeper will send one", session_id, exc_info=True)

    async def status(self, session_id: str) -> Status | None:
        """The session's last state; None when it is not known."""
        status = await self._redis.hget(keys.SESSION % session_id, "status")
        event = decode_session_event(status) if status else None
        return event if isinstance(event, Status) else None

    async def attend(self, session_id: str, seconds: float, *, at_most: bool = False) -> None:
        """Somebody waits for the session, for so long at least (or at most, unless others say more)."""
        await scripts.run_async(
            self._redis, "attend", session_id, int(seconds * 1000), "1" if at_most else "0"
        )

    async def leave(self, session_id: str) -> bool:
        """Give up waiting for room: its runs end as stopped. False: it did not wait."""
        return bool(
            await scripts.run_async(self._redis, "leave", session_id, leaving.STOPPED, leaving.ASLEEP)
        )

    async def idle(self, session_ids: Sequence[str]) -> dict[str, float]:
        """Of these sessions those that have a container and no run: when each was last used (Unix time)."""
        pipeline = self._redis.pipeline(transaction=False)
        for session_id in session_ids:
            pipeline.zscore(keys.ACTIVE, session_id)
            pipeline.scard(keys.SESSION_RUNS % session_id)
        answers = await pipeline.execute() if session_ids else []
        seen = zip(session_ids, answers[::2], answers[1::2], strict=True)
        return {session_id: used / 1000 for session_id, used, runs in seen if used is not None and not runs}

    async def hibernate(self, session_id: str, used_at: float) -> bool:
        """Tell a session to, if it is idle and nobody used it since; False: it stays, or was told already.

        Its status says when it sleeps.
        """
        arguments = (round(used_at * 1000), TOLD_MS, encode(Hibernate()))
        told = await scripts.run_async(self._redis, "hibernate", session_id, *arguments)
        if told == WAKE_NEEDED:
            self._send_wake(session_id)
        return bool(told)

    async def last_entry(self, session_id: str) -> str:
        """The entry id of the session's last event, to read `events` from; "0-0" when it has none."""
        entries = await self._redis.xrevrange(keys.SESSION_EVENTS % session_id, count=1)
        return entries[0][0].decode() if entries else "0-0"

    async def events(
        self, session_id: str, after: str | None = None
    ) -> AsyncIterator[tuple[str, SessionEvent]]:
        """The session's events after an entry (None: from now on), each with its entry id; endless."""
        entry = after or await self.last_entry(session_id)
        stream = keys.SESSION_EVENTS % session_id
        while True:
            reply = await self._redis.xread({stream: entry}, count=EVENTS_BATCH, block=EVENTS_WAIT_MS)
            for entry_id, fields in reply[0][1] if reply else []:
                entry = entry_id.decode()
                yield entry, decode_session_event(fields[b"e"])

    async def publish(self, session_id: str, event: SessionEvent) -> None:
        """Tell everybody who listens to the session; used for `FileChanged` and `RunStarted`."""
        await scripts.run_async(self._redis, "publish", session_id, encode(event))

    # --- runs -----------------------------------------------------------------------------------------

    def follow(self, run_id: str, after_seq: int = 0, base: int = 0) -> Follower:
        """The run's events after `after_seq`; see Follower."""
        return Follower(self._redis, run_id, after_seq, base)

    async def outcome(self, run_id: str) -> Finished | None:
        """How the run ended, as soon as it has; None while it has not, or when Redis no longer knows it."""
        finished = await self._redis.hget(keys.RUN % run_id, "finished")
        event: RunEvent | None = decode_run_event(finished) if finished else None
        return event if isinstance(event, Finished) else None

    async def refused_input(self, run_id: str) -> InputRefused | None:
        """What the run said when it took no more input; None while it takes some, or is over."""
        finished, refused = await self._redis.hmget(keys.RUN % run_id, "finished", "input_refused")
        event: RunEvent | None = decode_run_event(refused) if refused and not finished else None
        return event if isinstance(event, InputRefused) else None

    async def last_seq(self, run_id: str) -> int:
        """The number of the run's last event; 0 when it has none or is not known."""
        return int(await self._redis.hget(keys.RUN % run_id, "seq") or 0)

    async def finish(self, run_id: str, session_id: str, finished: Finished) -> None:
        """End a run that no agent will end (its session is lost or it was never taken): one `Finished`, once.

        Writes its `RunEnded` record; an agent that has the run after all is told to stop it.
        """
        await scripts.run_async(self._redis, "finish", session_id, "", run_id, "", encode(finished))

    async def recall(self, run_id: str, session_id: str) -> Recall:
        """Whether the run is known, and if not, whether it may have begun before Redis lost it."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.exists(keys.RUN % run_id)
        pipeline.exists(keys.BUILT)
        pipeline.hget(keys.BEREFT, session_id)
        known, built, lost_at = await pipeline.execute()
        return Recall(bool(known), bool(built), float(lost_at) if lost_at else None)

    # --- the pool -------------------------------------------------------------------------------------

    async def set_pool(self, pool: Pool) -> None:
        """Publish the hosts and toolchains that the database knows."""
        await self._redis.set(keys.POOL, encode(pool))

    async def pool(self) -> Pool | None:
        """What was published; None when Redis lost it."""
        pool = await self._redis.get(keys.POOL)
        return decode_pool(pool) if pool else None

    async def hosts(self) -> list[HostFigures]:
        """Each host as last watched."""
        return list(figures.decoded(await self._redis.hgetall(keys.FIGURES)).values())

    async def sessions(self) -> list[SessionFigures]:
        """Each session with a container as last watched."""
        return showing.sessions(await self._redis.hgetall(keys.SESSIONS))

    async def queue(self) -> list[WaitingFigures]:
        """Each session that waits for room: in order, then those that no host could take."""
        return await showing.waiting(self._redis)

    async def whys(self, sessions: Iterable[str]) -> dict[str, list[dict[str, str]]]:
        """For each session what was said of hosts when it was placed: the chosen one first."""
        return await showing.whys(self._redis, list(sessions))

    async def history(self, hosts: Iterable[str]) -> dict[str, list[HostSample]]:
        """Each host's samples of the last hour, the oldest first."""
        return await showing.history(self._redis, list(hosts))

    async def preflight(
        self, entry: HostEntry, seconds: float = asking.PREFLIGHT_SECONDS
    ) -> Preflight | None:
        """What a keeper finds of a machine; None when no keeper takes the question in time."""
        return await asking.preflight(self._redis, entry, seconds)

    async def want_build(self, name: str) -> Build | None:
        """Have a variant of a toolchain made, unless one is under way; None when there is no builder."""
        return await builds.want(self._redis, name)

    async def attendance(self) -> Attendance:
        """Which workers there are, and whether sessions wait for one in vain."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.hgetall(keys.WORKERS)
        pipeline.get(keys.UNSERVED)
        told, unserved = await pipeline.execute()
        return attendance(told.values(), unserved)

    # --- records --------------------------------------------------------------------------------------

    async def records(
        self, consumer: str, count: int = 100, wait_seconds: float = 1.0
    ) -> list[tuple[str, Record]]:
        """Records nobody has settled: this consumer's own, else those of dead ones, else new."""
        return await records.unsettled(self._redis, consumer, count, wait_seconds)

    async def settle(self, entries: Iterable[str]) -> None:
        """These records are in the database."""
        await records.settle(self._redis, list(entries))


def _add_blobs(pipeline: Any, contents: Iterable[bytes]) -> list[str]:
    """Their hashes in order."""
    blobs = [(hashlib.sha256(content).hexdigest(), content) for content in contents]
    for sha256, content in blobs:
        pipeline.set(keys.BLOB % sha256, content, ex=BLOB_SECONDS)
    return [sha256 for sha256, _ in blobs]
