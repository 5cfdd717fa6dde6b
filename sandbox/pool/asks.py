"""Answers the service's questions about machines: only keepers reach engines and read their certificates.

service ── list ──► a keeper, whoever is free ── engine ── answer under the question's id
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from redis.exceptions import RedisError

from sandbox import keys
from sandbox.engine.docker_host import DockerHost
from sandbox.engine.transport import Bounds
from sandbox.messages import (
    DecodeError,
    PreflightAsked,
    decode_preflight_asked,
    encode,
)
from sandbox.pool import figures, jobs
from sandbox.pool.preflight import examine
from sandbox.worker import Worker

log = logging.getLogger(__name__)

AT_ONCE = 4
LISTEN_SECONDS = 0.5
KEPT_SECONDS = 60
BOUNDS = Bounds(seconds=6.0)  # somebody waits for the answer


class Asks:
    """A thread that listens while its keeper runs, leading or not."""

    def __init__(self, worker: Worker) -> None:
        self._worker, self._redis = worker, worker.redis
        self._stop = threading.Event()
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="preflight")
        self._thread = threading.Thread(target=self._listen, name="asks", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(2 * LISTEN_SECONDS)
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                asked = self._redis.blpop([keys.ASKED], timeout=LISTEN_SECONDS)
                if asked:
                    jobs.submit(self._workers, self._answer, decode_preflight_asked(asked[1]))
            except DecodeError:
                log.warning("somebody asks what is no question")
            except RedisError:
                self._stop.wait(1.0)

    def _answer(self, asked: PreflightAsked) -> None:
        self._keep(asked.id, self._examine(asked))

    def _examine(self, asked: PreflightAsked) -> bytes:
        entry, config = asked.entry, self._worker.config
        told = figures.read(self._redis)
        engines = {each.engine: name for name, each in told.items() if each.engine and name != entry.name}
        host = DockerHost(entry, config.installation, config.credentials, BOUNDS)
        try:
            reserve = config.memory_reserve_bytes
            return encode(examine(entry, host, engines, told.get(entry.name), reserve))
        finally:
            host.close()

    def _keep(self, id_: str, answer: bytes) -> None:
        pipeline = self._redis.pipeline()
        pipeline.rpush(keys.ANSWER % id_, answer)
        pipeline.expire(keys.ANSWER % id_, KEPT_SECONDS)
        pipeline.execute()
