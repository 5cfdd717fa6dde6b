"""Where things lie in the container."""

from pathlib import Path

WORK = Path("/work")
SESSION = ".session"  # under WORK: everything of the agent's own, never a tracked file
LIB = Path("/opt/agent/lib")  # the compiled helper and its package database


def temporary(work: Path) -> Path:
    """Where GHC and programs put temporary files, made again if a program removed it. Raises OSError."""
    path = work / SESSION / "tmp"
    path.mkdir(parents=True, exist_ok=True)
    return path


def own(work: Path, *parts: str) -> Path:
    """A path below the agent's own folder; its parent exists afterwards."""
    path = work.joinpath(SESSION, *parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
