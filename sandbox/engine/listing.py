"""The containers and images that an engine lists, decoded strictly, as `facts` is what it says of itself."""

import time
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from sandbox.engine.hosts import (
    PROFILE_LABEL,
    ROLE_LABEL,
    RUNTIME_LABEL,
    TOOLCHAIN_LABEL,
    WORK_LABEL,
    ContainerInfo,
)
from sandbox.exceptions import EngineNonsense
from sandbox.limits import TIB

Text = Annotated[str, Meta(max_length=200)]
Id = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Digest = Annotated[str, Meta(pattern="^sha256:[0-9a-f]{64}$")]
Size = Annotated[int, Meta(ge=0, le=1024 * TIB)]


class _Labels(msgspec.Struct, frozen=True):
    """Of a container's labels, ours."""

    role: Text = msgspec.field(name=ROLE_LABEL, default="")
    toolchain: Text = msgspec.field(name=TOOLCHAIN_LABEL, default="")
    runtime: Text = msgspec.field(name=RUNTIME_LABEL, default="")
    profile: Text = msgspec.field(name=PROFILE_LABEL, default="")
    work: Annotated[str, Meta(pattern="^[0-9]{0,15}$")] = msgspec.field(name=WORK_LABEL, default="")


class _Container(msgspec.Struct, frozen=True, rename="pascal"):
    id: Id
    state: Text
    names: list[Text] | None = None
    labels: _Labels | None = None
    created: Annotated[int, Meta(ge=0, le=2**40)] = 0


class _Image(msgspec.Struct, frozen=True, rename="pascal"):
    id: Digest
    repo_digests: list[str] | None = None


_Containers = Annotated[list[_Container], Meta(max_length=5000)]
_Images = Annotated[list[_Image], Meta(max_length=20_000)]


def containers(said: Any) -> list[ContainerInfo]:
    """Out of the answer to `GET /containers/json`."""
    return [_info(one) for one in _convert(said, _Containers)]


def _info(one: _Container) -> ContainerInfo:
    labels = one.labels or _Labels()
    return ContainerInfo(
        id=one.id,
        name=(one.names or [""])[0].lstrip("/"),
        state=one.state,
        role=labels.role,
        toolchain=labels.toolchain,
        runtime=labels.runtime,
        profile=labels.profile,
        work_bytes=int(labels.work or 0),
        created=float(one.created or time.time()),
    )


def digests(said: Any) -> list[str]:
    """Out of the answer to `GET /images/json`: ids, and digests of the registries that they came from."""
    images = _convert(said, _Images)
    named = [digest.partition("@")[2] for one in images for digest in one.repo_digests or ()]
    return sorted({one.id for one in images} | {one for one in named if one.startswith("sha256:")})


def size(said: Any) -> int:
    """Bytes of an image or of a part of it."""
    found: int = _convert(said, Size)
    return found


def _convert(said: Any, form: Any) -> Any:
    try:
        return msgspec.convert(said, form)
    except msgspec.ValidationError as error:
        raise EngineNonsense(f"what the engine lists is nonsense: {error}") from error
