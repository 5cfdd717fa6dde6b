"""Serves one session while it is busy: container, conversation, and what follows from the way it ended.

inbox ──► courier thread ──► agent
                               │          every write to Redis is fenced by the lease's epoch
events ◄── socket thread ◄─────┘
"""

import logging
import threading
from contextlib import closing

from redis.exceptions import RedisError

from sandbox import keys
from sandbox.engine.transport import Bounds
from sandbox.exceptions import (
    Fenced,
    HostError,
    NoHost,
    PoolFull,
    ProtocolBreach,
    SandboxError,
    SessionLost,
    TooLarge,
    Unreadable,
)
from sandbox.messages import Status
from sandbox.pool import waiting
from sandbox.relay import contents, opening
from sandbox.relay.attachment import Attachment
from sandbox.relay.conversation import Conversation, Ending
from sandbox.relay.lease import Lease
from sandbox.relay.session import Session, discard
from sandbox.worker import Worker

log = logging.getLogger(__name__)

ATTEMPTS = 3  # containers that may fail one after the other
REMOVAL_SECONDS = Bounds().seconds + 1.0  # by then the engine has answered, or is not asked any more


class Relay:
    """One wake-up's work. Blocks until the session is quiet, gone, or served by another."""

    def __init__(self, worker: Worker, session_id: str) -> None:
        self._worker = worker
        self._session_id = session_id
        self._attachment: Attachment | None = None
        self._avoid: set[str] = set()  # hosts that failed a moment ago
        self._removals: dict[str, threading.Thread] = {}  # by host

    def serve(self) -> None:
        """Nothing happens when another relay has the lease."""
        if self._worker.stopping.is_set():
            return
        lease = self._worker.leases.acquire(self._session_id, self._drop)
        if lease is None:
            return
        log.info("session %s: serving at epoch %d", self._session_id, lease.epoch)
        try:
            self._serve(Session(self._worker.redis, lease), lease)
        except Unreadable:
            discard(self._worker.redis, lease)
        except Fenced:
            log.info("session %s: another relay took over from epoch %d", self._session_id, lease.epoch)
        except (RedisError, OSError) as error:
            log.warning("session %s: let go at epoch %d: %s", self._session_id, lease.epoch, error)
        finally:
            self._worker.leases.drop(lease)

    def _drop(self) -> None:
        """The lease is lost: leave the stream at once."""
        if attachment := self._attachment:
            attachment.close()

    def _serve(self, session: Session, lease: Lease) -> None:
        while True:
            try:
                ending = self._converse(session, lease)
            except (HostError, NoHost, PoolFull, ProtocolBreach) as error:
                self._lose(session, error)
                ending = Ending.QUIET
            if self._conclude(session, lease, ending):
                return

    def _converse(self, session: Session, lease: Lease) -> Ending | None:
        """One container's conversation; None: there is no room now, the session waits in the queue."""
        if session.opening.once and not session.redis.exists(keys.SESSION_RUNS % session.id):
            return Ending.END
        if not session.container:
            place = waiting.place(self._worker, session, self._avoid)
            if place is None:
                return None
            if removal := self._removals.pop(place.host.name, None):
                removal.join(REMOVAL_SECONDS)  # what is lost there has the name that comes next
            opening.take_container(self._worker, session, place)
        self._attachment, attached = opening.attach(self._worker, session)
        with closing(self._attachment):  # also when another relay took over before the conversation began
            conversation = Conversation(
                session,
                self._attachment,
                quiet_seconds=self._worker.config.quiet_seconds,
                stopping=self._worker.stopping,
                lost=lease.lost,
                toolchain=self._worker.toolchain_name(session.opening.toolchain),
            )
            ending = conversation.run(attached)
        packed = conversation.packed
        if ending is Ending.HIBERNATED and packed and self._hibernate(session, packed):
            return Ending.MOVED
        return ending

    def _conclude(self, session: Session, lease: Lease, ending: Ending | None) -> bool:
        """Do what the ending asks for; False: go on with another container or conversation."""
        match ending:
            case Ending.END:
                host, container = session.host, session.container
                session.forget()
                self._worker.leases.drop(lease)
                self._remove(host, container)
                return True
            case Ending.RESTART:
                self._restart(session)
                return False
            case Ending.MOVED:
                return False
            case Ending.STOPPING:
                if session.release(whatever_waits=True) == "busy":
                    self._worker.wake(session.id)
                return True
        return session.release(whatever_waits=False) != "unread"

    def _restart(self, session: Session) -> None:
        host, container = session.host, session.container
        session.pass_by(session.delivered)
        session.lose("stopped", Status(state="starting"), recorded=False, reason="The session was restarted.")
        self._remove(host, container)

    def _hibernate(self, session: Session, packed: contents.Packed) -> bool:
        """True: the session moves. Nobody waits for the old container's end then."""
        host, container = session.host, session.container
        sha256 = contents.keep(session.redis, packed.archive)
        session.pass_by(session.delivered)
        moves = session.hibernated(sha256, packed.left_out)
        if moves:
            self._remove_aside(host, container)
        else:
            self._remove(host, container)
        return moves

    def _lose(self, session: Session, error: SandboxError) -> None:
        """Give the container up first in Redis, where a relay that was replaced is refused, then in fact."""
        log.warning("session %s: lost container %s: %s", session.id, session.container or "(none)", error)
        host, container = session.host, session.container
        if host:  # an agent that does not answer may be on a machine that does not
            self._avoid.add(host)
        reason = str(SessionLost()) if container else None
        status = Status(state="lost", reason=reason) if container else None
        failures = session.lose("host_lost", status, recorded=bool(container), reason=reason)
        if failures >= ATTEMPTS or isinstance(error, TooLarge):
            session.give_up(str(error))
        self._remove_aside(host, container)

    def _remove_aside(self, host: str, container: str) -> None:
        """Nobody waits for it: the host may be one that no longer answers."""
        name = f"remove {container}"
        removal = threading.Thread(target=self._remove, args=(host, container), name=name, daemon=True)
        removal.start()
        self._removals[host] = removal

    def _remove(self, host: str, container: str) -> None:
        if container:
            opening.remove(self._worker, host, container)
