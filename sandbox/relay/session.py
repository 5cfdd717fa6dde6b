"""A session as its relay sees it: what Redis holds of it, and the fenced steps that change it. Blocks."""

import contextlib
import logging
import re
import time
from typing import Any, Literal

import msgspec
from redis.exceptions import ResponseError

from sandbox import keys, scripts
from sandbox.connections import Redis
from sandbox.exceptions import ProtocolBreach, SandboxError, Unreadable
from sandbox.messages import (
    DecodeError,
    Finished,
    LeftOut,
    Opening,
    Outcome,
    SessionEvent,
    SessionState,
    Status,
    Sync,
    decode_inbox,
    decode_left_out,
    decode_opening,
    encode,
)
from sandbox.relay.lease import Lease

log = logging.getLogger(__name__)

FIRST_POSITION = "0-1"  # before every real entry, after an agent's "0-0"
LOST = "What programs wrote since the session last slept or moved is gone, with the container under it."
NOT_FOUND = (
    "What programs wrote is gone: the archive of it that was kept while the session slept is not there."
)
NOT_PUT_BACK = "Some of what programs wrote could not be put back when the session came back."
_ENTRY = re.compile(r"[0-9]{1,18}-[0-9]{1,18}")


def moment(entry: str) -> tuple[int, int]:
    """A stream entry's id as something that can be compared."""
    milliseconds, _, number = entry.partition("-")
    return int(milliseconds), int(number or 0)


def checked_entry(entry: str, last: str) -> str:
    """The entry that an agent names, if it is one up to the last that it can know.

    Who named a later one would have the inbox emptied of what nobody has read.
    """
    if not _ENTRY.fullmatch(entry) or moment(entry) > moment(last):
        raise ProtocolBreach("This is no entry of an inbox that was delivered.")
    return entry


def after(entry: str) -> str:
    """The smallest id greater than this one."""
    milliseconds, number = moment(entry)
    return f"{milliseconds}-{number + 1}"


def discard(client: Redis, lease: Lease) -> None:
    """End a session whose opening cannot be read: its runs and whoever follows hear of it."""
    opening = client.hget(keys.SESSION % lease.session_id, "opening") or b""
    with contextlib.suppress(DecodeError):
        decode_opening(opening)
        return  # it was opened anew
    log.error("session %s: its opening cannot be read, it is ended: %.200r", lease.session_id, opening)
    reason = str(Unreadable())
    finished, status = Finished(outcome="internal_error", reason=reason), Status(state="lost", reason=reason)
    arguments = lease.epoch, opening, encode(finished), encode(status)
    scripts.run(client, "discard", lease.session_id, *arguments)


class Session:
    """Every write raises Fenced once a newer relay serves the session.

    Raises Unreadable where Redis holds no opening of ours for it: then only `discard` is of use.
    """

    def __init__(self, client: Redis, lease: Lease) -> None:
        self.redis = client
        self.id = lease.session_id
        self.epoch = lease.epoch
        self.delivered = FIRST_POSITION  # the last inbox entry that was handled
        self.load()

    def load(self) -> None:
        """Read it anew."""
        names = ("opening", "host", "container", "position", "overlay", "status", "left_out")
        opening, *got = self.redis.hmget(keys.SESSION % self.id, *names)
        try:
            self.opening: Opening = decode_opening(opening or b"")
        except DecodeError as error:
            raise Unreadable from error
        host, container, position, overlay, status, left = ((value or b"").decode() for value in got)
        self.host, self.container, self.overlay = host, container, overlay
        self.position = position or FIRST_POSITION
        self.left_out = decode_left_out(left) if left else None
        self.ready = '"state":"ready"' in status
        self.moves = '"state":"moved"' in status

    def call(self, name: str, *args: Any) -> Any:
        """One fenced script."""
        return scripts.run(self.redis, name, self.id, self.epoch, *args)

    def step(self, name: str, *args: Any) -> scripts.Call:
        """A fenced script, to be run with others in one round trip."""
        return name, (self.id, self.epoch, *args)

    def last_entry(self) -> str:
        """The newest one that was ever in its inbox, or that was dealt with."""
        try:
            newest: str = self.redis.xinfo_stream(keys.INBOX % self.id)["last-generated-id"].decode()
        except ResponseError:  # it has none yet
            return self.position
        return max(newest, self.position, key=moment)

    # --- what it says ---------------------------------------------------------------------------------

    def tell(self, event: SessionEvent) -> None:
        """Say something that is not its state."""
        self.call("tell", "0", encode(event), "")

    def change(self, state: SessionState, *, record: Literal["", "ready", "lost"] = "", **more: Any) -> None:
        """Say its new state, on its host."""
        self.ready = state == "ready"
        self.moves = False
        status = Status(state=state, host=self.host or None, left_out=self.left_out, **more)
        self.call("tell", "1", encode(status), record)

    # --- its container --------------------------------------------------------------------------------

    def claimed(self, host: str, container: str) -> None:
        """It lives in this container now."""
        position, overlay, left = self.call("claimed", host, container)
        self.host, self.container = host, container
        self.position, self.overlay = position.decode(), (overlay or b"").decode()
        self.left_out = decode_left_out(left) if left else None

    def manifest(self) -> Sync:
        """Its files as last said."""
        message = decode_inbox(self.redis.hget(keys.SESSION % self.id, "manifest") or b"")
        if not isinstance(message, Sync):
            raise SandboxError(f"Session {self.id} has no files.")
        return message

    def received(self, entry: str) -> scripts.Call:
        """Every inbox entry up to this one is with the agent."""
        return self.step("received", entry, after(entry))

    def pass_by(self, entry: str) -> None:
        """Every inbox entry up to this one is done with, whoever handled it."""
        scripts.run_all(self.redis, [self.received(entry)])
        self.position = max(self.position, entry, key=moment)

    def lose(
        self, outcome: Outcome, status: Status | None, *, recorded: bool = True, reason: str | None = None
    ) -> int:
        """Give the container up: its runs end with this outcome. Returns how often in a row."""
        finished = encode(Finished(outcome=outcome, reason=reason))
        if status and status.state == "lost" and self._ran():
            self.miss(LOST)
            status = msgspec.structs.replace(status, left_out=self.left_out)
        failures = self.call("lose", finished, encode(status) if status else b"", "lost" if recorded else "")
        self.load()
        self.delivered = self.position  # what no agent took is delivered again
        return int(failures)

    def give_up(self, reason: str) -> None:
        """No container could be had: what waits in the inbox ends as our fault."""
        finished = Finished(outcome="internal_error", reason=reason)
        self.call("give_up", encode(finished), encode(Status(state="lost", reason=reason)))
        self._gone()

    def _gone(self) -> None:
        self.host = self.container = ""
        self.ready = False

    def hibernated(self, overlay: str, left_out: LeftOut | None) -> bool:
        """The container's local changes are kept, it may go; True: the session moves, and goes on at once."""
        if left_out:
            self.left_out = msgspec.structs.replace(left_out, at=time.time(), reason=None)
        elif self._ran():
            self.left_out = None  # else nobody may have been there to hear of it
        asleep, moved = (Status(state=state, left_out=self.left_out) for state in ("hibernated", "moved"))
        left = encode(self.left_out) if self.left_out else b""
        moves = self.call("hibernated", overlay, encode(asleep), encode(moved), left)
        self._gone()
        self.moves = bool(moves)
        return self.moves

    def _ran(self) -> bool:
        """Did this container get a run, which may have written something?"""
        return bool(self.redis.hexists(keys.SESSION % self.id, "ran"))

    def miss(self, reason: str) -> None:
        """More is gone than can be counted: it is said with its state from now on."""
        self.left_out = LeftOut(0, 0, [], time.time(), reason)
        self.call("miss", encode(self.left_out))

    def note_loss(self) -> None:
        """An earlier container may have been removed, unread, after Redis lost all that it knew."""
        key = keys.SESSION % self.id
        if self.redis.hexists(keys.BEREFT, self.id) and not self.redis.hexists(key, "last_host"):
            self.miss(LOST)

    def forget(self) -> None:
        """The session is over."""
        self.call("forget", encode(Finished(outcome="stopped", reason="The session was ended.")))

    def release(self, *, whatever_waits: bool) -> str:
        """Let go: 'released', 'busy' when another relay must go on, 'unread' when this one must."""
        answer: bytes = self.call("release", self.delivered, "1" if whatever_waits else "0")
        return answer.decode()
