"""What happens to simulated hosts: some fall silent for a while, some are emptied and come back."""

import math
from typing import TYPE_CHECKING

from tests.bench.pool.hosts import Host

if TYPE_CHECKING:
    from tests.bench.pool.simulator import Simulator

SILENCE_SECONDS = 300.0  # between two times that hosts fall silent
SILENT_SECONDS = 20.0
SILENT_SHARE = 0.01  # of all, one at least
DRAINED_EACH = 50  # one of so many is drained once
DRAIN_SECONDS = 600.0


class Mishaps:
    """Of one play."""

    def __init__(self, play: "Simulator") -> None:
        self._play = play

    def fall_silent(self) -> None:
        """Some hosts do not answer for a while; what runs there goes on."""
        play = self._play
        play.at(play.now + SILENCE_SECONDS, self.fall_silent)
        for host in play.load.machines.sample(play.hosts, max(1, int(SILENT_SHARE * len(play.hosts)))):
            host.silent_since = play.now
            play.at(play.now + SILENT_SECONDS, self._answer, host)

    def _answer(self, host: Host) -> None:
        host.silent_since = math.inf

    def drain(self) -> None:
        """One of many hosts is emptied for an upgrade, and comes back."""
        for host in self._play.hosts[::DRAINED_EACH]:
            host.drain(draining=True)
            self._play.at(self._play.now + DRAIN_SECONDS, self._return, host)

    def _return(self, host: Host) -> None:
        host.drain(draining=False)
