"""A relay and an agent, from the handshake until there is a reason to end it: the socket thread's loop."""

import logging
import time
from enum import Enum, auto
from threading import Event

from sandbox import contents, keys
from sandbox.attachment import Attachment
from sandbox.courier import Courier
from sandbox.exceptions import Fenced, HostError, ProtocolBreach
from sandbox.liveruns import LiveRuns
from sandbox.messages import (
    Attached,
    End,
    Finished,
    Frame,
    Measure,
    Need,
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
from sandbox.outbox import Outbox, load_runs
from sandbox.session import Session

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
ANSWER_SECONDS = 5.0  # after a ping
ANALYSIS_SECONDS = 60.0  # an edit may wait for its diagnostics
OVERLAY_SECONDS = 30.0
PUT_OFF_SECONDS = 20.0
_ROOT = "file:///work/"


class Ending(Enum):
    """Why a conversation ended; a broken one raises."""

    QUIET = auto()
    STOPPING = auto()
    RESTART = auto()
    END = auto()
    HIBERNATED = auto()


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
        self._courier = Courier(session, attachment, self._runs, self._outbox, attachment.close)
        self._collector = contents.Collector()
        self._archive: bytes | None = None
        self._heard = time.monotonic()  # when the agent last said something of its own accord
        self._silent_seconds = 0.0  # that we listened in vain; a stopped process does not listen
        self._put_off_at = time.monotonic()
        self._pinged = False
        self._ran_once = False

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
            if ending := self._reason():
                return ending
            raise
        finally:
            self._attachment.close()
            self._courier.stop()

    def _step(self) -> Ending | None:
        timeout = contents.LOOK_SECONDS if self._supply else TICK_SECONDS
        frames = self._attachment.frames(timeout)
        if frames is None:
            self._listen_on(timeout)
        else:
            self._handle(frames)
        if self._supply:
            self._supply.look()
        self._check_deadlines()
        return self._reason()

    def _reason(self) -> Ending | None:
        """Is there one to end?"""
        if self._lost.is_set():
            raise Fenced
        if isinstance(self._courier.request, End):
            return Ending.END
        if isinstance(self._courier.request, Restart):
            return Ending.RESTART
        if self._archive is not None:
            return Ending.HIBERNATED
        if self._courier.failure:
            raise self._courier.failure
        if self._stopping.is_set():
            return Ending.STOPPING
        if self._session.opening.once and self._ran_once:
            return Ending.END
        return Ending.QUIET if self._is_quiet() else None

    def _is_quiet(self) -> bool:
        last = max(self._heard, self._courier.moved)
        now = time.monotonic()
        waits = any(now - since < ANALYSIS_SECONDS for since in list(self._courier.unanswered.values()))
        busy = self._runs or self._supply or waits or self._courier.hibernating or not self._session.ready
        return not busy and now - last > self._quiet_seconds

    # --- an agent that says nothing -------------------------------------------------------------------

    def _listen_on(self, seconds: float) -> None:
        self._silent_seconds += seconds
        if self._silent_seconds > TICK_SECONDS + ANSWER_SECONDS:
            raise ProtocolBreach("The agent does not answer.")
        if self._silent_seconds >= TICK_SECONDS and not self._pinged:
            self._pinged = True
            self._attachment.send([Ping(self._session.epoch)])

    def _check_deadlines(self) -> None:
        """The agent ends runs at their limits; one that did not is broken."""
        self._put_off()
        for run in self._runs.overdue():
            finished = Finished(
                outcome="timed_out", reason="The run was still going a minute after its time was over."
            )
            self._session.call(
                "finish",
                run.id,
                self._session.host,
                encode(run.bounded(finished, self._session.opening.limits)),
            )
            raise ProtocolBreach("A run outlived its deadline.")

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
        self._silent_seconds = 0.0
        self._pinged = False
        says = [frame for frame in frames if isinstance(frame, Say)]
        received = [frame.entry for frame in frames if isinstance(frame, Received)]
        usages = [RunUsage(f.run_id, f.cpu_seconds, f.memory_bytes) for f in frames if isinstance(f, Measure)]
        if says or received or usages:
            self._heard = time.monotonic()
            self._outbox.put(says, _checked(received[-1]) if received else None, usages)
            self._note(says)
        for frame in frames:
            self._handle_other(frame)

    def _note(self, says: list[Say]) -> None:
        for say in says:
            if isinstance(say.event, Published):
                self._courier.unanswered.pop(say.event.uri.removeprefix(_ROOT), None)
            if isinstance(say.event, Finished):
                self._ran_once = True

    def _handle_other(self, frame: Frame) -> None:
        match frame:
            case Need(hashes=hashes):
                self._supply.need(hashes)
            case Ready():
                self._session.change("ready", record="ready", toolchain=self._toolchain)
            case Overlay() if self._courier.hibernating:
                self._archive = self._collector.add(frame)
            case Overlay():
                raise ProtocolBreach("Nobody asked for the archive.")
            case Refused(reason=reason):
                log.warning("session %s: a message was refused: %s", self._session.id, reason)
                self._courier.refused()

    @property
    def archive(self) -> bytes:
        """The local changes, after HIBERNATED."""
        return self._archive or b""


def _checked(entry: str) -> str:
    milliseconds, _, number = entry.partition("-")
    if not (milliseconds.isdecimal() and number.isdecimal() and len(entry) < 40):
        raise ProtocolBreach("This is no entry of an inbox.")
    return entry
