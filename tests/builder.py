"""The builder of variants of toolchains beside a stack, for tests that want one made."""

import contextlib
import threading
from collections.abc import Callable, Iterator

import redis

from sandbox import keys
from sandbox.builder import Builder
from sandbox.toolchains import Toolchain
from tests.stack import Stack


@contextlib.contextmanager
def building(stack: Stack, build: Callable[[str], Toolchain]) -> Iterator[None]:
    """The real builder, which makes what is wanted with `build`."""
    with redis.Redis.from_url(stack.redis_url) as client:
        running = Builder(client, build)
        thread = threading.Thread(target=running.run)
        thread.start()
        try:
            stack.processes.wait("A builder", lambda: bool(client.exists(keys.BUILDER)))
            yield
        finally:
            running.stop()
            thread.join()
