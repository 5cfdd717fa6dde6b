"""What answers are made from: the texts of the moment, and what GHC makes of them."""

from sandbox.agent.files import Files
from sandbox.agent.haskell_source import Source
from sandbox.agent.layout import Layout
from sandbox.agent.loader import Loader
from sandbox.agent.reaper import Reaper


class Unanswerable(Exception):
    """There is no answer; the argument is a sentence for the user."""


class Workspace:
    """The workspace as questions see it."""

    def __init__(self, files: Files, loader: Loader, reaper: Reaper) -> None:
        self._files = files
        self.loader = loader
        self.reaper = reaper

    def text(self, path: str) -> str:
        """The file's text as the editor shows it. Raises Unanswerable."""
        content = self._files.contents().get(path)
        if content is None:
            raise Unanswerable(f"There is no file {path} in the workspace.")
        return content.decode(errors="replace")

    def layout(self) -> Layout:
        """Where the modules lie."""
        return self.loader.layout()

    def source(self, path: str) -> Source | None:
        """The file's module; None for what is no Haskell source."""
        return self.layout().sources.get(path)
