"""The Docker SDK as we use it: on our own sockets, and with our own exceptions."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import docker
import requests
from docker.errors import APIError, DockerException, NotFound

from sandbox.engine.transport import SHAPELESS, Adapter, Bounds, plain, reason, talks_nonsense
from sandbox.exceptions import AlreadyClaimed, EngineNonsense, EngineRefused, HostError, NoSuchContainer

CREDENTIALS = ("ca.pem", "cert.pem", "key.pem")
CONFLICT = 409


class Named(Protocol):
    """A host, for the sentences about it."""

    name: str


H = TypeVar("H", bound=Named)
P = ParamSpec("P")
R = TypeVar("R")


def translated(call: Callable[Concatenate[H, P], R]) -> Callable[Concatenate[H, P], R]:
    """Raise our own exceptions instead of the SDK's."""

    @functools.wraps(call)
    def wrapper(host: H, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(host, *args, **kwargs)
        except NotFound as error:
            raise NoSuchContainer(plain(error.explanation)) from error
        except APIError as error:
            kind = AlreadyClaimed if error.status_code == CONFLICT else EngineRefused
            raise kind(f"{host.name}: {plain(error.explanation)}") from error
        except EngineNonsense as error:
            raise EngineNonsense(f"{host.name}: {error}") from error
        except (DockerException, requests.RequestException, OSError, ValueError, *SHAPELESS) as error:
            said = plain(reason(error))
            if talks_nonsense(error):
                raise EngineNonsense(f"{host.name}: the engine talks nonsense: {said}") from error
            raise HostError(f"{host.name}: the engine does not answer: {said}") from error

    return wrapper


class SdkClient(docker.APIClient):
    """The SDK's client on our own sockets; nothing in the environment has a say."""

    def __init__(self, address: str, credentials: str, bounds: Bounds) -> None:
        _check(credentials)
        self._ours = Adapter(address, credentials, bounds)
        super().__init__(base_url="http://engine:1", version="auto")

    @property
    def valid_until(self) -> float | None:
        """When the certificate ends that the engine showed last (Unix time); None: it showed none."""
        return self._ours.valid_until

    def version(self, api_version: bool = True) -> dict[str, Any]:
        self.trust_env = False  # the constructor's first call is this one
        self.mount("http://", self._ours)
        return dict(super().version(api_version))


def _check(folder: str) -> None:
    """HostError when a file is missing or can't be read: what a connection would say is a riddle."""
    for name in CREDENTIALS if folder else ():
        try:
            (Path(folder) / name).open("rb").close()
        except OSError as error:
            raise HostError(
                f"The credentials {Path(folder).name!r} lack {name}: {error.strerror}. "
                f"Workers and keepers look for them in {Path(folder).parent}."
            ) from error
