"""Shows an engine images of another one of this machine, in a moment: to send 3 GB each would take minutes.

The files of their layers are mounted where the engine looks for them, read-only: neither can harm the other.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.pool.slots import command

KEPT = Path("image/overlay2")


def lend(root: Path, data: Path, images: Sequence[str]) -> bool:
    """From the engine with this root to one with that data, which is down; False: it keeps them otherwise."""
    described = [KEPT / "imagedb/content/sha256" / image.removeprefix("sha256:") for image in images]
    if not all((root / one).exists() for one in described):
        return False
    layers = data / "overlay2"
    (layers / "l").mkdir(parents=True)
    for place, kind in ((data, "--make-shared"), (layers, "--make-private")):
        # As the engine does where it was not done: then it would hide the layers.
        command("mount", "--bind", str(place), str(place))
        command("mount", kind, str(place))
    for one in described:
        for chain in _chains(json.loads((root / one).read_text())["rootfs"]["diff_ids"]):
            _lend_layer(root, data, chain)
        (data / one).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / one, data / one)
    return True


def _lend_layer(root: Path, data: Path, chain: str) -> None:
    layer = KEPT / "layerdb/sha256" / chain
    if (data / layer).exists():
        return  # another image has it too
    shutil.copytree(root / layer, data / layer)
    stored = Path("overlay2", (root / layer / "cache-id").read_text())
    shutil.copytree(root / stored, data / stored, ignore=shutil.ignore_patterns("diff"))
    (data / stored / "diff").mkdir()
    command("mount", "-o", "bind,ro", str(root / stored / "diff"), str(data / stored / "diff"))
    short = (root / stored / "link").read_text()
    (data / "overlay2/l" / short).symlink_to(f"../{stored.name}/diff")


def _chains(layers: list[str]) -> Iterator[str]:
    """The name of each layer with all below it."""
    chain = ""
    for layer in layers:
        chain = f"sha256:{hashlib.sha256(f'{chain} {layer}'.encode()).hexdigest()}" if chain else layer
        yield chain.removeprefix("sha256:")
