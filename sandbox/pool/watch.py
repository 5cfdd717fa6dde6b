"""One host as the keeper watches it: a thread of its own, as an engine that hangs must hold up nobody.

Each round it lists the containers, removes those that are nobody's, and keeps what it saw for the keeper.
"""

import logging
import threading
import time
from collections.abc import Sequence
from typing import Protocol

import msgspec
from redis.exceptions import RedisError

from sandbox import keys
from sandbox.connections import Redis
from sandbox.engine.hosts import ContainerInfo, Host
from sandbox.exceptions import SandboxError
from sandbox.limits import RUN_KEYS_SECONDS
from sandbox.messages import HostEntry, HostFigures, ToolchainEntry
from sandbox.pool.acceptance import Acceptance
from sandbox.pool.probe import Reading, host_figures
from sandbox.pool.reaper import Known, Patience, strays

log = logging.getLogger(__name__)

DIGESTS_SECONDS = 10.0


class Probe(Protocol):
    """What shows the machine's figures; see probe.Watcher."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def latest(self) -> Reading | None: ...


class Seen(msgspec.Struct, frozen=True):
    """A host's containers at a moment (Unix time), or why they are not known."""

    at: float
    containers: list[ContainerInfo]
    digests: list[str]
    error: str = ""
    refused: str = ""  # why it takes no sessions
    swept: bool = False  # Redis was found empty, and all that it does not know was removed


class HostWatch:
    """`seen` is None until the first look ended."""

    def __init__(
        self,
        entry: HostEntry,
        host: Host,
        redis: Redis,
        probe: Probe,
        acceptance: Acceptance,
        *,
        toolchains: Sequence[ToolchainEntry],
        round_seconds: float,
        grace_seconds: float,
    ) -> None:
        self.entry = entry
        self.host = host
        self.seen: Seen | None = None
        self.probe = probe
        self.toolchains = toolchains
        self._acceptance = acceptance
        self._refused = ""
        self._redis = redis
        self._round_seconds = round_seconds
        self._patience = Patience(grace_seconds)
        self._digests: list[str] = []
        self._digests_at = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"watch {entry.name}", daemon=True)

    def start(self) -> None:
        self.probe.start()
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer; a call that hangs is left to its timeout."""
        self._stop.set()
        self.probe.stop()

    def figures(self) -> HostFigures:
        """The host as last seen, for placement and people."""
        seen = self.seen or Seen(0.0, [], [], "The keeper has not looked yet.")
        reading = self.probe.latest()
        figures = host_figures(self.entry, reading, seen.containers, seen.digests, seen.error)
        return msgspec.structs.replace(figures, refused=seen.refused)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._look()
            except SandboxError as error:
                self.seen = Seen(time.time(), [], self._digests, str(error))
                self._digests_at = 0.0  # who knows what engine answers next
            except RedisError as error:
                log.warning("host %s: not reaped: %s", self.entry.name, error)
            self._stop.wait(self._round_seconds)

    def _look(self) -> None:
        containers = self.host.containers()
        swept = self._reap(containers)
        if time.monotonic() - self._digests_at > DIGESTS_SECONDS or not self._digests:
            self._look_at_engine()
        digests = [] if self._refused else self._digests
        self.seen = Seen(time.time(), containers, digests, swept=swept, refused=self._refused)

    def _look_at_engine(self) -> None:
        """Nobody learns of the images before the host is accepted; without them nothing is placed there."""
        digests = self.host.digests()
        self._refused = self._acceptance.reason(self.toolchains, digests)
        self._digests, self._digests_at = digests, time.monotonic()

    def _reap(self, containers: list[ContainerInfo]) -> bool:
        """Remove what is nobody's; True when Redis was empty, which leaves nobody any time."""
        # After a loss of Redis nothing is placed before this; what it does not know can't be served any more.
        built = self._redis.exists(keys.BUILT)
        wanted_by_none = strays(containers, self._known(containers))
        if not built:
            self._note_bereft([one.session for one in wanted_by_none if one.session])
        found = [container.name for container in wanted_by_none]
        found += [one.name for one in containers if one.role == "selftest"]  # ours ended before this round
        lasting = self._patience.lasting(found, time.monotonic())
        for name in lasting if built else found:
            log.info("host %s: container %s is nobody's", self.entry.name, name)
            self.host.remove(name)
        return not built

    def _note_bereft(self, sessions: list[str]) -> None:
        """What these sessions ran may have begun: the service must not send it again."""
        if sessions:
            self._redis.hset(keys.BEREFT, mapping=dict.fromkeys(sessions, time.time()))
            self._redis.expire(keys.BEREFT, RUN_KEYS_SECONDS)

    def _known(self, containers: list[ContainerInfo]) -> dict[str, Known]:
        sessions = sorted({container.session for container in containers if container.session})
        pipeline = self._redis.pipeline(transaction=False)
        for session in sessions:
            pipeline.exists(keys.SESSION % session)
            pipeline.hget(keys.SESSION % session, "container")
            pipeline.get(keys.LEASE % session)
        answers = pipeline.execute()
        known = {}
        for number, session in enumerate(sessions):
            exists, container, lease = answers[3 * number : 3 * number + 3]
            if exists:
                known[session] = Known((container or b"").decode(), (lease or b"").decode())
        return known
