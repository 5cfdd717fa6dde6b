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
from pathlib import Path
from typing import Any, BinaryIO

from sandbox.agent.leftout import Tally
from sandbox.agent.places import SESSION
from sandbox.agent.walk import DEPTH, FOLDER, PLAIN, PRODUCTS, Found, walk
from sandbox.limits import OVERLAY_BYTES, WORK_INODES
from sandbox.messages import LeftOut

UNPACKED_BYTES = 4 * OVERLAY_BYTES
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
        for found in walk(root, products=products):
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


# --- writing an archive -------------------------------------------------------------------------------


class _Archive:
    """A gzipped tar that takes a file whole or not at all."""

    def __init__(self, bound: int) -> None:
        self._bound = bound - _RESERVE
        self._compressor = zlib.compressobj(1, wbits=_GZIP)
        self._pieces: list[bytes] = []
        self._size = self._plain_size = self._entries = 0

    def add(self, found: Found, file: BinaryIO) -> bool:
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


def _header(found: Found) -> bytes:
    entry = tarfile.TarInfo(found.path)
    folder = stat.S_ISDIR(found.status.st_mode)
    entry.type = tarfile.DIRTYPE if folder else tarfile.REGTYPE
    entry.size = found.size
    entry.mode = stat.S_IMODE(found.status.st_mode) & 0o777
    entry.mtime = int(found.status.st_mtime)
    return entry.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def _member(found: Found, file: BinaryIO) -> Iterator[bytes]:
    """Header and contents, of exactly the size that the header says, whatever became of the file."""
    yield _header(found)
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
    current = os.open(root, FOLDER)
    for part in parts:
        try:
            with contextlib.suppress(FileExistsError):
                os.mkdir(part, 0o755, dir_fd=current)
            inner = os.open(part, FOLDER, dir_fd=current)
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
        name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | PLAIN, member.mode & 0o777 | 0o600, dir_fd=folder
    )
    with os.fdopen(fd, "wb") as file:
        content = tar.extractfile(member)
        while piece := content.read(_PIECE) if content else b"":
            file.write(piece)
        file.flush()
        os.utime(fd, (member.mtime, member.mtime))
