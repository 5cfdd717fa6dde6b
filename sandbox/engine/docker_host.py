"""A host with a Docker Engine, by its socket or over TLS."""

import functools
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from docker.errors import APIError, NotFound

from sandbox.engine import facts as engine_facts
from sandbox.engine import listing
from sandbox.engine.drift import Image, Made, differences
from sandbox.engine.facts import Facts
from sandbox.engine.hosts import INSTALLATION_LABEL, ContainerInfo, ContainerState, Machine, Spec
from sandbox.engine.profile import updates
from sandbox.engine.pulling import Progress
from sandbox.engine.sdk import CONFLICT, SdkClient, translated
from sandbox.engine.transport import Bounds, plain
from sandbox.exceptions import AlreadyClaimed, HostError, NoSuchContainer
from sandbox.limits import ATTACH_SECONDS, GIB, ContainerLimits
from sandbox.messages import HostEntry
from sandbox.relay.attach import attach
from sandbox.relay.channel import SocketChannel

# An engine unpacks the last layer without a word; one that stalls shall not keep others from their images.
TRANSFER = Bounds(seconds=1800.0, answer_bytes=64 * GIB, quiet_seconds=300.0)
_SAME_NAME = 400  # "renaming a container with the same name as its current name"
_ID = re.compile("[0-9a-f]{12,64}")


class DockerHost:
    """The engine at `entry.address`, connected to at the first call.

    `folder` holds the credentials that entries name; each call has its `bounds`.
    """

    def __init__(
        self, entry: HostEntry, installation: str, folder: str = "", bounds: Bounds | None = None
    ) -> None:
        self.name = entry.name
        self._address = entry.address
        self._credentials = str(Path(folder) / entry.credentials) if entry.credentials else ""
        self._installation = installation
        self._bounds = bounds or Bounds()

    @functools.cached_property
    def _api(self) -> SdkClient:
        return SdkClient(self._address, self._credentials, self._bounds)

    @property
    def _untyped(self) -> Any:
        """For what the SDK's type stubs lack."""
        return self._api

    @translated
    def create(self, spec: Spec, name: str) -> str:
        fitting = spec | {"HostConfig": self._within_machine(spec["HostConfig"])}
        container = str(self._untyped.create_container_from_config(fitting, name)["Id"])
        try:
            self._api.start(container)
        except Exception:
            self.remove(container)
            raise
        return container

    @translated
    def claim(self, container: str, name: str, limits: ContainerLimits) -> None:
        self._rename(container, name)
        try:
            self._update(name, limits)
            # Two renames that looked the container up at the same moment both succeed: the later one holds.
            self._api.inspect_container(name)
        except NotFound as error:
            raise AlreadyClaimed from error

    def _within_machine(self, caps: dict[str, Any]) -> dict[str, Any]:
        """Engines refuse more processors than their machine has; a plan may give more."""
        asked = caps.get("NanoCpus")
        return caps | {"NanoCpus": min(asked, self._nano_cpus)} if asked else caps

    @functools.cached_property
    def _nano_cpus(self) -> int:
        return int(engine_facts.info(self._api.info()).cpus * 1e9)

    def _rename(self, container: str, name: str) -> None:
        try:
            self._api.rename(container, name)
        except NotFound as error:
            raise (NoSuchContainer if _ID.fullmatch(container) else AlreadyClaimed) from error
        except APIError as error:
            if error.status_code != _SAME_NAME:
                raise

    def _update(self, container: str, limits: ContainerLimits) -> None:
        """The SDK's own `update_container` lacks NanoCpus."""
        url = self._untyped._url("/containers/{0}/update", container)
        self._untyped._raise_for_status(
            self._untyped._post_json(url, data=self._within_machine(updates(limits)))
        )

    @translated
    def reweigh(self, container: str, limits: ContainerLimits) -> None:
        self._update(container, limits)

    @translated
    def attach(self, container: str) -> SocketChannel:
        return attach(self._address, self._credentials, container, ATTACH_SECONDS)

    @translated
    def remove(self, container: str) -> None:
        try:
            self._api.remove_container(container, force=True, v=True)
        except NotFound:
            return
        except APIError as error:
            if error.status_code != CONFLICT:  # its removal is under way
                raise

    @translated
    def inspect(self, container: str) -> ContainerState:
        found = self._api.inspect_container(container)
        state = found["State"]
        running = bool(state["Running"])
        return ContainerState(
            name=str(found["Name"]).lstrip("/"),
            running=running,
            exit_code=None if running else int(state["ExitCode"]),
            oom_killed=bool(state["OOMKilled"]),
        )

    @translated
    def drift(self, container: str, spec: Spec) -> list[str]:
        found = self._api.inspect_container(container)
        image = self._untyped.inspect_image(spec["Image"])
        environment = (image.get("Config") or {}).get("Env") or ()
        made = Made(found["Image"], found["Config"], found["HostConfig"])
        return differences(spec, Image(image["Id"], environment), made)

    @translated
    def containers(self) -> list[ContainerInfo]:
        label = f"{INSTALLATION_LABEL}={self._installation}"
        return listing.containers(self._api.containers(all=True, filters={"label": label}))

    @translated
    def digests(self) -> list[str]:
        return listing.digests(self._api.images())

    @translated
    def machine(self) -> Machine:
        asked = time.time()
        info = engine_facts.info(self._api.info())
        clock = engine_facts.ahead(info.system_time, asked, time.time())
        bridges = self._api.networks(names=["bridge"])
        start = " ".join([*map(repr, info.making()), *(one["Id"] for one in bridges)])
        return engine_facts.machine(info, start, clock, self._api.valid_until)

    # --- images ---------------------------------------------------------------------------------------

    @translated
    def image_bytes(self, image: str) -> int:
        return listing.size(self._untyped.inspect_image(image)["Size"])

    def save(self, image: str) -> Iterator[bytes]:
        pieces = self._begin_save(image)
        while piece := self._next_piece(pieces):
            yield piece

    @translated
    def _begin_save(self, image: str) -> Iterator[bytes]:
        return iter(self._patient.get_image(image))

    @translated
    def _next_piece(self, pieces: Iterator[bytes]) -> bytes:
        return next((piece for piece in pieces if piece), b"")

    @translated
    def load(self, archive: Iterator[bytes]) -> None:
        for said in self._patient.load_image(archive):
            if "error" in said:
                raise HostError(f"{self.name}: the image was not taken: {plain(said['error'])}")

    @translated
    def pull(self, image: str, tell: Callable[[int, int], None]) -> None:
        progress = Progress()
        for said in self._patient.pull(image, stream=True, decode=True):
            if "error" in said:
                raise HostError(f"{self.name}: the image was not pulled: {plain(said['error'])}")
            progress.note(said)
            tell(*progress.bytes)

    @translated
    def remove_image(self, digest: str) -> bool:
        try:
            self._api.remove_image(digest)
        except NotFound:
            return True
        except APIError as error:
            if error.status_code != CONFLICT:
                raise
            return False
        return True

    @functools.cached_property
    def _patient(self) -> Any:
        """A client of its own, for what takes minutes and gigabytes."""
        return SdkClient(self._address, self._credentials, TRANSFER)

    @translated
    def facts(self) -> Facts:
        """What preflight judges."""
        asked = time.time()
        info, answered = self._untyped.info(), time.time()
        version, until = self._untyped.version(), self._api.valid_until
        return engine_facts.gather(info, version, asked=asked, answered=answered, valid_until=until)

    def close(self) -> None:
        for name in {"_api", "_patient"} & self.__dict__.keys():
            getattr(self, name).close()
