"""Watches a host's utilisation: finds or starts its probe container, reads its lines.

Watcher (a thread) ── attach ──► probe container (probe_script.py)
    latest() → Reading: the machine's and each container's figures, clamped to what the machine can be
"""

import logging
import threading
from collections.abc import Sequence

from sandbox.config import Config
from sandbox.engine import profile
from sandbox.engine.hosts import PROFILE_LABEL, ContainerInfo, Host, Spec
from sandbox.exceptions import AlreadyClaimed, HostError, SandboxError
from sandbox.messages import HostEntry, ToolchainEntry
from sandbox.pool.readings import Reading, granted, lines, readings

RETRY_SECONDS = 2.0

log = logging.getLogger(__name__)


def probe_name(installation: str) -> str:
    """The one probe that an installation has on a host."""
    return f"{installation}-probe"


def ensure_probe(host: Host, spec: Spec, installation: str) -> str:
    """The id of the host's running probe; one that ended, or was made otherwise, is replaced."""
    for container in _probes(host):
        ours = container.state == "running" and container.profile == spec["Labels"][PROFILE_LABEL]
        if ours and not host.drift(container.id, spec):
            return container.id
        host.remove(container.id)
    try:
        return host.create(spec, probe_name(installation))
    except AlreadyClaimed:  # another keeper was first
        return next((one.id for one in _probes(host)), "")


def _probes(host: Host) -> list[ContainerInfo]:
    return [container for container in host.containers() if container.role == "probe"]


class Watcher:
    """Keeps a host's last reading; a thread, so that an engine that hangs holds up nobody."""

    def __init__(
        self, entry: HostEntry, host: Host, toolchains: Sequence[ToolchainEntry], config: Config
    ) -> None:
        self.toolchains = toolchains  # the probe runs in the image of one that the host has
        self._entry = entry
        self._host = host
        self._config = config
        self._latest: Reading | None = None
        self.fault: SandboxError | None = None  # why there is no newer reading
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"probe {host.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer; the probe stays for whoever watches next."""
        self._stop.set()

    def latest(self) -> Reading | None:
        """The last reading, however old (see its `at`); None before the first."""
        return self._latest

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._watch()
            except SandboxError as error:
                self.fault = error
                log.warning("probe of %s: %s", self._host.name, error)
            except Exception:
                self.fault = HostError("Reading its figures failed: the keeper's log says how.")
                log.exception("probe of %s", self._host.name)
            self._stop.wait(RETRY_SECONDS)

    def _watch(self) -> None:
        machine = granted(self._host.machine(), self._entry)
        container = ensure_probe(self._host, self._spec(), self._config.installation)
        channel = self._host.attach(container)
        try:
            for reading in readings(lines(channel, self._stop), machine):
                self._latest, self.fault = reading, None
        except HostError:
            self._host.remove(container)
            raise
        finally:
            channel.close()

    def _spec(self) -> Spec:
        there = set(self._host.digests())
        found = next((one for one in self.toolchains if one.digest in there), None)
        if found is None:
            raise HostError("It has no toolchain's image yet.")
        return profile.probe(
            image=found.reference,
            toolchain=found.digest,
            installation=self._config.installation,
            cgroup_parent=self._config.cgroup_parent,
        )
