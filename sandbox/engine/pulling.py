"""How far a pull is, out of what the engine says of its layers; pure."""

from collections.abc import Mapping
from typing import Any

from sandbox.limits import TIB

LAYERS = 500  # an image has at most 127; what an engine makes up beyond is not counted
MOST_BYTES = 1024 * TIB


class Progress:
    """`note` each of the engine's lines; `bytes` are those that came, and of how many."""

    def __init__(self) -> None:
        self._layers: dict[str, tuple[int, int]] = {}

    def note(self, said: Mapping[str, Any]) -> None:
        layer, status, detail = str(said.get("id")), said.get("status"), said.get("progressDetail") or {}
        came, whole = _size(detail.get("current")), _size(detail.get("total"))
        if layer not in self._layers and len(self._layers) >= LAYERS:
            return
        if status == "Downloading" and whole:
            self._layers[layer] = came, whole
        elif status == "Download complete" and layer in self._layers:
            self._layers[layer] = (self._layers[layer][1],) * 2

    @property
    def bytes(self) -> tuple[int, int]:
        came, whole = zip(*self._layers.values(), strict=True) if self._layers else ((), ())
        return sum(came), sum(whole)


def _size(said: Any) -> int:
    """A 0 is left out; what is no size is none."""
    return said if isinstance(said, int) and 0 <= said <= MOST_BYTES else 0
