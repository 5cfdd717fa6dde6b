"""Frames → Redis: everything that arrived together goes in one round trip, and is acknowledged afterwards.

An acknowledgement is held back while the slowest live follower of its run is too far behind: then the agent
stops reading, and the program waits in its `write`.
"""

import threading
import time
from collections.abc import Sequence

import msgspec

from sandbox import keys, scripts
from sandbox.exceptions import ProtocolBreach
from sandbox.limits import ANSWER_BYTES, FOLLOWER_WINDOW_BYTES, OUTPUT_TAIL_BYTES, REPORT_BYTES
from sandbox.messages import (
    Ack,
    Answered,
    Finished,
    InputRefused,
    Measured,
    Output,
    Published,
    RunUsage,
    Say,
    encode,
)
from sandbox.relay.attachment import Attachment
from sandbox.relay.liveruns import LiveRun, LiveRuns
from sandbox.relay.session import Session

SESSION_CHANNEL = ""


class Outbox:
    """The socket thread writes; the courier thread releases what was held back."""

    def __init__(self, session: Session, attachment: Attachment, runs: LiveRuns) -> None:
        self._session = session
        self._attachment = attachment
        self._runs = runs
        self._held: dict[str, int] = {}  # run → its last frame that is not acknowledged
        self._lock = threading.Lock()

    def put(self, says: Sequence[Say], received: str | None, usages: Sequence[RunUsage]) -> None:
        """All that arrived together: numbered frames, the last inbox entry taken, figures to show."""
        calls = [self._session.received(received)] if received else []
        calls += [self._session.step("tell", "0", encode(usage), "") for usage in usages]
        try:
            channels = _by_channel(says)
        except ProtocolBreach:
            scripts.run_all(self._session.redis, calls)  # what was taken must not be run again
            raise
        own = channels.pop(SESSION_CHANNEL, [])
        if own:
            calls.append(
                self._session.step("said", *(part for say in own for part in (say.n, encode(say.event))))
            )
        batches = [batch for run, said in channels.items() if (batch := self._batch(run, said))]
        calls += [self._session.step("append", *batch.arguments(self._session.host)) for batch in batches]
        results = scripts.run_all(self._session.redis, calls) if calls else []
        acks = [self._ack(SESSION_CHANNEL, own[-1].n)] if own else []
        for batch, result in zip(batches, results[len(results) - len(batches) :], strict=True):
            acks += self._settle(batch, result)
        self._attachment.send(acks)

    def caught_up(self, run_ids: Sequence[str]) -> None:
        """Followers of these runs made room: the agent may go on."""
        with self._lock:
            acks = [self._ack(run, self._held.pop(run)) for run in run_ids if run in self._held]
        self._attachment.send(acks)

    def look_at_held(self) -> None:
        """A follower may have died without a word."""
        with self._lock:
            held = list(self._held)
        if held:
            answers = scripts.run_all(self._session.redis, [("caught_up", (run,)) for run in held])
            self.caught_up([run for run, free in zip(held, answers, strict=True) if free])

    def _ack(self, channel: str, n: int) -> Ack:
        return Ack(self._attachment.epoch, channel, n)

    def _batch(self, run_id: str, says: list[Say]) -> "_Batch | None":
        run = self._runs.get(run_id) or _load_run(self._session, run_id)
        new = [say for say in says if say.n > run.n]
        if new and isinstance(finished := new[-1].event, Finished):
            bounded = run.bounded(finished, self._session.opening.limits)
            new[-1] = msgspec.structs.replace(new[-1], event=bounded)
        # Nothing new: they came again as their acknowledgement was lost; the last one is asked about.
        return _Batch(run, new or says[-1:])

    def _settle(self, batch: "_Batch", result: list[bytes | int]) -> list[Ack]:
        state, lacking = result
        run = batch.run
        run.n = max(run.n, batch.last)
        run.moved()
        if batch.finished or state in (b"over", b"unknown"):
            self._runs.drop([run.id])
        elif int(lacking) > FOLLOWER_WINDOW_BYTES:
            return self._hold(run.id, batch.last)
        return [self._ack(run.id, batch.last)]

    def _hold(self, run_id: str, n: int) -> list[Ack]:
        with self._lock:
            self._held[run_id] = n
        # Its follower may have caught up before we held it, and then nobody tells us.
        if not scripts.run(self._session.redis, "caught_up", run_id):
            return []
        with self._lock:
            self._held.pop(run_id, None)
        return [self._ack(run_id, n)]


class _Batch:
    """Consecutive frames of one run."""

    def __init__(self, run: LiveRun, says: list[Say]) -> None:
        self.run = run
        self.says = says
        self.last = says[-1].n
        self.finished = isinstance(says[-1].event, Finished)

    def arguments(self, host: str) -> list[str | bytes | int]:
        """Those of the script `append` after session and epoch."""
        encoded = [encode(say.event) for say in self.says]
        told = list(zip(self.says, encoded, strict=True))
        arguments: list[str | bytes | int] = [
            self.run.id,
            host,
            encoded[-1] if self.finished else b"",
            next((text for say, text in told if isinstance(say.event, InputRefused)), b""),
            self.says[0].n,
            self.last,
        ]
        sizes = [len(text) if isinstance(say.event, Measured) else _size(say.event) for say, text in told]
        for of_stderr in (False, True):
            printed = [
                (say.event.text, size)
                for say, size in zip(self.says, sizes, strict=True)
                if isinstance(say.event, Output) and (say.event.stream == "stderr") == of_stderr
            ]
            arguments += [sum(size for _, size in printed), _tail([text for text, _ in printed])]
        for size, event in zip(sizes, encoded, strict=True):
            arguments += [size, event]
        return arguments


def _size(event: object) -> int:
    """The bytes of output in an event."""
    if not isinstance(event, Output):
        return 0
    return len(event.text) if event.text.isascii() else len(event.text.encode())


def _tail(texts: Sequence[str]) -> bytes:
    """The last part of what was printed, without encoding all of it."""
    tail = ""
    for text in reversed(texts):
        tail = text[len(tail) - OUTPUT_TAIL_BYTES :] + tail
        if len(tail) >= OUTPUT_TAIL_BYTES:
            break
    return tail.encode()[-OUTPUT_TAIL_BYTES:]


def _by_channel(says: Sequence[Say]) -> dict[str, list[Say]]:
    channels: dict[str, list[Say]] = {}
    for say in says:
        if (say.channel == SESSION_CHANNEL) != isinstance(say.event, Published | Answered):
            raise ProtocolBreach("An event came on a channel that has none such.")
        if isinstance(say.event, Answered) and len(encode(say.event)) > ANSWER_BYTES:
            raise ProtocolBreach("An answer is too long.")
        if isinstance(say.event, Measured) and len(encode(say.event)) > REPORT_BYTES:
            raise ProtocolBreach("A report is too long.")
        channels.setdefault(say.channel, []).append(say)
        if any(isinstance(said.event, Finished) for said in channels[say.channel][:-1]):
            raise ProtocolBreach("A run said something after its end.")
    return channels


def _load_run(session: Session, run_id: str) -> LiveRun:
    """A run that an earlier relay began to watch."""
    key = keys.RUN % run_id
    entry, taken, allowance, idles, n = session.redis.hmget(
        key, "entry", "delivered", "allowance", "idles", "n"
    )
    taken_at = int(taken) / 1000 if taken else time.time()
    return LiveRun(
        run_id,
        entry=entry.decode() if entry else "0-0",
        taken=taken_at,
        allowance_seconds=float(allowance or 0),
        idles=idles == b"1",
        n=int(n or 0),
    )


def load_runs(session: Session, runs: LiveRuns) -> None:
    """All runs of the session that were given to an agent and have not finished."""
    for run_id in session.redis.smembers(keys.SESSION_RUNS % session.id):
        run = run_id.decode()
        if session.redis.hexists(keys.RUN % run, "delivered"):
            runs.add(_load_run(session, run))
