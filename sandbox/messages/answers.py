"""Answers to questions about the text: said on hostile ground, so every list and text has its bound."""

from typing import Annotated, Literal, get_args

from msgspec import Meta

from sandbox.limits import ANSWER_BYTES, ANSWER_ITEMS, EXPORTERS, MESSAGE_BYTES, SOUGHT, SYMBOLS, TOKENS
from sandbox.messages.parts import Count, Diagnostics, Id, Path, Position, Range, Tagged, Wire
from sandbox.messages.produced import Produced, ProducedPiece

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


TokenKind = Literal[
    "namespace",
    "type",
    "class",
    "typeParameter",
    "parameter",
    "variable",
    "property",
    "enumMember",
    "function",
    "method",
    "operator",
]
TOKEN_KINDS: tuple[TokenKind, ...] = get_args(TokenKind)
TOKEN_MODIFIERS = ("declaration", "imported", "defaultLibrary")


class Token(Wire, frozen=True, array_like=True):
    """A name; `modifiers` has a bit for each of TOKEN_MODIFIERS."""

    line: Count
    character: Count
    length: Count
    kind: TokenKind
    modifiers: Annotated[int, Meta(ge=0, le=7)] = 0


class Tokens(Tagged, frozen=True):
    """In the order of the text."""

    tokens: Annotated[list[Token], Meta(max_length=TOKENS)]


FoldKind = Literal["comment", "imports", "region"]


class Fold(Wire, frozen=True):
    """Lines that can be folded away behind the first one."""

    first: Count
    last: Count
    kind: FoldKind


class Folded(Tagged, frozen=True):
    folds: Annotated[list[Fold], Meta(max_length=ANSWER_ITEMS)]


class Replacement(Wire, frozen=True):
    """Other text in the place of a range."""

    range: Range
    text: Annotated[str, Meta(max_length=ANSWER_BYTES)]


class Edits(Tagged, frozen=True):
    """Changes of one file; all are about the text before any of them, and none overlap."""

    edits: Annotated[list[Replacement], Meta(max_length=ANSWER_ITEMS)]


class Description(Tagged, frozen=True):
    """`code` is Haskell, `text` Markdown; `range`: what it is about."""

    code: Annotated[str, Meta(max_length=MESSAGE_BYTES)]
    text: Annotated[str, Meta(max_length=4 * MESSAGE_BYTES)] = ""
    range: Range | None = None


class Place(Wire, frozen=True):
    """Somewhere in a file of the workspace; `binds`: there it gets its meaning."""

    path: Path
    range: Range
    binds: bool = False


class Places(Tagged, frozen=True):
    places: Annotated[list[Place], Meta(max_length=ANSWER_ITEMS)]


class FileEdits(Wire, frozen=True):
    """Changes of one file, as in `Edits`."""

    path: Path
    edits: Annotated[list[Replacement], Meta(max_length=ANSWER_ITEMS)]


class Renamed(Tagged, frozen=True):
    """What makes the new name of a name."""

    files: Annotated[list[FileEdits], Meta(max_length=ANSWER_ITEMS)]


class InferredSignature(Tagged, frozen=True):
    """`text` is the type; `range`: where the one in the binding's signature stands.

    Of a binding without one `text` is a whole signature with the margin behind it, for an empty `range`.
    """

    name: Name
    range: Range
    text: Annotated[str, Meta(max_length=MESSAGE_BYTES)]


class FoundSymbol(Wire, frozen=True):
    """A symbol of the workspace; `container` is what it belongs to."""

    name: Name
    kind: Kind
    place: Place
    container: Name = ""


class FoundSymbols(Tagged, frozen=True):
    """The nearest first."""

    symbols: Annotated[list[FoundSymbol], Meta(max_length=SYMBOLS)]


class Importable(Wire, frozen=True):
    """What an import must say of a name that is not in scope; `kind` and `parent` as of a match.

    With an alias it is the module's that is imported, qualified.
    """

    kind: Annotated[str, Meta(max_length=20)]
    parent: Name = ""
    alias: Name = ""


class Exported(Wire, frozen=True):
    """A name as a module exports it. `whole`: all of the module can be imported beside the Prelude."""

    name: Name
    kind: Annotated[str, Meta(max_length=20)]
    module: Name
    parent: Name = ""
    whole: bool = False


class FoundExports(Tagged, frozen=True):
    """For each name that was sought who exports it, the likeliest first; for each module its package."""

    exports: Annotated[list[Annotated[list[Exported], Meta(max_length=EXPORTERS)]], Meta(max_length=SOUGHT)]
    packages: Annotated[list[Name], Meta(max_length=SOUGHT)]


class Candidate(Wire, frozen=True):
    """What a word may become; `kind` is LSP's number. With a module it can be described."""

    label: Name
    kind: Kind
    detail: Name = ""
    module: Name = ""
    missing: Importable | None = None


class Candidates(Tagged, frozen=True):
    """`range` is the word; `incomplete`: there are more that fit."""

    range: Range
    candidates: Annotated[list[Candidate], Meta(max_length=ANSWER_ITEMS)]
    incomplete: bool = False


class Signature(Tagged, frozen=True):
    """`parameters` are stretches of the label, in UTF-16; `active` is the one being written."""

    label: Annotated[str, Meta(max_length=MESSAGE_BYTES)]
    parameters: Annotated[list[tuple[Count, Count]], Meta(max_length=100)]
    active: Count
    text: Annotated[str, Meta(max_length=4 * MESSAGE_BYTES)] = ""


class Hint(Wire, frozen=True):
    position: Position
    label: Name


class Inferred(Tagged, frozen=True):
    hints: Annotated[list[Hint], Meta(max_length=ANSWER_ITEMS)]


class Match(Wire, frozen=True):
    """A definition that was looked for; `text` is Markdown. Of the workspace's own there is no package."""

    name: Name
    kind: Annotated[str, Meta(max_length=20)]
    type: Annotated[str, Meta(max_length=4000)]
    module: Name
    package: Name = ""
    parent: Name = ""
    text: Annotated[str, Meta(max_length=MESSAGE_BYTES)] = ""
    modules: Annotated[list[Name], Meta(max_length=20)] = []
    place: Place | None = None


class Matches(Tagged, frozen=True):
    """The best first. `why`: what of the query could not be read."""

    matches: Annotated[list[Match], Meta(max_length=ANSWER_ITEMS)]
    why: Annotated[str, Meta(max_length=2000)] = ""


class Ideas(Tagged, frozen=True):
    """A linter's words on one file."""

    diagnostics: Diagnostics


RunnableKind = Literal["main", "property", "spec", "tasty", "examples"]
TargetKind = Literal["property", "spec", "tasty"]


class Runnable(Wire, frozen=True):
    """What can be run by itself; `name` says which to a run's target, `range` is where it stands."""

    kind: RunnableKind
    name: Annotated[str, Meta(max_length=2000)]
    range: Range


class FoundRunnables(Tagged, frozen=True):
    runnables: Annotated[list[Runnable], Meta(max_length=ANSWER_ITEMS)]


class Dumped(Tagged, frozen=True):
    """What GHC made of a module. `sources`: the line, from 0, that each line of the text comes from."""

    text: Annotated[str, Meta(max_length=ANSWER_BYTES)]
    sources: Annotated[list[Count | None], Meta(max_length=ANSWER_BYTES)]
    truncated: bool = False


Answer = (
    FoundRunnables
    | FoundExports
    | FoundSymbols
    | Folded
    | Tokens
    | Dumped
    | Outline
    | Edits
    | Ideas
    | Description
    | Places
    | Renamed
    | InferredSignature
    | Candidates
    | Signature
    | Inferred
    | Matches
    | Produced
    | ProducedPiece
)


class Answered(Tagged, frozen=True):
    """The answer to `Ask`. `failure`: a sentence for the user; neither: there is nothing to say."""

    query: Id
    answer: Answer | None = None
    failure: Annotated[str, Meta(max_length=2000)] | None = None
