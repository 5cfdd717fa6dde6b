"""Nothing is made again whose inputs did not change: a stamp beside the product holds their hash."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def inputs_hash(files: Iterable[Path], extra: str = "") -> str:
    """A hash over the contents and names of files, folders taken whole."""
    digest = hashlib.sha256(extra.encode())
    for file in _files(files):
        digest.update(f"\0{file}\0{len(file.read_bytes())}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> list[Path]:
    found = [file for path in paths for file in (path.rglob("*") if path.is_dir() else [path])]
    return sorted(file for file in found if file.is_file() and "__pycache__" not in file.parts)


def is_fresh(stamp: Path, inputs: str) -> bool:
    """The product was made from these inputs."""
    return stamp.is_file() and stamp.read_text() == inputs


def write(stamp: Path, inputs: str) -> None:
    """The product is made: keep what it was made from."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(inputs)
