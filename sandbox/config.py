"""Environment → frozen settings. `X_FILE` names a file that holds the value of `X`."""

import logging
import os
from functools import cache
from pathlib import Path

import msgspec

from sandbox.limits import KEEPER_SECONDS, LEASE_SECONDS, RELAY_QUIET_SECONDS
from sandbox.pool.choice import Terms


class Config(msgspec.Struct, frozen=True):
    """Settings of everything under `sandbox`; `ide` has its own."""

    redis_url: str = "redis://127.0.0.1:6379/0"
    installation: str = "haskell-ide"  # prefix of container names and value of their label
    worker_threads: int = 64
    images: str = "haskell-ide"  # prefix of image names on an engine
    registry: str = ""  # where images are pushed and pulled; empty: save and load
    transfers: int = 1  # images that one keeper brings to hosts at a time: each fills a network
    memory_reserve_bytes: int = 1024**3  # left to the host itself
    memory_overcommit: float = 10.0  # sum of the sessions' memory limits over the host's memory
    cpu_overcommit: float = 40.0  # the same of CPUs
    user_share: float = 0.5  # of a host that one user's sessions may have together
    warm_per_toolchain: int = 2
    lease_seconds: float = LEASE_SECONDS  # of a relay on its session, a keeper on its hosts, the lead
    quiet_seconds: float = RELAY_QUIET_SECONDS  # a relay lets go after
    keeper_seconds: float = KEEPER_SECONDS  # between two rounds of the keeper
    credentials: str = "/run/hosts"  # folder of folders with certificates, by the name that a host says
    cgroup_parent: str = ""  # all sandboxes of a host; empty: none

    @property
    def terms(self) -> Terms:
        """How far hosts may be filled."""
        return Terms(
            self.memory_reserve_bytes, self.memory_overcommit, self.cpu_overcommit, self.user_share
        ).clamped()


def read(name: str, default: str) -> str:
    """The environment's value, or the content of the file that `<name>_FILE` names."""
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text().strip() if file else os.environ.get(name, default)


def log_plainly() -> None:
    """As all processes of the sandbox do."""
    level = read("LOG_LEVEL", "INFO").upper()
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")


@cache
def config() -> Config:
    """The process's settings, read once."""
    default = Config()
    return msgspec.convert(
        {
            field: read(
                f"SANDBOX_{field.upper()}" if field != "redis_url" else "REDIS_URL",
                str(getattr(default, field)),
            )
            for field in Config.__struct_fields__
        },
        Config,
        strict=False,
    )
