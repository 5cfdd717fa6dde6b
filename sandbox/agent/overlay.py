"""The local changes: what programs wrote beside the tracked files, and build products, as a gzipped tar.

Whatever made the folder or the archive was hostile: only plain files and empty folders go in or come out, no
link is followed, and every size is counted while it streams. What a program wrote and does not go in is told.
"""

import contextlib
import gzip
import io
import os
import stat
import tarfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sandbox.agent.leftout import Tally
from sandbox.agent.places import SESSION
from sandbox.limits import OVERLAY_BYTES, WORK_INODES
from sandbox.messages import LeftOut

PRODUCTS = f"{SESSION}/build"  # the only part of the agent's own folder that is kept
UNPACKED_BYTES = 4 * OVERLAY_BYTES
DEPTH = 32  # of folders; each one holds a descriptor while it is read
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_PLAIN = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # non-blocking: a FIFO may have taken a file's place
_GZIP = 31  # zlib's window bits for a gzip header
_RESERVE = 64 * 1024  # for what the compressor still holds, and the archive's end
_PIECE = 256 * 1024


class BadArchive(ValueError):
    """This is no archive of local changes."""


def pack(root: Path, tracked: Collection[str], *, bound: int = OVERLAY_BYTES) -> tuple[bytes, LeftOut | None]:
    """At most `bound` bytes; what does not fit is left out, products before programs' files.

    Only of the latter is it told what: products are made anew.
    """
    archive, tally = _Archive(bound), Tally()
    for products in (False, True):
        for found in _walk(root, products=products):
            with found.opened as file:
                if products:
                    archive.add(found, file)
                elif found.path not in tracked and not archive.add(found, file):
                    tally.add(found.path, found.size)
    return archive.finish(), tally.told()


def unpack(root: Path, archive: bytes, *, bound: int = UNPACKED_BYTES) -> None:
    """Put the files back below `root`. When it raises BadArchive (or OSError: a full disk) some are there."""
    plain: Any = _Bounded(gzip.GzipFile(fileobj=io.BytesIO(archive)), bound + WORK_INODES * 1024)
    try:
        with tarfile.open(fileobj=plain, mode="r|") as tar:
            for number, member in enumerate(tar):
                if number >= WORK_INODES:
                    raise BadArchive("The archive has too many entries.")
                _put(root, tar, member)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, UnicodeError) as error:
        raise BadArchive(f"The archive is damaged: {error}") from error


# --- reading a folder ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    """A plain file or an empty folder; or something else that is not `kept`: a link, what cannot be read."""

    path: str
    status: os.stat_result
    opened: BinaryIO
    kept: bool = True

    @property
    def size(self) -> int:
        """The bytes of a plain file's contents, else 0."""
        return self.status.st_size if stat.S_ISREG(self.status.st_mode) else 0

    def header(self) -> bytes:
        entry = tarfile.TarInfo(self.path)
        folder = stat.S_ISDIR(self.status.st_mode)
        entry.type = tarfile.DIRTYPE if folder else tarfile.REGTYPE
        entry.size = self.size
        entry.mode = stat.S_IMODE(self.status.st_mode) & 0o777
        entry.mtime = int(self.status.st_mtime)
        return entry.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def _walk(root: Path, *, products: bool) -> Iterator[_Found]:
    folder = os.open(root, _FOLDER)
    try:
        yield from _inside(folder, "", 0, products=products)
    finally:
        os.close(folder)


def _inside(folder: int, prefix: str, depth: int, *, products: bool) -> Iterator[_Found]:
    """Everything in one folder, smaller depth first."""
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries)
    if not names and prefix:
        yield _Found(prefix.rstrip("/"), os.fstat(folder), io.BytesIO())
    for name in names:
        path = prefix + name
        if _is_wanted(path, products=products):
            yield from _named(folder, name, path, depth, products=products)


def _named(folder: int, name: str, path: str, depth: int, *, products: bool) -> Iterator[_Found]:
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
            yield _Found(path, status, io.BytesIO(), kept=False)
    except OSError:
        yield _Found(path, status, io.BytesIO(), kept=False)


def _below(folder: int, name: str, path: str, depth: int, *, products: bool) -> Iterator[_Found]:
    inner = os.open(name, _FOLDER, dir_fd=folder)
    try:
        yield from _inside(inner, path + "/", depth, products=products)
    finally:
        os.close(inner)


def _plain(folder: int, name: str, path: str) -> _Found:
    file = os.fdopen(os.open(name, os.O_RDONLY | _PLAIN, dir_fd=folder), "rb")  # closed by `pack`
    return _Found(path, os.fstat(file.fileno()), file)


def _is_wanted(path: str, *, products: bool) -> bool:
    """Programs' files, or what leads to and lies below the products."""
    if not products:
        return path != SESSION
    return PRODUCTS.startswith(f"{path}/") or path == PRODUCTS or path.startswith(f"{PRODUCTS}/")


# --- writing an archive -------------------------------------------------------------------------------


class _Archive:
    """A gzipped tar that takes a file whole or not at all."""

    def __init__(self, bound: int) -> None:
        self._bound = bound - _RESERVE
        self._compressor = zlib.compressobj(1, wbits=_GZIP)
        self._pieces: list[bytes] = []
        self._size = self._plain_size = self._entries = 0

    def add(self, found: _Found, file: BinaryIO) -> bool:
        """False: it is not in the archive."""
        fits = self._entries < WORK_INODES and self._plain_size + found.size <= UNPACKED_BYTES
        if not fits or not found.kept:
            return False
        before, count, size = self._compressor.copy(), len(self._pieces), self._size
        for piece in _member(found, file):
            self._append(self._compressor.compress(piece))
            if self._size > self._bound:
                self._compressor, self._size = before, size
                del self._pieces[count:]
                return False
        self._entries += 1
        self._plain_size += found.size
        return True

    def finish(self) -> bytes:
        self._append(self._compressor.compress(bytes(tarfile.BLOCKSIZE * 2)))
        self._append(self._compressor.flush())
        return b"".join(self._pieces)

    def _append(self, data: bytes) -> None:
        if data:
            self._pieces.append(data)
            self._size += len(data)


def _member(found: _Found, file: BinaryIO) -> Iterator[bytes]:
    """Header and contents, of exactly the size that the header says, whatever became of the file."""
    yield found.header()
    left = found.size
    padding = -left % tarfile.BLOCKSIZE
    while left:
        piece = file.read(min(left, _PIECE)) or bytes(min(left, _PIECE))
        left -= len(piece)
        yield piece
    yield bytes(padding)


# --- putting files back -------------------------------------------------------------------------------


class _Bounded:
    """A stream that ends with BadArchive where it is longer than it may be."""

    def __init__(self, source: gzip.GzipFile, bound: int) -> None:
        self._source = source
        self._left = bound

    def read(self, size: int) -> bytes:
        data = self._source.read(min(size, _PIECE))
        self._left -= len(data)
        if self._left < 0:
            raise BadArchive("The archive is too large.")
        return data


def _put(root: Path, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE):
        raise BadArchive("The archive has something else than files in it.")
    parts = member.name.split("/")
    if "\0" in member.name or len(parts) > DEPTH + 1 or any(part in ("", ".", "..") for part in parts):
        raise BadArchive("The archive has a path that leads elsewhere.")
    if parts[0] == SESSION and not member.name.startswith(f"{PRODUCTS}/"):
        raise BadArchive("The archive has files of the agent's own.")
    folder = _folder(root, parts if member.isdir() else parts[:-1])
    try:
        if not member.isdir():
            _write(folder, parts[-1], tar, member)
    finally:
        os.close(folder)


def _folder(root: Path, parts: list[str]) -> int:
    """A descriptor of the folder, made where it is missing; through no link."""
    current = os.open(root, _FOLDER)
    for part in parts:
        try:
            with contextlib.suppress(FileExistsError):
                os.mkdir(part, 0o755, dir_fd=current)
            inner = os.open(part, _FOLDER, dir_fd=current)
        except NotADirectoryError as error:
            raise BadArchive("The archive has a file in the place of a folder.") from error
        finally:
            os.close(current)
        current = inner
    return current


def _write(folder: int, name: str, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
    fd = os.open(
        name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN, member.mode & 0o777 | 0o600, dir_fd=folder
    )
    with os.fdopen(fd, "wb") as file:
        content = tar.extractfile(member)
        while piece := content.read(_PIECE) if content else b"":
            file.write(piece)
        file.flush()
        os.utime(fd, (member.mtime, member.mtime))
