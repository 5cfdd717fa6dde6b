"""Removes containers of a host, and remembers those that its engine would not remove."""

import logging
import time
from collections.abc import Sequence

from sandbox.engine.hosts import Host
from sandbox.exceptions import EngineRefused

log = logging.getLogger(__name__)

STUCK_SECONDS = 60.0  # until an engine is asked again to remove what it would not


class Removals:
    """One that stays is no reason to give up all that runs there."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._stuck: dict[str, tuple[float, str]] = {}  # container → when it is tried again, why

    def remove(self, names: Sequence[str]) -> None:
        """These, and no others any more."""
        self._stuck = {name: self._stuck[name] for name in names if name in self._stuck}
        for name in names:
            if time.monotonic() < self._stuck.get(name, (0.0, ""))[0]:
                continue
            log.info("host %s: container %s is nobody's", self._host.name, name)
            try:
                self._host.remove(name)
                self._stuck.pop(name, None)
            except EngineRefused as error:
                log.warning("container %s stays: %s", name, error)
                self._stuck[name] = time.monotonic() + STUCK_SECONDS, str(error)

    def left(self) -> list[str]:
        """A sentence about each that is still there."""
        stuck = list(self._stuck.items())
        return [f"The container {name} could not be removed: {said}" for name, (_, said) in stuck]
