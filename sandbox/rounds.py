"""A thread that does one thing again and again until it is closed: a round that fails costs no other one."""

import logging
import threading
from collections.abc import Callable

from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class Rounds:
    """`step` once when it starts, and then every so many seconds."""

    def __init__(self, name: str, step: Callable[[], object], seconds: float) -> None:
        self._name, self._step, self._seconds = name, step, seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Unless it has."""
        if self._thread.ident is None:
            self._thread.start()

    def close(self, wait_seconds: float | None = None) -> None:
        """Begin no other round. Waits for the one under way, to its end or for so long."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(wait_seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._step()
            except RedisError as error:
                log.warning("%s: %s", self._name, error)
            except Exception:
                log.exception("%s: a round failed", self._name)
            self._stop.wait(self._seconds)
