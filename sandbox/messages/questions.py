"""What an editor asks about the workspace's text. Positions are UTF-16, in the text of the moment."""

from typing import Annotated, Literal

from msgspec import Meta

from sandbox.limits import (
    DUMP_SECONDS,
    EVALUATION_SECONDS,
    INFER_SECONDS,
    QUESTION_SECONDS,
    RENAME_SECONDS,
    SEARCH_CHARACTERS,
    SEARCH_RESULTS,
    SOUGHT,
)
from sandbox.messages.parts import Count, Id, Path, Position, Range, Tagged, Wire
from sandbox.messages.produced import DeleteProduced, FindProduced, ReadProduced


class Symbols(Tagged, frozen=True):
    """The file's outline."""

    path: Path


class Folds(Tagged, frozen=True):
    """Which lines of the file can be folded away."""

    path: Path


class TokensOf(Tagged, frozen=True):
    """What each name of the file, or of some of its lines, is."""

    path: Path
    range: Range | None = None


class Documentation(Tagged, frozen=True):
    """What the index tells of the package's name at the place."""

    path: Path
    position: Position


class Format(Tagged, frozen=True):
    """The file laid out by the toolchain's formatter."""

    path: Path


class Hover(Tagged, frozen=True):
    """What stands at the place, or, of a selection, the smallest expression around all of it."""

    path: Path
    position: Position
    selection: Range | None = None


class Definition(Tagged, frozen=True):
    """Where what stands at the place is defined."""

    path: Path
    position: Position


class References(Tagged, frozen=True):
    """Where in the workspace it is named; `declaration`: where it is defined, too."""

    path: Path
    position: Position
    declaration: bool = True


class Highlight(Tagged, frozen=True):
    """Where in the same file it is named."""

    path: Path
    position: Position


class Renamable(Tagged, frozen=True):
    """The name at the place, if it can be another one."""

    path: Path
    position: Position


class Rename(Tagged, frozen=True):
    """Another name for what is named at the place, wherever it is named."""

    path: Path
    position: Position
    name: Annotated[str, Meta(max_length=1000)]


class InferSignature(Tagged, frozen=True):
    """The type that the binding at the place has, where its signature says another that does not fit."""

    path: Path
    position: Position


class LocalSignature(Tagged, frozen=True):
    """A signature for the local binding whose name stands at the place, if it has none."""

    path: Path
    position: Position


class Complete(Tagged, frozen=True):
    """What the word before the place may become; `triggered`: a letter asks, not whoever typed it."""

    path: Path
    position: Position
    triggered: bool = False


class Describe(Tagged, frozen=True):
    """All about a name that a completion offered."""

    path: Path
    module: Annotated[str, Meta(max_length=1000)]
    name: Annotated[str, Meta(max_length=1000)]


class SignatureAt(Tagged, frozen=True):
    """The type of the function whose argument is being written."""

    path: Path
    position: Position


class Hints(Tagged, frozen=True):
    """Types that are inferred, for showing them in the text."""

    path: Path
    range: Range


Stage = Literal["core", "stg", "cmm", "asm"]
Optimization = Annotated[int, Meta(ge=0, le=2)]


class Dump(Tagged, frozen=True):
    """What GHC makes of the module; `details`: with all that is usually left out."""

    path: Path
    stage: Stage
    optimization: Optimization = 1
    details: bool = False


class Lint(Tagged, frozen=True):
    """What hlint says of the file."""

    path: Path


class Runnables(Tagged, frozen=True):
    """What can be run in the file by itself: its program, properties, tests, and the examples in comments."""

    path: Path


class Evaluate(Tagged, frozen=True):
    """The results of the examples in the file's comments, as edits; of all, or of a line's group."""

    path: Path
    line: Count | None = None


class Search(Tagged, frozen=True):
    """Definitions of the toolchain's packages and of the workspace, by name or by type."""

    query: Annotated[str, Meta(max_length=SEARCH_CHARACTERS)]
    limit: Annotated[int, Meta(ge=1, le=SEARCH_RESULTS)]


class FindSymbols(Tagged, frozen=True):
    """What the workspace's files define, by a name or a part of one."""

    query: Annotated[str, Meta(max_length=SEARCH_CHARACTERS)]


class Sought(Wire, frozen=True):
    """A name that is looked for: anywhere, in modules that one calls so, or what is like it in one module."""

    name: Annotated[str, Meta(max_length=1000)]
    is_type: bool = False
    alias: Annotated[str, Meta(max_length=1000)] = ""
    module: Annotated[str, Meta(max_length=1000)] = ""


class FindExports(Tagged, frozen=True):
    """Who exports names that the file lacks, and which packages modules belong to."""

    path: Path
    sought: Annotated[list[Sought], Meta(max_length=SOUGHT)] = []
    modules: Annotated[list[Annotated[str, Meta(max_length=1000)]], Meta(max_length=SOUGHT)] = []


Question = (
    Symbols
    | FindSymbols
    | FindExports
    | Folds
    | TokensOf
    | Documentation
    | Runnables
    | Evaluate
    | Dump
    | Format
    | Lint
    | Hover
    | Definition
    | References
    | Highlight
    | Renamable
    | Rename
    | InferSignature
    | LocalSignature
    | Complete
    | Describe
    | SignatureAt
    | Hints
    | Search
    | FindProduced
    | ReadProduced
    | DeleteProduced
)


def patience_seconds(question: Question) -> float:
    """How long its answer may take."""
    match question:
        case Evaluate():
            return EVALUATION_SECONDS
        case Dump():
            return DUMP_SECONDS
        case InferSignature() | LocalSignature():
            return INFER_SECONDS
        case Rename():
            return RENAME_SECONDS
        case _:
            return QUESTION_SECONDS


class Ask(Tagged, frozen=True):
    """A question; it sees the edits that came before it. Answered by one `Answered` with the same `query`."""

    query: Id
    question: Question


class Cancel(Tagged, frozen=True):
    """Nobody waits for the answer any more."""

    query: Id
