"""A relay and an agent, from the handshake until there is a reason to end it: the socket thread's loop."""

import logging
import time
from enum import Enum, auto
from threading import Event

from sandbox import keys
from sandbox.exceptions import Fenced, HostError, ProtocolBreach
from sandbox.messages import (
    Answered,
    Attached,
    End,
    Finished,
    Frame,
    Measure,
    Need,
    Outcome,
    Output,
    Overlay,
    Ping,
    Published,
    Ready,
    Received,
    Refused,
    Restart,
    RunUsage,
    Say,
    encode,
)
from sandbox.relay import clocks, contents
from sandbox.relay.attachment import Attachment
from sandbox.relay.courier import Courier
from sandbox.relay.liveruns import LiveRun, LiveRuns
from sandbox.relay.outbox import Outbox, load_runs
from sandbox.relay.session import NOT_PUT_BACK, Session, checked_entry

log = logging.getLogger(__name__)

PUT_OFF_SECONDS = 20.0
NO_ENTRY = "0-0"  # what an agent refuses that came in no entry is the archive of local changes
_ROOT = "file:///work/"


class Ending(Enum):
    """Why a conversation ended; a broken one raises."""

    QUIET = auto()
    STOPPING = auto()
    RESTART = auto()
    END = auto()
    HIBERNATED = auto()
    MOVED = auto()


class Conversation:
    """Serves one session on one container with two threads."""

    def __init__(
        self,
        session: Session,
        attachment: Attachment,
        *,
        quiet_seconds: float,
        stopping: Event,
        lost: Event,
        toolchain: str | None,
    ) -> None:
        self._session = session
        self._attachment = attachment
        self._quiet_seconds = quiet_seconds
        self._stopping = stopping
        self._lost = lost
        self._toolchain = toolchain
        self._runs = LiveRuns()
        load_runs(session, self._runs)
        self._outbox = Outbox(session, attachment, self._runs)
        self._supply = contents.Supply(session.redis, session.id, attachment)
        self._supply.allow(session.manifest().manifest)
        self._courier = Courier(session, attachment, self._runs, self._outbox, self._supply, attachment.close)
        self._collector = contents.Collector()
        self.packed: contents.Packed | None = None  # the local changes, after HIBERNATED
        self._heard = time.monotonic()  # when the agent last said something of its own accord
        self._silence = clocks.Silence()
        self._chatter = clocks.Chatter()
        self._getting_ready = clocks.Patience(clocks.READY_SECONDS, "The agent did not get ready.")
        self._packing = clocks.Patience(clocks.OVERLAY_SECONDS, "The agent sent no archive.")
        self._put_off_at = time.monotonic()
        self._ran_once = False
        self._told_not_put_back = False

    def run(self, attached: Attached) -> Ending:
        """Both ways until there is a reason to end."""
        if attached.ready and not self._session.ready:
            self._session.change("ready", record="ready", toolchain=self._toolchain)
        self._courier.start()
        try:
            while True:
                if ending := self._step():
                    return ending
        except (HostError, ProtocolBreach):
            if ending := self._asked():
                return ending
            raise
        finally:
            self._attachment.close()
            self._courier.stop()

    def _step(self) -> Ending | None:
        timeout = contents.LOOK_SECONDS if self._supply else clocks.TICK_SECONDS
        frames = self._attachment.frames(timeout)
        if frames is not None:
            self._silence.broken()
            self._handle(frames)
        elif self._silence.lasted(timeout):
            self._attachment.send([Ping(self._session.epoch)])
        if self._supply:
            self._supply.look()
        self._check_clocks()
        return self._reason()

    def _asked(self) -> Ending | None:
        """Did somebody ask for an end? Then a stream that broke did so for that."""
        if self._lost.is_set():
            raise Fenced
        if isinstance(self._courier.request, End):
            return Ending.END
        if isinstance(self._courier.request, Restart):
            return Ending.RESTART
        if self.packed is not None:
            return Ending.HIBERNATED
        if self._courier.failure:
            raise self._courier.failure
        return Ending.STOPPING if self._stopping.is_set() else None

    def _reason(self) -> Ending | None:
        """Is there one to end?"""
        if ending := self._asked():
            return ending
        if self._session.opening.once and self._ran_once:
            return Ending.END
        return Ending.QUIET if self._is_quiet() else None

    def _is_quiet(self) -> bool:
        last = max(self._heard, self._courier.moved)
        now = time.monotonic()
        waits = self._runs or self._supply or self._courier.awaited
        busy = waits or self._courier.hibernating or not self._session.ready
        return not busy and now - last > self._quiet_seconds

    # --- our own clocks -------------------------------------------------------------------------------

    def _check_clocks(self) -> None:
        self._getting_ready.check(lasts=not self._session.ready)
        self._packing.check(lasts=self._courier.hibernating)
        for run in self._runs.overdue():
            self._end(run, "timed_out", "The run was still going a minute after its time was over.")
            raise ProtocolBreach("A run outlived its deadline.")
        self._put_off()

    def _end(self, run: LiveRun, outcome: Outcome, reason: str) -> None:
        """End a run that its agent does not end."""
        finished = run.bounded(Finished(outcome=outcome, reason=reason), self._session.opening.limits)
        self._session.call("finish", run.id, self._session.host, encode(finished))
        self._runs.drop([run.id])

    def _put_off(self) -> None:
        """A REPL that is used lives on: the keeper must know too."""
        now = time.monotonic()
        if now - self._put_off_at < PUT_OFF_SECONDS:
            return
        self._put_off_at = now
        if deadlines := {run.id: run.deadline * 1000 for run in self._runs.idling()}:
            self._session.redis.zadd(keys.DEADLINES, deadlines, xx=True)

    # --- what an agent says ---------------------------------------------------------------------------

    def _handle(self, frames: list[Frame]) -> None:
        says = [frame for frame in frames if isinstance(frame, Say)]
        self._chatter.count(len(frames) - sum(1 for say in says if isinstance(say.event, Output)))
        received = [frame.entry for frame in frames if isinstance(frame, Received)]
        usages = self._usages(frames)
        if says or received or usages:
            self._heard = time.monotonic()
            entry = checked_entry(received[-1], self._session.delivered) if received else None
            self._outbox.put(says, entry, usages)
            self._note(says)
        for frame in frames:
            self._handle_other(frame)

    def _usages(self, frames: list[Frame]) -> list[RunUsage]:
        """The newest figures of each live run."""
        newest = {f.run_id: f for f in frames if isinstance(f, Measure) and self._runs.get(f.run_id)}
        return [RunUsage(f.run_id, f.cpu_seconds, f.memory_bytes, f.waits_for_input) for f in newest.values()]

    def _note(self, says: list[Say]) -> None:
        for say in says:
            if isinstance(say.event, Published):
                self._courier.awaited.settle(say.event.uri.removeprefix(_ROOT))
            if isinstance(say.event, Answered):
                self._courier.awaited.settle(say.event.query)
            if isinstance(say.event, Finished):
                self._ran_once = True

    def _handle_other(self, frame: Frame) -> None:
        match frame:
            case Need(hashes=hashes):
                self._supply.need(hashes)
            case Ready() if not self._session.ready:
                self._session.change("ready", record="ready", toolchain=self._toolchain)
            case Overlay() if self._courier.hibernating:
                self.packed = self._collector.add(frame)
            case Overlay():
                raise ProtocolBreach("Nobody asked for the archive.")
            case Refused():
                self._refused(frame)

    def _refused(self, refused: Refused) -> None:
        log.warning("session %s: a message was refused: %s", self._session.id, refused.reason)
        if refused.entry == NO_ENTRY:
            self._not_put_back()
            return
        self._courier.refused(refused.entry)
        if run := self._runs.started_by(refused.entry):
            self._end(run, "internal_error", refused.reason)

    def _not_put_back(self) -> None:
        if self._told_not_put_back:
            return
        self._told_not_put_back = True
        self._session.miss(NOT_PUT_BACK)
        if self._session.ready:
            self._session.change("ready", toolchain=self._toolchain)
