"""What a code action does: a title and edits of one file. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ide.actions.names import Names
from ide.actions.source import Source
from ide.editor.positions import offset
from sandbox.messages import Diagnostic

READ = 4000  # characters of a message

Kind = Literal["quickfix", "source.fixAll", "source.organizeImports"]


@dataclass(frozen=True)
class Edit:
    """The text between two offsets becomes another."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Fix:
    """`path`: the file that it edits, where that is not the one with the diagnostic.

    `about`: the diagnostics that it settles, where that is not the one that it was made for.
    """

    title: str
    edits: tuple[Edit, ...]
    preferred: bool = False
    kind: Kind = "quickfix"
    path: str | None = None
    about: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Problem:
    """A diagnostic, where it is in the text, and what is known of names."""

    source: Source
    diagnostic: Diagnostic
    names: Names

    @property
    def message(self) -> str:
        return self.diagnostic.message

    @cached_property
    def flat(self) -> str:
        """The start of the message, without its line breaks."""
        return " ".join(self.message[:READ].split())

    @cached_property
    def start(self) -> int:
        return offset(self.source.text, self.diagnostic.range.start, "utf-16")

    @cached_property
    def end(self) -> int:
        return offset(self.source.text, self.diagnostic.range.end, "utf-16")

    @property
    def text(self) -> str:
        """What the diagnostic is about."""
        return self.source.text[self.start : self.end]


Fixer = Callable[[Problem], Iterator[Fix]]


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text after edits that do not overlap."""
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text
