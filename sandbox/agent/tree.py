"""Writes and removes files under one folder without ever following a symlink."""

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from sandbox.agent.places import SESSION

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

Stamp = tuple[int, int, int, int]  # inode, size, modification, change: a program cannot forge the last


def problem(path: str) -> str | None:
    """What is wrong with a workspace path, as a sentence; None: nothing."""
    parts = path.split("/")
    if "\0" in path or path.startswith("/") or len(path.encode(errors="replace")) > 255:
        return f"The path {path[:80]!r} is not a relative path of at most 255 bytes."
    if any(part in ("", ".", "..") for part in parts) or parts[0] == SESSION:
        return f"The path {path[:80]!r} is not allowed."
    return None


class Tree:
    """Tracked files in one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, path: str, content: bytes) -> Stamp:
        """Write the file whole, by renaming; whatever stood in its way is removed.

        Until then it lies in the agent's own folder, where nobody takes it for one that a program wrote.
        """
        written = f"{SESSION}/{secrets.token_hex(8)}.tmp"
        with self._folder(path, make=True) as (folder, name), self._folder(written, make=True) as (own, new):
            fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644, dir_fd=own)
            try:
                with os.fdopen(fd, "wb") as file:
                    file.write(content)
                _rename(own, new, folder, name)
            except OSError:
                os.unlink(new, dir_fd=own)
                raise
            return _stamp(os.stat(name, dir_fd=folder, follow_symlinks=False))

    def stamp(self, path: str) -> Stamp | None:
        """What tells this file from another; None when it is gone or no file."""
        try:
            found = os.lstat(self._root / path)
        except OSError:
            return None
        return _stamp(found) if stat.S_ISREG(found.st_mode) else None

    def remove(self, path: str) -> None:
        """Remove the file and the folders that it leaves empty. Gone already is success."""
        with contextlib.suppress(OSError), self._folder(path, make=False) as (folder, name):
            os.unlink(name, dir_fd=folder)
        for parent in PurePosixPath(path).parents:
            if str(parent) == ".":
                break
            try:
                (self._root / parent).rmdir()
            except OSError:
                break

    @contextlib.contextmanager
    def _folder(self, path: str, *, make: bool) -> Iterator[tuple[int, str]]:
        """A descriptor of the file's folder, and its name in it."""
        *folders, name = path.split("/")
        current = os.open(self._root, _FOLDER)
        try:
            for part in folders:
                inner = _enter(current, part, make=make)
                os.close(current)
                current = inner
            yield current, name
        finally:
            os.close(current)


def _rename(source: int, old: str, target: int, new: str) -> None:
    """From one folder into another, over what stands there."""
    try:
        os.rename(old, new, src_dir_fd=source, dst_dir_fd=target)
    except IsADirectoryError:
        shutil.rmtree(new, dir_fd=target)
        os.rename(old, new, src_dir_fd=source, dst_dir_fd=target)


def _enter(parent: int, name: str, *, make: bool) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=parent)
    except OSError:
        if not make:
            raise
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name, dir_fd=parent)  # a symlink or a file in the place of a folder
    os.mkdir(name, 0o755, dir_fd=parent)
    return os.open(name, _FOLDER, dir_fd=parent)


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
