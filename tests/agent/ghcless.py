"""A workspace without a GHC, for what its texts alone can tell."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from sandbox.agent.files import Files, sha256
from sandbox.agent.ghci import MakeHear
from sandbox.agent.language.workspace import Workspace
from sandbox.agent.loader import Loader
from sandbox.agent.tree import Tree

NOBODY: Any = None


class FakeWarm:
    """Loads whatever it is told to."""

    def __init__(self) -> None:
        self.held_bytes = 0
        self.ghci: Any = SimpleNamespace(sound=True, memory_bytes=lambda: self.held_bytes, end=self._end)
        self.ended = False
        self.options: list[str] = []
        self.loads = 0
        self.is_up = True
        self.targets: list[str] = []
        self.during: Callable[[], None] = lambda: None  # what happens while it loads

    async def start(self, options: list[str]) -> None:
        self.options = options

    async def _end(self) -> None:
        self.ended = True

    async def load(
        self,
        roots: tuple[str, ...],
        targets: list[str],
        timeout: float,
        hear: MakeHear | None = None,
    ) -> str:
        self.loads += 1
        self.targets = targets
        self.during()
        return ""


def workspace(
    texts: dict[str, str], tree: Tree = NOBODY, warm: Any = NOBODY, checker: Any = NOBODY
) -> Workspace:
    files = Files(tree)
    contents = {path: text.encode() for path, text in texts.items()}
    files.sync({path: sha256(content) for path, content in contents.items()})
    for content in contents.values():
        files.supply(sha256(content), content)
    loader = Loader(files, lambda: warm, lambda event: None, lambda paths: None, lambda path: None)
    return Workspace(files, loader, NOBODY, checker, NOBODY)
