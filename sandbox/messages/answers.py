"""Answers to questions about the text: said on hostile ground, so every list and text has its bound."""

from typing import Annotated

from msgspec import Meta

from sandbox.limits import ANSWER_BYTES, ANSWER_ITEMS
from sandbox.messages.parts import Id, Range, Tagged, Wire

Name = Annotated[str, Meta(max_length=1000)]
Kind = Annotated[int, Meta(ge=1, le=26)]  # LSP's numbers


class Symbol(Wire, frozen=True):
    """One line of an outline; `parent` is the place in the list of the symbol that it belongs to."""

    name: Name
    kind: Kind
    range: Range
    selection: Range
    detail: Name = ""
    parent: Annotated[int, Meta(ge=0, lt=ANSWER_ITEMS)] | None = None


class Outline(Tagged, frozen=True):
    """The symbols of a file, each after its parent."""

    symbols: Annotated[list[Symbol], Meta(max_length=ANSWER_ITEMS)]


class Replacement(Wire, frozen=True):
    """Other text in the place of a range."""

    range: Range
    text: Annotated[str, Meta(max_length=ANSWER_BYTES)]


class Edits(Tagged, frozen=True):
    """Changes of one file; all are about the text before any of them, and none overlap."""

    edits: Annotated[list[Replacement], Meta(max_length=ANSWER_ITEMS)]


Answer = Outline | Edits


class Answered(Tagged, frozen=True):
    """The answer to `Ask`. `failure`: a sentence for the user; neither: there is nothing to say."""

    query: Id
    answer: Answer | None = None
    failure: Annotated[str, Meta(max_length=2000)] | None = None
