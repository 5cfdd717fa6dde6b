"""A host takes sessions once every limit was seen to bite there: a self-test after each start of its engine.

known in memory or Redis ──► same engine, same profile ──► accepted, or refused with a reason
                              another one ──► self-test ──► noted
"""

import hashlib
import logging
import time
from collections.abc import Collection, Sequence

import msgspec

from sandbox import keys
from sandbox.config import Config
from sandbox.connections import Redis
from sandbox.engine import profile
from sandbox.engine.hosts import PROFILE_LABEL, Host, Machine
from sandbox.exceptions import SandboxError
from sandbox.messages import HostEntry, ToolchainEntry
from sandbox.pool import selftest

log = logging.getLogger(__name__)

AGAIN_SECONDS = 300.0  # a host that was refused may have been mended without a new start of its engine


class Verdict(msgspec.Struct, frozen=True):
    """What a self-test found; `of` names engine and profile, `at` is Unix time."""

    of: str
    at: float
    missing: list[str]  # limits that do not bite

    @property
    def reason(self) -> str:
        """Why the host takes no sessions; empty when it does."""
        return f"These limits do not bite here: {', '.join(self.missing)}." if self.missing else ""


class Acceptance:
    """Of one host; used by one thread. A loss of Redis costs no second test."""

    def __init__(self, entry: HostEntry, host: Host, redis: Redis, config: Config) -> None:
        self._entry, self._host, self._redis, self._config = entry, host, redis, config
        self._verdict: Verdict | None = None

    def reason(self, toolchains: Sequence[ToolchainEntry], digests: Collection[str]) -> str:
        """Why the host takes no sessions, empty: it does. Tests it first if need be: some seconds."""
        image = next((one.reference for one in toolchains if one.digest in digests), None)
        if image is None:
            return "It has no toolchain's image."
        of = subject(self._entry, self._host.machine(), self._config)
        found = self._verdict or self._noted()
        if found is None or found.of != of or (found.missing and time.time() - found.at > AGAIN_SECONDS):
            try:
                found = self._test(image, of)
            except SandboxError as error:
                return f"The self-test could not be done: {error}"
        self._verdict = found
        return found.reason

    def _noted(self) -> Verdict | None:
        data = self._redis.hget(keys.ACCEPTED, self._entry.name)
        try:
            return msgspec.json.decode(data, type=Verdict) if data else None
        except msgspec.DecodeError:
            return None  # of another version of ours

    def _test(self, image: str, of: str) -> Verdict:
        missing = selftest.check(
            self._host,
            image=image,
            runtime=self._entry.runtime,
            installation=self._config.installation,
            cgroup_parent=self._config.cgroup_parent,
        )
        verdict = Verdict(of, time.time(), missing)
        if missing:
            log.error("host %s takes no sessions: %s", self._entry.name, verdict.reason)
        note(self._redis, self._entry.name, verdict)
        return verdict


def note(redis: Redis, host: str, verdict: Verdict) -> None:
    """Keep a verdict for whoever watches the host next."""
    redis.hset(keys.ACCEPTED, host, msgspec.json.encode(verdict))


def subject(entry: HostEntry, machine: Machine, config: Config) -> str:
    """What a verdict is about: this start of the engine, how containers are made, what they were asked."""
    spec = profile.sandbox(
        image="",
        toolchain="",
        limits=selftest.LIMITS,
        runtime=entry.runtime,
        installation="",
        cgroup_parent=config.cgroup_parent,
    )
    parts = (entry.address, machine.start, spec["Labels"][PROFILE_LABEL], selftest.PROGRAM)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
