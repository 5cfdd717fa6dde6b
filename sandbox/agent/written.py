"""Files that GHC or a program's runtime wrote. A program may have put anything in their place."""

import contextlib
import os
import stat
from pathlib import Path

from sandbox.agent.places import WORK, own

FOLDER = "insight"


class NoReport(Exception):
    """There is nothing to tell; says why."""


def place(name: str) -> Path:
    """Where a file of this name lies; its folder exists afterwards. Raises OSError."""
    return own(WORK, FOLDER, name)


def forget(name: str) -> None:
    """What an earlier run wrote must not be taken for this one's. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        place(name).unlink()


def read(path: Path, limit: int) -> str:
    """The text of a plain file, at most `limit` bytes of it. Raises OSError or NoReport."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise NoReport("There is something else in the place of what GHC writes.")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise NoReport("GHC wrote more than can be shown.")
    return data.decode(errors="replace")
