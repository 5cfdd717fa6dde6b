"""Upkeep of everything that no task may be trusted with. Any number may run: they share the hosts, one leads.

python -m sandbox.keeper

every second: own hosts (a watch each) → figures, samples
every 2 s:    own hosts → warm pools, images, charges
              who leads: sessions → wake, hibernate, move, weigh, end; queue → reserve, wake, announce
"""

import logging
import signal
import threading
import time

from redis.exceptions import RedisError

from sandbox.config import Config, config, log_plainly
from sandbox.pool import figures, seen
from sandbox.pool.asks import Asks
from sandbox.pool.lead import Lead
from sandbox.pool.own_hosts import MakeProbe, OwnHosts
from sandbox.pool.probe import Watcher
from sandbox.pool.reaper import GRACE_SECONDS
from sandbox.pool.standing import Standing
from sandbox.worker import Worker

log = logging.getLogger(__name__)


class Keeper:
    """`run` until `stop`."""

    def __init__(
        self,
        worker: Worker,
        settings: Config,
        *,
        make_probe: MakeProbe = Watcher,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._worker = worker
        self._redis = worker.redis
        self._config = settings
        self._stop = threading.Event()
        self.standing = Standing(self._redis, settings.lease_seconds)
        self.own = OwnHosts(
            worker, settings, self.standing, make_probe=make_probe, grace_seconds=grace_seconds
        )
        self._grace_seconds = grace_seconds
        self._lead: Lead | None = None  # while this keeper leads

    def stop(self) -> None:
        """Let go within a moment; may be called from a signal handler."""
        self._stop.set()

    def run(self) -> None:
        """Keep what is ours."""
        asks = Asks(self._worker)
        self.standing.start()
        while not self._stop.is_set():
            started = time.monotonic()
            try:
                self._tick()
            except RedisError as error:
                log.warning("Redis: %s", error)
            except Exception:
                log.exception("a round of upkeep failed")
            self._stop.wait(max(0.0, self._config.keeper_seconds - (time.monotonic() - started)))
        asks.close()
        self.own.close()
        self._rest()
        self.standing.close()

    def _tick(self) -> None:
        """One round."""
        pool = self._worker.pool()
        self.standing.begin_round([entry.name for entry in pool.hosts])
        told, shown = figures.read(self._redis), seen.read(self._redis)
        self.own.tick(pool, told, shown)
        if self.standing.leads:
            # A new one each time: of what the last one knew nothing holds once another keeper has led.
            self._lead = self._lead or Lead(self._worker, self._config, self._grace_seconds)
            self._lead.tick(pool, told, shown)
        else:
            self._rest()

    def _rest(self) -> None:
        """Another keeper leads from now on."""
        if self._lead:
            self._lead.close()
            self._lead = None


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    log_plainly()
    worker = Worker(config())
    keeper = Keeper(worker, config())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: keeper.stop())
    log.info("keeper of %s", config().installation)
    keeper.run()
    worker.close()


if __name__ == "__main__":
    main()
