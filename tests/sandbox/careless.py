"""An engine that accepts what it is asked for, and does less."""

from collections.abc import Callable
from typing import Any

from sandbox.engine.docker_host import DockerHost
from sandbox.engine.hosts import Spec
from sandbox.messages import HostEntry
from tests.sandbox.inside import ADDRESS

Change = Callable[[dict[str, Any]], dict[str, Any]]
LOCAL = HostEntry(name="local", address=ADDRESS)


class Careless(DockerHost):
    """It drops some of what it is asked for, as a runtime without control groups does."""

    def __init__(self, installation: str, entry: HostEntry = LOCAL) -> None:
        super().__init__(entry, installation)
        self.change: Change = dict

    def create(self, spec: Spec, name: str) -> str:
        rest = {key: value for key, value in self.change(spec).items() if key != "HostConfig"}
        return super().create(rest | {"HostConfig": self.change(spec["HostConfig"])}, name)


def without(*keys: str) -> Change:
    return lambda part: {key: value for key, value in part.items() if key not in keys}
