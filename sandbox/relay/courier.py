"""The inbox thread of a relay: from the inbox to the agent, as soon as something is there."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from redis.exceptions import RedisError

from sandbox import keys
from sandbox.exceptions import SandboxError
from sandbox.messages import (
    Ask,
    Debug,
    DecodeError,
    Deliver,
    Edit,
    End,
    Hibernate,
    InboxMessage,
    Input,
    Restart,
    Start,
    Sync,
    decode_inbox,
)
from sandbox.relay.attachment import Attachment
from sandbox.relay.clocks import Awaited
from sandbox.relay.contents import Supply
from sandbox.relay.inbox import IDLING, allowance_seconds
from sandbox.relay.liveruns import LiveRun, LiveRuns
from sandbox.relay.outbox import Outbox
from sandbox.relay.session import Session

log = logging.getLogger(__name__)

WAIT_MS = 500
PACKING_WAIT_MS = 20  # while the agent packs: who moves would wait for us, not for it
BATCH_MESSAGES = 64


class Courier(threading.Thread):
    """Runs until `stop` or until a message asks for something that only the relay can do (`request`)."""

    def __init__(
        self,
        session: Session,
        attachment: Attachment,
        runs: LiveRuns,
        outbox: Outbox,
        supply: Supply,
        on_end: Callable[[], None],
    ) -> None:
        super().__init__(name=f"courier-{session.id}", daemon=True)
        self._session = session
        self._attachment = attachment
        self._runs = runs
        self._outbox = outbox
        self._supply = supply
        self._on_end = on_end
        self._stopped = threading.Event()
        self._hibernate_entry = ""  # of the message by which the agent hibernates
        self._woken = "0-0"  # wake-ups are hints: old ones do no harm
        self.request: Restart | End | None = None
        self.failure: Exception | None = None
        self.moved = time.monotonic()  # when it last delivered something
        self.awaited = Awaited()  # edited files and questions

    def run(self) -> None:
        try:
            while not self._stopped.is_set() and self.request is None:
                self._carry()
        except (SandboxError, RedisError, OSError) as error:
            self.failure = error
        except Exception as error:
            log.exception("session %s: the courier failed", self._session.id)
            self.failure = error
        finally:
            self._on_end()

    def stop(self) -> None:
        """Carry nothing more; returns within WAIT_MS."""
        self._stopped.set()
        self.join()

    @property
    def hibernating(self) -> bool:
        """The agent was told to hibernate; nothing more is delivered until it refuses."""
        return bool(self._hibernate_entry)

    def refused(self, entry: str) -> None:
        """Of an agent that does not hibernate after all."""
        if entry == self._hibernate_entry:
            self._hibernate_entry = ""

    def _carry(self) -> None:
        streams: dict[Any, Any] = {keys.WAKE % self._session.id: self._woken}
        packs = self.hibernating
        if not packs:
            streams[keys.INBOX % self._session.id] = self._session.delivered
        wait = PACKING_WAIT_MS if packs else WAIT_MS
        reply = self._session.redis.xread(streams, count=BATCH_MESSAGES, block=wait)
        for stream, entries in reply or ():
            if stream.decode() == keys.WAKE % self._session.id:
                self._wake(entries)
            else:
                self._deliver(entries)
        if not reply:
            self._outbox.look_at_held()

    def _wake(self, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> None:
        self._woken = entries[-1][0].decode()
        self._outbox.caught_up([fields[b"run"].decode() for _, fields in entries])

    def _deliver(self, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> None:
        commands = []
        for entry_id, fields in entries:
            entry = entry_id.decode()
            message = self._decoded(fields[b"m"])
            if isinstance(message, Restart | End):
                self._session.delivered = entry
                self.request = message
                break
            if message is not None and self._prepare(message, entry, last=entry_id == entries[-1][0]):
                commands.append(Deliver(self._session.epoch, entry, message))
            self._session.delivered = entry
        self.moved = time.monotonic()
        if not self._stopped.is_set():
            self._attachment.send(commands)

    def _decoded(self, data: bytes) -> InboxMessage | None:
        try:
            return decode_inbox(data)
        except DecodeError:
            log.exception("session %s: a message that is none was in the inbox", self._session.id)
            return None

    def _prepare(self, message: InboxMessage, entry: str, *, last: bool) -> bool:
        """What the relay notes of a message before it goes out; False: it does not go out."""
        match message:
            case Start():
                self._supply.allow(message.manifest or {})
                return self._take(message, entry)
            case Sync(manifest=manifest):
                self._supply.allow(manifest)
            case Edit(path=what) | Ask(query=what):
                self.awaited.ask(what)
            case Input(run_id=run_id) | Debug(run_id=run_id) if run := self._runs.get(run_id):
                run.moved()
            case Hibernate():
                return self._hibernate(entry, last=last)
        return True

    def _take(self, start: Start, entry: str) -> bool:
        """A run that is over already (stopped while it waited) is passed over."""
        taken = self._session.call("take", start.run_id) / 1000
        if not taken:
            return False
        idles = start.mode in IDLING
        self._runs.add(LiveRun(start.run_id, entry, taken, allowance_seconds(start), idles=idles))
        return True

    def _hibernate(self, entry: str, *, last: bool) -> bool:
        """Only a session with nothing else to do; what comes later waits for the next container."""
        if self._runs or not last:
            self._session.redis.xdel(keys.INBOX % self._session.id, entry)
            return False
        self._hibernate_entry = entry
        return True
