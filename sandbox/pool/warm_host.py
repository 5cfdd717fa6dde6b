"""One host's warm pool: looks, decides by `warm_plan`, does.

The engine's list is the truth; the index in Redis only says which containers may be handed out.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from redis.exceptions import RedisError

from sandbox import keys
from sandbox.config import Config
from sandbox.engine.hosts import ContainerInfo, Host, Spec, warm_name
from sandbox.exceptions import HostError, SandboxError
from sandbox.pool import jobs
from sandbox.pool.warm_check import wait_ready
from sandbox.pool.warm_plan import Upkeep, View, Wanted, decide, kind_of

CREATIONS = 2  # at once on one host
FAILURE_SECONDS = (2.0, 5.0, 15.0, 60.0)  # pause after the first, second, … creation that failed in a row
STOP_SECONDS = 2.0

log = logging.getLogger(__name__)


class WarmHost:
    """One host's warm pool. Its thread decides, two others create and check."""

    def __init__(self, redis: Any, host: Host, config: Config) -> None:
        self._redis = redis
        self._host = host
        self._config = config
        self._wanted: list[Wanted] = []
        self._room_bytes = 0
        self._coming: dict[str, str] = {}
        self._strays: dict[str, float] | None = None
        self._checked: dict[str, float] = {}
        self._since: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._paused: dict[str, float] = {}
        self._lock = threading.Lock()
        self._due = threading.Event()
        self._stopped = threading.Event()
        self._jobs: set[Future[None]] = set()
        self._workers = ThreadPoolExecutor(CREATIONS, thread_name_prefix=f"warm {host.name}")
        self._thread = threading.Thread(target=self._run, name=f"warm {host.name}", daemon=True)
        self._thread.start()

    def tick(self, wanted: list[Wanted], room_bytes: int) -> None:
        """What is wanted from now on; returns at once."""
        self._wanted, self._room_bytes = wanted, room_bytes
        self._due.set()

    def wake(self) -> None:
        """One was taken: look now."""
        self._due.set()

    def stop(self) -> None:
        """Leave the containers to whoever keeps the pool next."""
        self._stopped.set()
        self._due.set()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def join(self) -> None:
        """Wait until it has stopped, but not for an engine that hangs."""
        self._thread.join(STOP_SECONDS)
        futures.wait(set(self._jobs), STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._due.wait()
            self._due.clear()
            try:
                if not self._stopped.is_set():
                    self.upkeep()
            except (SandboxError, RedisError) as error:
                log.warning("warm pool of %s: %s", self._host.name, error)
            except Exception:
                log.exception("warm pool of %s", self._host.name)

    def upkeep(self) -> None:
        """One round: look, decide, do."""
        wanted, now = self._wanted, time.time()
        with self._lock:
            coming = dict(
                self._coming
            )  # first: what is indexed meanwhile is in both, else it might be in none
        # Before the list: a name that is indexed after it would look like one without a container.
        indexed = {one.kind: self._indexed(one.kind) for one in wanted}
        warm = [one for one in self._host.containers() if one.role == "sandbox" and one.session is None]
        for kind in {kind_of(one) for one in warm} - indexed.keys():
            indexed[kind] = self._indexed(kind)
        self._note_strays(warm, frozenset().union(*indexed.values()), now)
        room = self._room_bytes
        self._since = {one.name: self._since.get(one.name, now) for one in warm}
        view = View(now, warm, indexed, coming, self._strays or {}, dict(self._checked), self._since, room)
        self._do(decide(view, wanted), wanted)

    def _indexed(self, kind: str) -> frozenset[str]:
        names = self._redis.zrange(self._index(kind), 0, -1)
        return frozenset(name.decode() for name in names)

    def _index(self, kind: str) -> str:
        return keys.WARM % (self._host.name, kind)

    def _note_strays(self, warm: list[ContainerInfo], indexed: frozenset[str], now: float) -> None:
        """Remember since when each is a stray; what is there when we begin is nobody's."""
        before, first = self._strays or {}, self._strays is None
        strays = [one.name for one in warm if one.name not in indexed]
        self._strays = {name: before.get(name, 0.0 if first else now) for name in strays}
        for name in self._checked.keys() - {one.name for one in warm}:
            self._checked.pop(name, None)

    def _do(self, upkeep: Upkeep, wanted: list[Wanted]) -> None:
        specs = {one.kind: one.spec for one in wanted}
        for kind, name in upkeep.forget:
            self._redis.zrem(self._index(kind), name)
        for one in upkeep.adopt:
            kind = kind_of(one)
            self._submit(one.name, kind, partial(self._compare, specs[kind]))
        for one in upkeep.check:
            kind = kind_of(one)
            if self._redis.zrem(self._index(kind), one.name):  # nobody may take it meanwhile
                self._submit(one.name, kind, partial(self._compare, specs[kind]))
        for kind in upkeep.create:
            if self._paused.get(kind, 0.0) <= time.time():
                name = warm_name(self._config.installation)
                self._submit(name, kind, partial(self._host.create, specs[kind]))
        for one in upkeep.remove:
            self._remove(one)

    def _remove(self, one: ContainerInfo) -> None:
        """By name, and only what nobody took in the meantime: a claimed container has another name."""
        indexed = self._strays is not None and one.name not in self._strays
        if self._redis.zrem(self._index(kind_of(one)), one.name) or not indexed:
            self._host.remove(one.name)

    def _compare(self, spec: Spec, name: str) -> None:
        """It bears our labels: HostError when it is not what they say."""
        if differing := self._host.drift(name, spec):
            raise HostError(f"It is not as it should be: {', '.join(differing)}.")

    def _submit(self, name: str, kind: str, begin: Callable[[str], object]) -> None:
        with self._lock:
            self._coming[name] = kind
        try:
            job = jobs.submit(self._workers, self._bring, name, kind, begin)
            self._jobs.add(job)
            job.add_done_callback(self._jobs.discard)
        except RuntimeError:  # stopped a moment ago
            self._gone(name)

    def _bring(self, name: str, kind: str, begin: Callable[[str], object]) -> None:
        """Create (or compare) and ask one container, then let it be handed out. A worker's job."""
        try:
            begin(name)
            wait_ready(self._host, name, self._stopped)
            self._checked[name] = time.time()
            self._redis.zadd(self._index(kind), {name: self._checked[name]})
            self._failures.pop(kind, None)
        except (SandboxError, RedisError) as error:
            self._failed(name, kind, error)
        except Exception as error:
            self._failed(name, kind, error)
            raise
        finally:
            self._gone(name)
            self._due.set()

    def _gone(self, name: str) -> None:
        with self._lock:
            self._coming.pop(name, None)

    def _failed(self, name: str, kind: str, error: Exception) -> None:
        if self._stopped.is_set():
            return  # whoever keeps the pool next finds it
        failures = self._failures[kind] = self._failures.get(kind, 0) + 1
        pause = FAILURE_SECONDS[min(failures, len(FAILURE_SECONDS)) - 1]
        self._paused[kind] = time.time() + pause
        log.warning("warm container %s is not ready (next in %.0f s): %s", name, pause, error)
        try:
            self._host.remove(name)
        except SandboxError as second:
            log.warning("warm container %s stays: %s", name, second)
