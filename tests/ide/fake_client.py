"""A door without a sandbox behind it: keeps what it is told, says what a test tells it to say."""

import asyncio
import hashlib
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from types import TracebackType

from sandbox.exceptions import InboxFull, PoolFull, SessionAsleep, SessionLost, UnknownRun
from sandbox.messages import (
    Attendance,
    Build,
    Check,
    End,
    Finished,
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
    Restart,
    RunEvent,
    SessionEvent,
    SessionFigures,
    Start,
    Status,
    Stop,
    WaitingFigures,
    WorkerFigures,
    encode,
)


class FakeClient:
    """`sandbox.client.Client`, in memory."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.openings: dict[str, Opening] = {}
        self.manifests: dict[str, dict[str, str]] = {}
        self.inbox: dict[str, list[InboxMessage]] = defaultdict(list)
        self.statuses: dict[str, Status] = {}
        self.used: dict[str, float] = {}  # session → when last
        self.said: dict[str, list[SessionEvent]] = defaultdict(list)
        self.run_events: dict[str, list[tuple[int, RunEvent]]] = {}
        self.acknowledged: dict[str, int] = {}
        self.finished: dict[str, Finished] = {}
        self.attended: list[tuple[str, float, bool]] = []
        self.waiting: list[tuple[str, Record]] = []
        self.settled: list[str] = []
        self.published: Pool | None = Pool(hosts=[], toolchains=[])
        self.full = False
        self.inbox_full = False
        self.figures = [HostFigures(name="here", alive=True, at=time.time())]
        self.complete = True
        self.containers_lost: dict[str, float] = {}
        self.attending = Attendance([WorkerFigures(name="one", at=time.time(), slots=64, busy=0)])
        self.report: Preflight | None = Preflight(time.time(), [Check("Engine version", "24.0")], "engine")
        self.examined: list[HostEntry] = []
        self.live: list[SessionFigures] = []
        self.queued: list[WaitingFigures] = []
        self.samples: dict[str, list[HostSample]] = {}
        self.build: Build | None = None  # of what is wanted
        self.wanted: list[str] = []
        self.news = asyncio.Condition()

    async def want_build(self, name: str) -> Build | None:
        self.wanted.append(name)
        return self.build

    # --- what a test says -----------------------------------------------------------------------------

    async def say(self, session_id: str, event: SessionEvent) -> None:
        if isinstance(event, Status):
            self.statuses[session_id] = event
        await self.publish(session_id, event)

    async def run_says(self, run_id: str, *events: RunEvent) -> None:
        kept = self.run_events.setdefault(run_id, [])
        for event in events:
            kept.append((len(kept) + 1, event))
            if isinstance(event, Finished):
                self.finished[run_id] = event
        await self._tell()

    async def forget_run(self, run_id: str) -> None:
        self.run_events.pop(run_id, None)
        self.finished.pop(run_id, None)
        await self._tell()

    def sent(self, session_id: str, kind: type[InboxMessage]) -> list[InboxMessage]:
        return [message for message in self.inbox[session_id] if isinstance(message, kind)]

    async def until(self, happened: Callable[[], object]) -> None:
        """Wait until what was sent makes it true."""
        async with asyncio.timeout(5), self.news:
            while not happened():
                await self.news.wait()

    async def _tell(self) -> None:
        async with self.news:
            self.news.notify_all()

    # --- the interface --------------------------------------------------------------------------------

    async def close(self) -> None:
        pass

    async def put_blobs(self, contents: Iterable[bytes]) -> list[str]:
        hashes = {hashlib.sha256(content).hexdigest(): content for content in contents}
        self.blobs.update(hashes)
        return list(hashes)

    async def blob(self, sha256: str) -> bytes | None:
        return self.blobs.get(sha256)

    async def open(self, opening: Opening, manifest: Mapping[str, str]) -> None:
        if self.full:
            raise PoolFull
        self.openings[opening.session_id] = opening
        self.manifests[opening.session_id] = dict(manifest)
        if self._status(opening.session_id) in (None, "hibernated"):
            self.statuses[opening.session_id] = Status(state="starting")

    async def send(
        self,
        session_id: str,
        *messages: InboxMessage,
        contents: Iterable[bytes] = (),
        events: Sequence[SessionEvent] = (),
    ) -> None:
        await self.put_blobs(contents)
        if session_id not in self.openings:
            raise SessionLost
        if self._status(session_id) == "hibernated":
            raise SessionAsleep
        if self.inbox_full and not all(isinstance(each, Stop | Restart | End) for each in messages):
            raise InboxFull
        self.said[session_id].extend(events)
        self.inbox[session_id].extend(messages)
        for message in messages:
            if isinstance(message, Start):
                self.run_events.setdefault(message.run_id, [])
        await self._tell()

    def _status(self, session_id: str) -> str | None:
        status = self.statuses.get(session_id)
        return status.state if status else None

    async def status(self, session_id: str) -> Status | None:
        return self.statuses.get(session_id)

    async def attend(self, session_id: str, seconds: float, *, at_most: bool = False) -> None:
        self.attended.append((session_id, seconds, at_most))

    async def leave(self, session_id: str) -> bool:
        status = self.statuses.get(session_id)
        if status is None or status.state != "waiting":
            return False
        self.statuses[session_id] = Status(state="hibernated")
        await self.publish(session_id, self.statuses[session_id])
        return True

    async def idle(self, session_ids: Sequence[str]) -> dict[str, float]:
        ready = [one for one in session_ids if self.statuses.get(one, Status("lost")).state == "ready"]
        return {one: self.used.get(one, 0.0) for one in ready if not self._has_run(one)}

    async def hibernate(self, session_id: str, used_at: float) -> bool:
        if (await self.idle([session_id])).get(session_id) != used_at:
            return False
        await self.say(session_id, Status(state="hibernated"))
        return True

    def _has_run(self, session_id: str) -> bool:
        starts = [each for each in self.inbox[session_id] if isinstance(each, Start)]
        return any(start.run_id not in self.finished for start in starts)

    async def last_entry(self, session_id: str) -> str:
        return str(len(self.said[session_id]))

    async def events(
        self, session_id: str, after: str | None = None
    ) -> AsyncIterator[tuple[str, SessionEvent]]:
        entry = len(self.said[session_id]) if after is None else int(after.split("-")[0])
        while True:
            async with self.news:
                while len(self.said[session_id]) <= entry:
                    await self.news.wait()
            event = self.said[session_id][entry]
            entry += 1
            yield str(entry), event

    async def publish(self, session_id: str, event: SessionEvent) -> None:
        self.said[session_id].append(event)
        await self._tell()

    def follow(self, run_id: str, after_seq: int = 0, base: int = 0) -> "FakeFollower":
        return FakeFollower(self, run_id, after_seq, base)

    async def outcome(self, run_id: str) -> Finished | None:
        return self.finished.get(run_id)

    async def refused_input(self, run_id: str) -> InputRefused | None:
        said = [event for _, event in self.run_events.get(run_id, []) if isinstance(event, InputRefused)]
        return said[0] if said and run_id not in self.finished else None

    async def last_seq(self, run_id: str) -> int:
        return len(self.run_events.get(run_id, []))

    async def finish(self, run_id: str, session_id: str, finished: Finished) -> None:
        if run_id not in self.finished:
            await self.run_says(run_id, finished)

    async def set_pool(self, pool: Pool) -> None:
        self.published = pool

    async def pool(self) -> Pool | None:
        return self.published

    async def hosts(self) -> list[HostFigures]:
        return self.figures

    async def recall(self, run_id: str, session_id: str) -> Recall:
        starts = [each for each in self.inbox[session_id] if isinstance(each, Start)]
        known = any(start.run_id == run_id for start in starts)
        return Recall(known, self.complete, self.containers_lost.get(session_id))

    async def preflight(self, entry: HostEntry, seconds: float = 1.0) -> Preflight | None:
        self.examined.append(entry)
        return self.report

    async def sessions(self) -> list[SessionFigures]:
        return self.live

    async def queue(self) -> list[WaitingFigures]:
        return self.queued

    async def whys(self, sessions: Iterable[str]) -> dict[str, list[dict[str, str]]]:
        return {one: [{"host": "here", "said": "it has most room"}] for one in sessions}

    async def history(self, hosts: Iterable[str]) -> dict[str, list[HostSample]]:
        return {name: self.samples.get(name, []) for name in hosts}

    async def attendance(self) -> Attendance:
        return self.attending

    async def records(
        self, consumer: str, count: int = 100, wait_seconds: float = 1.0
    ) -> list[tuple[str, Record]]:
        return [(entry, record) for entry, record in self.waiting if entry not in self.settled][:count]

    async def settle(self, entries: Iterable[str]) -> None:
        self.settled.extend(entries)


class FakeFollower:
    """Holds nothing back."""

    def __init__(self, client: FakeClient, run_id: str, after_seq: int, base: int) -> None:
        self._client, self._run_id, self._base = client, run_id, base
        self._seq = after_seq - base
        self._kept = client.run_events.get(run_id, [])

    async def __aenter__(self) -> "FakeFollower":
        if self._run_id not in self._client.run_events or self._seq > len(self._kept):
            raise UnknownRun
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def __aiter__(self) -> AsyncIterator[tuple[int, RunEvent]]:
        while True:
            async with self._client.news:
                while not self._waiting():
                    await self._client.news.wait()
            for seq, event in self._waiting():
                self._seq = seq
                yield self._base + seq, event
                if isinstance(event, Finished):
                    return

    async def encoded(self) -> AsyncIterator[tuple[int, bytes]]:
        async for seq, event in self:
            yield seq, encode(event)

    def _waiting(self) -> list[tuple[int, RunEvent]]:
        if self._client.run_events.get(self._run_id) is not self._kept:
            raise UnknownRun
        return self._kept[self._seq :]

    def acknowledge(self, seq: int) -> bool:
        seq -= self._base
        news = seq > self._client.acknowledged.get(self._run_id, 0)
        self._client.acknowledged[self._run_id] = seq
        return news
