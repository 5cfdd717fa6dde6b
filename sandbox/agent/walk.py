"""What lies in the workspace's folder. Programs made it, and go on while it is read: no link is followed."""

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sandbox.agent.places import SESSION

PRODUCTS = f"{SESSION}/build"  # the only part of the agent's own folder that is kept
DEPTH = 32  # of folders; each one holds a descriptor while it is read
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
PLAIN = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # non-blocking: a FIFO may have taken a file's place


@dataclass(frozen=True)
class Found:
    """A plain file or an empty folder; or something else that is not `kept`: a link, what cannot be read."""

    path: str
    status: os.stat_result
    opened: BinaryIO
    kept: bool = True

    @property
    def is_file(self) -> bool:
        """Plain, and it can be read."""
        return self.kept and stat.S_ISREG(self.status.st_mode)

    @property
    def size(self) -> int:
        """The bytes of a plain file's contents, else 0."""
        return self.status.st_size if stat.S_ISREG(self.status.st_mode) else 0


def walk(root: Path, *, products: bool) -> Iterator[Found]:
    """What programs wrote, the tracked files among it; or build products. Whoever asks closes each."""
    folder = os.open(root, FOLDER)
    try:
        yield from _inside(folder, "", 0, products=products)
    finally:
        os.close(folder)


def _inside(folder: int, prefix: str, depth: int, *, products: bool) -> Iterator[Found]:
    """Everything in one folder, smaller depth first."""
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries)
    if not names and prefix:
        yield Found(prefix.rstrip("/"), os.fstat(folder), io.BytesIO())
    for name in names:
        path = prefix + name
        if _is_wanted(path, products=products):
            yield from _named(folder, name, path, depth, products=products)


def _named(folder: int, name: str, path: str, depth: int, *, products: bool) -> Iterator[Found]:
    """Nothing, where it went meanwhile or is of no use without its program: a pipe, a socket."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return
    try:
        if stat.S_ISDIR(status.st_mode) and depth < DEPTH:
            yield from _below(folder, name, path, depth + 1, products=products)
        elif stat.S_ISREG(status.st_mode):
            yield _plain(folder, name, path)
        elif stat.S_ISDIR(status.st_mode) or stat.S_ISLNK(status.st_mode):
            yield Found(path, status, io.BytesIO(), kept=False)
    except OSError:
        yield Found(path, status, io.BytesIO(), kept=False)


def _below(folder: int, name: str, path: str, depth: int, *, products: bool) -> Iterator[Found]:
    inner = os.open(name, FOLDER, dir_fd=folder)
    try:
        yield from _inside(inner, path + "/", depth, products=products)
    finally:
        os.close(inner)


def _plain(folder: int, name: str, path: str) -> Found:
    file = _file(name, folder)  # closed by whoever asked
    return Found(path, os.fstat(file.fileno()), file)


def _is_wanted(path: str, *, products: bool) -> bool:
    """Programs' files, or what leads to and lies below the products."""
    if not products:
        return path != SESSION
    return PRODUCTS.startswith(f"{path}/") or path == PRODUCTS or path.startswith(f"{PRODUCTS}/")


def opened(root: Path, path: str) -> BinaryIO:
    """A plain file that a program wrote. Raises OSError."""
    with _folder_of(root, path) as (folder, name):
        return _file(name, folder)


def remove(root: Path, path: str) -> None:
    """Such a file is gone. Raises OSError."""
    with _folder_of(root, path) as (folder, name):
        if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            raise _nothing()
        os.unlink(name, dir_fd=folder)


@contextmanager
def _folder_of(root: Path, path: str) -> Iterator[tuple[int, str]]:
    """The folder that a program's file lies in, and its name there. Raises OSError."""
    *folders, name = path.split("/")
    if [*folders, name][0] == SESSION or len(folders) > DEPTH:
        raise _nothing()
    current = os.open(root, FOLDER)
    try:
        for each in folders:
            inner = os.open(_entry(each), FOLDER, dir_fd=current)
            os.close(current)
            current = inner
        yield current, _entry(name)
    finally:
        os.close(current)


def _file(name: str, folder: int) -> BinaryIO:
    """A plain file, whatever stood there a moment ago."""
    fd = os.open(name, os.O_RDONLY | PLAIN, dir_fd=folder)
    if stat.S_ISREG(os.fstat(fd).st_mode):
        return os.fdopen(fd, "rb")
    os.close(fd)
    raise _nothing()


def _entry(name: str) -> str:
    if name in ("", ".", "..") or "\0" in name:
        raise _nothing()
    return name


def _nothing() -> FileNotFoundError:
    return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
