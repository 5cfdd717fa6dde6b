"""Where things lie in the container."""

from pathlib import Path

WORK = Path("/work")
SESSION = ".session"  # under WORK: everything of the agent's own, never a tracked file
LIB = Path("/opt/agent/lib")  # the compiled helper and its package database


def own(work: Path, *parts: str) -> Path:
    """A path below the agent's own folder; its parent exists afterwards."""
    path = work.joinpath(SESSION, *parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
