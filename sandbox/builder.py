"""Makes the variants of toolchains that somebody wants: `python -m sandbox.builder`.

    Client.want_build ──► list ──► builder ── docker build ──► record `Built` ──► the recorder registers it

What goes into an image is Debian's packages and our own files; of what users say only a toolchain's name.
"""

import contextlib
import logging
import signal
import threading
import time
from collections.abc import Callable

from docker.errors import DockerException
from redis.exceptions import RedisError

from sandbox import keys, toolchains
from sandbox.config import config, log_plainly
from sandbox.connections import Redis, connect
from sandbox.engine import imagebuild
from sandbox.exceptions import SandboxError
from sandbox.messages import Build, Built, encode
from sandbox.rounds import Rounds
from sandbox.toolchains import Toolchain

log = logging.getLogger(__name__)

LOOK_SECONDS = 2
ALIVE_SECONDS = 10
SAID_CHARACTERS = 500


class Builder:
    """One image after the other. Says that it lives even while it builds."""

    def __init__(self, redis: Redis, build: Callable[[str], Toolchain]) -> None:
        self._redis = redis
        self._build = build
        self._stopping = threading.Event()

    def run(self) -> None:
        """Until `stop`; without Redis it waits for it."""
        beats = Rounds("the builder lives", self._beat, ALIVE_SECONDS / 3)
        begun = False
        while not self._stopping.is_set():
            try:
                if not begun:
                    self._begin()
                    begun = True
                    beats.start()
                asked = self._redis.blpop([keys.BUILDS_WANTED], timeout=LOOK_SECONDS)
                if asked:
                    self._make(asked[1].decode())
            except RedisError:
                begun = False
                self._stopping.wait(LOOK_SECONDS)
        beats.close()
        with contextlib.suppress(RedisError):
            self._redis.delete(keys.BUILDER)

    def stop(self) -> None:
        self._stopping.set()

    def _begin(self) -> None:
        """What was under way before is forgotten: whoever still wants it asks again."""
        self._redis.delete(keys.BUILDS, keys.BUILDS_WANTED)

    def _beat(self) -> None:
        self._redis.set(keys.BUILDER, "1", ex=ALIVE_SECONDS)

    def _make(self, name: str) -> None:
        if toolchains.profiled_by(name) not in toolchains.names():
            log.warning("no such variant of a toolchain: %r", name[:100])
            return
        self._note(name, "building")
        log.info("%s is being made", name)
        try:
            made = self._build(name)
        except (SandboxError, DockerException, OSError) as error:
            log.warning("%s could not be made: %s", name, error)
            self._note(name, "failed", str(error)[:SAID_CHARACTERS])
            return
        built = Built(made.name, made.digest, made.ghc, made.packages, made.profiles)
        self._redis.xadd(keys.RECORDS, {"r": encode(built)})
        self._note(name, "built")

    def _note(self, name: str, state: str, said: str = "") -> None:
        build = Build(name, state, time.time(), said)  # type: ignore[arg-type]
        self._redis.hset(keys.BUILDS, name, encode(build))


def _build(name: str) -> Toolchain:
    return next(made for made in toolchains.build(imagebuild.connect(), [name]) if made.name == name)


def main() -> None:
    """Run until SIGTERM or SIGINT; an image under way is left to the engine."""
    log_plainly()
    builder = Builder(connect(config()), _build)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: builder.stop())
    builder.run()


if __name__ == "__main__":
    main()
