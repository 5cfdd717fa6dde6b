"""A workspace without a GHC, for what its texts alone can tell."""

from typing import Any

from sandbox.agent.files import Files, sha256
from sandbox.agent.language.workspace import Workspace
from sandbox.agent.loader import Loader

NOBODY: Any = None


def workspace(texts: dict[str, str]) -> Workspace:
    """One without a GHC."""
    files = Files(NOBODY)
    contents = {path: text.encode() for path, text in texts.items()}
    files.sync({path: sha256(content) for path, content in contents.items()})
    for content in contents.values():
        files.supply(sha256(content), content)
    loader = Loader(files, lambda: NOBODY, lambda event: None, lambda paths: None)
    return Workspace(files, loader, NOBODY, NOBODY, NOBODY)
