"""Looking for definitions of packages and of the workspace, and importing what was found."""

from typing import Annotated

from msgspec import Meta

from ide.protocol.base import Lenient, Strict, Uri, Words
from ide.protocol.features import Location
from sandbox.limits import SEARCH_CHARACTERS, SEARCH_RESULTS


class SymbolQuery(Lenient, frozen=True):
    """A name or a part of one."""

    query: Annotated[str, Meta(max_length=SEARCH_CHARACTERS)]


class SymbolInformation(Lenient, frozen=True):
    """A definition of the workspace; `kind` is one of LSP's numbers, `containerName` what it belongs to."""

    name: str
    kind: int
    location: Location
    container_name: str


class SearchQuery(Strict, frozen=True):
    """A name, a type, or both: `insert`, `a -> Maybe a`, `insert :: k -> a`, `+containers foldr`."""

    query: Annotated[str, Meta(max_length=SEARCH_CHARACTERS)]
    limit: Annotated[int, Meta(ge=1, le=SEARCH_RESULTS)] = 30


class SearchResult(Lenient, frozen=True):
    """`documentation` is Markdown; `location`: of the workspace's own."""

    name: str
    kind: str
    type: str
    module: str
    package: str
    parent: str
    documentation: str
    modules: list[str]
    location: Location | None = None


class SearchResults(Lenient, frozen=True):
    """The best first. `why`: a sentence on what of the query could not be read."""

    results: list[SearchResult]
    why: str = ""


class ImportWanted(Strict, frozen=True):
    """A definition to be imported into a file, as a search told of it."""

    uri: Uri
    name: Words
    kind: Annotated[str, Meta(max_length=20)]
    module: Words
    package: Words = ""
    parent: Words = ""
