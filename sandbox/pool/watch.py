"""One host as the keeper watches it: threads of its own, as an engine that hangs must hold up nobody.

Each round it lists the containers, removes those that are nobody's, and keeps what it saw for the keeper. A
line of the probe and a list of containers are both signs of life; our clock judges how long there was none.

    heard ── 3 s of silence ──► suspect (counts as full) ── 10 s ──► lost (its sessions reopen elsewhere)
      └── nonsense ──► quarantined for a minute, then asked again
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import msgspec
from redis.exceptions import RedisError

from sandbox import keys
from sandbox.connections import Redis
from sandbox.engine.hosts import ContainerInfo, Host
from sandbox.exceptions import EngineNonsense, HostError, SandboxError
from sandbox.messages import (
    SILENT_SECONDS,
    DecodeError,
    HostEntry,
    HostFigures,
    ToolchainEntry,
    Transfer,
    decode_host_figures,
)
from sandbox.pool import failures, preflight
from sandbox.pool.acceptance import Acceptance
from sandbox.pool.readings import Reading, host_figures
from sandbox.pool.removals import Removals
from sandbox.pool.sweeper import Sweeper

log = logging.getLogger(__name__)

DIGESTS_SECONDS = 10.0
SUSPECT_SECONDS = 3.0
LOST_SECONDS = SILENT_SECONDS
QUARANTINE_SECONDS = 60.0


class Probe(Protocol):
    """What shows the machine's figures; see probe.Watcher."""

    toolchains: Sequence[ToolchainEntry]
    fault: SandboxError | None  # why there is no newer reading

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
    swept: str = ""  # the loss of Redis after which all that it does not know was removed
    quarantined: bool = False  # its engine said what no engine says


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
        is_ours: Callable[[], bool] = lambda: True,
    ) -> None:
        """`is_ours`: whether no other keeper may watch it by now."""
        self.entry = entry
        self.host = host
        self.seen: Seen | None = None
        self.probe = probe
        self.engine = ""  # its own id, once it was asked
        self.engine_since = 0.0
        self.twin = ""  # why this is another host's engine
        self.warnings: list[str] = []
        self._last_error, self._last_error_at = "", 0.0
        self.transfer: Transfer | None = None
        self.promised_bytes, self.promised_cpus, self.resting_cpus = 0, 0.0, 0.0
        self._toolchains = toolchains
        self._answered = time.time()
        self._failing_since = 0.0  # 0: the last round went well
        self._acceptance = acceptance
        self._refused = "It was not looked at yet."
        self._redis = redis
        self._is_ours = is_ours
        self._round_seconds = round_seconds
        self._sweeper = Sweeper(host, redis, grace_seconds)
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

    def leave(self) -> None:
        """It is no host any more: nothing of ours stays there, if it still answers."""
        try:
            Removals(self.host).remove([container.id for container in self.host.containers()])
        except SandboxError as error:
            log.warning("host %s left the pool with what runs there: %s", self.entry.name, error)

    @property
    def toolchains(self) -> Sequence[ToolchainEntry]:
        """Those that sessions may ask for."""
        return self._toolchains

    @toolchains.setter
    def toolchains(self, toolchains: Sequence[ToolchainEntry]) -> None:
        self._toolchains = self.probe.toolchains = toolchains

    @property
    def images(self) -> list[str]:
        """Digests that it held when it last answered, whether or not it takes sessions."""
        return self._digests

    def look_anew(self) -> None:
        """Its images have changed."""
        self._digests_at = 0.0

    @property
    def heard_at(self) -> float:
        """When it last gave a sign of life; before the first, when watching began."""
        reading = self.probe.latest()
        return max(self._answered, reading.at if reading else 0.0)

    @property
    def is_lost(self) -> bool:
        """Silent, or refusing calls, until what ran there is given up; in quarantine nobody calls."""
        now = time.time()
        asked = self.seen is None or not self.seen.quarantined
        refusing = now - self._failing_since if asked and self._failing_since else 0.0
        return max(now - self.heard_at, refusing) > LOST_SECONDS

    def figures(self) -> HostFigures:
        """The host as last seen, for placement and people."""
        seen = self.seen or Seen(0.0, [], [], "The keeper has not looked yet.")
        silent = time.time() - self.heard_at
        gone = self.twin or seen.quarantined or self.is_lost or not self.seen
        error = self.twin or seen.error or ("It does not answer." if gone else "")
        reading = self.probe.latest()
        figures = host_figures(
            self.entry, reading, seen.containers, self._ours(seen.digests), error if gone else ""
        )
        return msgspec.structs.replace(
            figures,
            error=error,
            last_error=self._last_error,
            last_error_at=self._last_error_at,
            refused=seen.refused,
            suspect=bool(seen.error) or silent > SUSPECT_SECONDS,
            quarantined=bool(self.twin) or seen.quarantined,
            heard_at=self.heard_at,
            images=self._ours(self._digests),
            warnings=[*self.warnings, *self._troubles(reading)],
            transfer=self.transfer,
            engine=self.engine,
            promised_bytes=self.promised_bytes,
            promised_cpus=self.promised_cpus,
            resting_cpus=self.resting_cpus,
        )

    def _ours(self, digests: Sequence[str]) -> list[str]:
        """Its other images concern nobody, and may be many."""
        return sorted({one.digest for one in self._toolchains} & set(digests))

    def _troubles(self, reading: Reading | None) -> Iterator[str]:
        """What goes wrong there while its engine answers."""
        if self.probe.fault and (reading is None or time.time() - reading.at > LOST_SECONDS):
            yield f"There are no figures of it: {self.probe.fault}"
        yield from self._sweeper.left()

    def _remember(self) -> None:
        """What the keeper before saw go wrong."""
        try:
            said = self._redis.hget(keys.FIGURES, self.entry.name)
            known = decode_host_figures(said) if said else None
        except (RedisError, DecodeError):
            return
        if known:
            self._last_error, self._last_error_at = known.last_error, known.last_error_at

    def _run(self) -> None:
        self._remember()
        while not self._stop.is_set():
            pause = self._round_seconds
            try:
                if self._is_ours():
                    self._look()
            except EngineNonsense as error:
                log.error("host %s is in quarantine: %s", self.entry.name, error)
                self._note_trouble(error, quarantined=True)
                pause = QUARANTINE_SECONDS
            except SandboxError as error:
                self._note_trouble(error)
            except RedisError as error:
                log.warning("host %s: not reaped: %s", self.entry.name, error)
            except Exception:
                log.exception("host %s", self.entry.name)
                # A mistake of ours: nothing is placed there, and what runs there goes on.
                mistake = HostError("Looking at it failed: the keeper's log says how.")
                self._note_trouble(mistake, refuses=False)
            self._stop.wait(pause)

    def _note_trouble(self, error: SandboxError, *, quarantined: bool = False, refuses: bool = True) -> None:
        """What it held when it last answered stays known until it is lost."""
        if refuses:
            self._failing_since = self._failing_since or time.time()
        self._last_error, self._last_error_at = str(error), time.time()
        containers = self.seen.containers if self.seen else []
        self.seen = Seen(time.time(), containers, self._shown(), str(error), quarantined=quarantined)
        self._digests_at = 0.0  # who knows what engine answers next

    def _look(self) -> None:
        if isinstance(self.probe.fault, EngineNonsense):
            raise self.probe.fault
        containers = self.host.containers()
        self._answered = time.time()
        swept = self._sweeper.sweep(containers)
        if time.monotonic() - self._digests_at > DIGESTS_SECONDS or not self._digests:
            self._look_at_engine()
        self.seen = Seen(time.time(), containers, self._shown(), swept=swept, refused=self._refused)
        if self._failing_since:
            self._failing_since = 0.0
            failures.forget(self._redis, self.entry.name, [one.digest for one in self._toolchains])

    def _shown(self) -> list[str]:
        """Nobody learns of the images before the host is accepted; without them nothing is placed there."""
        return [] if self._refused else self._digests

    def _look_at_engine(self) -> None:
        machine = self.host.machine()
        if machine.engine != self.engine:
            self.engine, self.engine_since = machine.engine, time.time()
        self.warnings = preflight.warnings(machine, time.time())
        digests = self.host.digests()
        self._refused = self._acceptance.reason(self._toolchains, digests)
        self._digests, self._digests_at = digests, time.monotonic()
