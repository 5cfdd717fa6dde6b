"""Is a container what our spec makes? By the engine's own word: anybody's container may bear our labels.

Engines fill in what is not asked for, and write "nothing" in several ways; whatever else they say is a
difference. Pure.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec

from sandbox.engine.hosts import Spec

_FILLED_IN = {"ShmSize", "ConsoleSize"}  # of every container
_DROPPED = {"MemorySwappiness", "NetworkDisabled"}  # by engines that have no use for it
_AT_MOST = {"NanoCpus"}  # the machine may have less
_APART = {"Image", "Env", "Labels", "HostConfig"}


class Made(msgspec.Struct, frozen=True):
    """What an engine says of a container: the id of its image, and both halves of its configuration."""

    image: str
    config: Mapping[str, Any]
    host: Mapping[str, Any]


class Image(msgspec.Struct, frozen=True):
    """What an engine says of the image that a spec names: its id, and what it adds to the environment."""

    id: str
    environment: Collection[str] = ()


def differences(spec: Spec, image: Image, found: Made) -> list[str]:
    """Names of what is not as the spec says."""
    return sorted(name for name, same in _compared(spec, image, found) if not same)


def _compared(spec: Spec, image: Image, found: Made) -> Iterator[tuple[str, bool]]:
    asked, there = set(spec["Env"]), set(found.config.get("Env") or ())
    yield "Image", found.image == image.id
    yield "Env", asked <= there <= asked | set(image.environment)
    for key in spec.keys() - _APART:
        yield key, _is_kept(key, spec[key], found.config.get(key))
    host = spec["HostConfig"]
    for key in host.keys() | found.host.keys() - _FILLED_IN:
        yield key, _is_kept(key, host.get(key), found.host.get(key))


def _is_kept(key: str, asked: Any, there: Any) -> bool:
    if there is None and key in _DROPPED:
        return True
    if key in _AT_MOST:
        return bool(0 < (there or 0) <= asked)
    return _same(asked, there)


def _same(asked: Any, there: Any) -> bool:
    """Engines may add to a structure what was left out of it."""
    if isinstance(asked, dict) and isinstance(there, dict) and asked:
        return all(_same(value, there.get(key)) for key, value in asked.items())
    if isinstance(asked, list) and isinstance(there, list):
        return len(asked) == len(there) and all(map(_same, asked, there))
    return bool(asked == there) or not (asked or there)
