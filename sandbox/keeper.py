"""Upkeep of everything that no task may be trusted with. One keeper is active by lease, others stand by.

python -m sandbox.keeper

every second: hosts (a watch each) → figures, samples
every 2 s:  hosts → warm pools, charges
            busy sessions without a relay → wake      queue → reserve, wake, announce
            idle sessions → hibernate                 dead containers, overdue runs → end
"""

import logging
import secrets
import signal
import threading
import time
from collections.abc import Callable, Sequence

from redis.exceptions import RedisError

from sandbox import keys, scripts
from sandbox.config import Config, config
from sandbox.engine.hosts import Host
from sandbox.messages import HostEntry, Pool, ToolchainEntry
from sandbox.pool import upkeep, waiting
from sandbox.pool.acceptance import Acceptance
from sandbox.pool.asks import Asks
from sandbox.pool.attendance import Unserved
from sandbox.pool.census import Census
from sandbox.pool.charging import Meter
from sandbox.pool.probe import Watcher
from sandbox.pool.publishing import Publisher
from sandbox.pool.reaper import GRACE_SECONDS, Patience
from sandbox.pool.shifter import Shifter
from sandbox.pool.spreading import Spreader
from sandbox.pool.warm import WarmPools
from sandbox.pool.watch import HostWatch, Probe, note_twins
from sandbox.pool.weigher import Weigher
from sandbox.worker import Worker

log = logging.getLogger(__name__)

MakeProbe = Callable[[HostEntry, Host, Sequence[ToolchainEntry], Config], Probe]


class Keeper:
    """`run` until `stop`; any number may run."""

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
        self._make_probe = make_probe
        self._grace_seconds = grace_seconds
        self._token = secrets.token_hex(8)
        self._stop = threading.Event()
        self._watches: dict[HostEntry, HostWatch] = {}
        self._publisher: Publisher | None = None
        self._warm: WarmPools | None = None
        self._meter = Meter(self._redis)
        self._census = Census(self._redis)
        self._shifter = Shifter(worker, settings.terms)
        self._weigher = Weigher(settings.terms.user_share)
        self._spreader = Spreader(settings)
        self._dead = Patience(grace_seconds)
        self._queue = waiting.Queue(self._redis, settings.terms)
        self._unserved = Unserved(self._redis)
        self._empty_since = 0.0  # when Redis was found empty; 0: it is not

    def stop(self) -> None:
        """Let go within a moment; may be called from a signal handler."""
        self._stop.set()

    def run(self) -> None:
        """Keep, or stand by."""
        asks = Asks(self._worker)
        while not self._stop.is_set():
            started = time.monotonic()
            try:
                self._turn()
            except RedisError as error:
                log.warning("Redis: %s", error)
            except Exception:
                log.exception("a round of upkeep failed")
            self._stop.wait(max(0.0, self._config.keeper_seconds - (time.monotonic() - started)))
        asks.close()
        self._stand_down()
        self._weigher.close()
        self._spreader.close()
        self._let_go()

    def _turn(self) -> None:
        lifetime = int(self._config.lease_seconds * 1000)
        if scripts.run(self._redis, "keep", self._token, lifetime):
            self.tick()
        else:
            self._stand_down()

    def _let_go(self) -> None:
        try:
            scripts.run(self._redis, "keep", self._token, 0)
        except RedisError as error:
            log.warning("the keeper's lease runs out by itself: %s", error)

    def _stand_down(self) -> None:
        for watch in self._watches.values():
            watch.stop()
        self._watches.clear()
        if self._publisher:
            self._publisher.close()
            self._publisher = None
        if self._warm:
            self._warm.close()
            self._warm = None
        self._census.forget()
        self._weigher.forget()

    def tick(self) -> None:
        """One round."""
        pool = self._worker.pool()
        self._watch(pool)
        sessions = self._census.look(list(self._watches.values()))
        self._keep_warm(pool)
        self._spreader.tick(pool, list(self._watches.values()))
        self._meter.tick(list(self._watches.values()))
        self._note_built()
        self._lose_dead()
        upkeep.end_overdue(self._worker)
        seen = [(watch, watch.figures()) for watch in self._watches.values() if watch.seen]
        upkeep.hibernate_idle(self._worker, sessions, [figures for _, figures in seen])
        self._serve_queue()
        self._shifter.tick([(watch.entry, figures) for watch, figures in seen], sessions)
        self._weigher.tick([(watch.host, figures) for watch, figures in seen], sessions, self._census.users)
        self._census.publish(self._weigher.applied(sessions))
        self._unserved.note(upkeep.wake_unserved(self._worker))

    # --- hosts ----------------------------------------------------------------------------------------

    def _watch(self, pool: Pool) -> None:
        wanted = {entry.machine: entry for entry in pool.hosts}
        names = {entry.name for entry in pool.hosts}
        for machine in self._watches.keys() - wanted.keys():
            watch = self._watches.pop(machine)
            watch.stop()
            # An empty Redis names no hosts, which is no word about them.
            if pool.toolchains and machine.name not in names:
                threading.Thread(target=watch.leave, name=f"leave {machine.name}", daemon=True).start()
        for machine, entry in wanted.items():
            if machine not in self._watches:
                self._watches[machine] = self._begin_to_watch(entry, pool)
            self._watches[machine].entry = entry
            self._watches[machine].toolchains = pool.toolchains
        note_twins(list(self._watches.values()))
        if self._publisher is None:
            self._publisher = Publisher(
                self._redis, lambda: list(self._watches.values()), self._config.keeper_seconds
            )

    def _begin_to_watch(self, entry: HostEntry, pool: Pool) -> HostWatch:
        host = self._worker.host(entry)
        watch = HostWatch(
            entry,
            host,
            self._redis,
            self._make_probe(entry, host, pool.toolchains, self._config),
            Acceptance(entry, host, self._redis, self._config),
            toolchains=pool.toolchains,
            round_seconds=self._config.keeper_seconds,
            grace_seconds=self._grace_seconds,
        )
        watch.start()
        return watch

    def _keep_warm(self, pool: Pool) -> None:
        if self._warm is None:
            self._warm = WarmPools(self._redis, self._config)
        seen = [watch for watch in self._watches.values() if watch.seen]
        hosts = [(watch.entry, watch.host, watch.figures()) for watch in seen]
        self._warm.tick(hosts, pool.toolchains, self._queue.needed_bytes)

    def _note_built(self) -> None:
        """After a loss of Redis: every host was looked at since, and what nobody knows removed."""
        if self._redis.exists(keys.BUILT):
            self._empty_since = 0.0
            return
        self._empty_since = self._empty_since or time.time()
        watches = list(self._watches.values())
        if watches and all(self._is_swept(watch) for watch in watches):
            self._redis.set(keys.BUILT, str(time.time()))
            log.info("Redis and the engines of %d hosts agree: sessions may be placed", len(watches))

    def _is_swept(self, watch: HostWatch) -> bool:
        """A host that does not answer takes no sessions; what is left there is removed when it does."""
        seen = watch.seen
        if watch.is_lost:
            return True
        return seen is not None and seen.at > self._empty_since and (seen.swept or bool(seen.error))

    # --- sessions -------------------------------------------------------------------------------------

    def _lose_dead(self) -> None:
        """Sessions whose container ended or is gone, seen for long enough, with no relay to notice."""
        running = {
            watch.entry.name: {one.name for one in watch.seen.containers if one.state == "running"}
            for watch in self._watches.values()
            if watch.seen and not watch.seen.error
        }
        lost = {watch.entry.name for watch in self._watches.values() if watch.is_lost}
        dead = []
        for session_id in self._redis.zrange(keys.ACTIVE, 0, -1):
            session = session_id.decode()
            host, container = self._redis.hmget(keys.SESSION % session, "host", "container")
            name = (host or b"").decode()
            if container and name in lost:
                log.info("session %s: its host %s is lost", session, name)
                upkeep.give_up_container(self._worker, session)
            elif container and name in running and container.decode() not in running[name]:
                dead.append(session)
        for session in self._dead.lasting(dead, time.monotonic()):
            log.info("session %s: its container is gone", session)
            upkeep.give_up_container(self._worker, session)

    def _serve_queue(self) -> None:
        for session in self._queue.tick():
            self._worker.wake(session)


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    worker = Worker(config())
    keeper = Keeper(worker, config())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: keeper.stop())
    log.info("keeper of %s", config().installation)
    keeper.run()
    worker.close()


if __name__ == "__main__":
    main()
