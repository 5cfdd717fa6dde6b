"""What GHC said of a load → a report about the workspace's files. Pure."""

from collections.abc import Mapping
from functools import cache

from sandbox.agent import diagnostics as messages
from sandbox.agent.layout import Layout


def fallback(now: Layout, focus: str | None) -> str:
    """The file that is told of what names no file."""
    return focus or next(iter(now.sources), "Main.hs")


def report_of(said: str, now: Layout, focus: str | None, contents: Mapping[str, bytes]) -> messages.Report:
    return messages.parse(said, lines_of(contents), fallback(now, focus), now.sources)


def lines_of(contents: Mapping[str, bytes]) -> messages.Lines:
    """A file's lines as GHC counts them; thousands of messages may be about one file."""

    @cache
    def lines(path: str) -> list[str]:
        text = contents.get(path, b"").decode(errors="replace")
        return text.removeprefix("\ufeff").split("\n")

    return lines
