"""What an editor asks about the workspace's text. Positions are UTF-16, in the text of the moment."""

from sandbox.messages.parts import Id, Path, Tagged


class Symbols(Tagged, frozen=True):
    """The file's outline."""

    path: Path


class Format(Tagged, frozen=True):
    """The file laid out by the toolchain's formatter."""

    path: Path


Question = Symbols | Format


class Ask(Tagged, frozen=True):
    """A question; it sees the edits that came before it. Answered by one `Answered` with the same `query`."""

    query: Id
    question: Question


class Cancel(Tagged, frozen=True):
    """Nobody waits for the answer any more."""

    query: Id
