"""`haskell/search`, and imports of what it found."""

from ide.actions.listing import edit_of
from ide.actions.source import Source
from ide.actions.wanted import imported
from ide.editor.asking import Asker
from ide.editor.description import description_of
from ide.editor.documents import Documents
from ide.editor.uris import file_of, uri_of
from ide.protocol import (
    AtPosition,
    ImportWanted,
    SearchQuery,
    SearchResult,
    SearchResults,
    SymbolInformation,
    SymbolQuery,
    TextEdit,
    WorkspaceEdit,
)
from ide.socket.window import Handlers, Later, Window
from sandbox.messages import (
    Documentation,
    FindSymbols,
    FoundSymbol,
    FoundSymbols,
    Match,
    Matches,
    Search,
)

NOTHING = "Nothing was found. Try a part of the name, or a type with fewer constructors."
EMPTY = "Type a name, like insertWith, or a type, like a -> Maybe a."


class Searches:
    """One window's."""

    def __init__(self, window: Window, documents: Documents, asker: Asker) -> None:
        self._window, self._documents, self._asker = window, documents, asker
        self.handlers: Handlers = {
            "workspace/symbol": self._symbols,
            "haskell/search": self._search,
            "haskell/import": self._import,
            "haskell/documentation": self._documentation,
        }

    async def _symbols(self, params: SymbolQuery) -> Later:
        async def finish(found: FoundSymbols) -> list[SymbolInformation]:
            return [await self._symbol(each) for each in found.symbols]

        return await self._asker.ask("", FindSymbols(query=params.query), finish, lasts=True)

    async def _symbol(self, found: FoundSymbol) -> SymbolInformation:
        return SymbolInformation(
            name=found.name,
            kind=found.kind,
            location=await self._asker.location(found.place),
            container_name=found.container,
        )

    async def _search(self, params: SearchQuery) -> SearchResults | Later:
        if not params.query.strip():
            return SearchResults(results=[], why=EMPTY)

        async def finish(found: Matches) -> SearchResults:
            why = found.why or ("" if found.matches else NOTHING)
            return SearchResults(results=[await self._result(each) for each in found.matches], why=why)

        question = Search(query=params.query, limit=params.limit)
        return await self._asker.ask("", question, finish, lasts=True)

    async def _documentation(self, params: AtPosition) -> Later:
        path, place = await self._asker.at(params)

        async def finish(found: Matches) -> SearchResult | None:
            return await self._result(found.matches[0]) if found.matches else None

        return await self._asker.ask(path, Documentation(path=path, position=place), finish)

    async def _result(self, match: Match) -> SearchResult:
        return SearchResult(
            name=match.name,
            kind=match.kind,
            type=match.type,
            module=match.module,
            package=match.package,
            parent=match.parent,
            documentation=match.text,
            modules=match.modules,
            location=await self._asker.location(match.place) if match.place else None,
        )

    async def _import(self, params: ImportWanted) -> WorkspaceEdit:
        """Without changes where the file has it already."""
        path = file_of(params.uri, "uri")
        text = await self._documents.text_of(path)
        edit = imported(Source(text), params.name, params.kind, params.module, params.parent)
        changes = {} if edit is None else {uri_of(path): [edit_of(text, edit, self._documents.encoding)]}
        if params.package and params.package != "base":
            changes |= await self._described(path, params.package)
        return WorkspaceEdit(changes=changes)

    async def _described(self, path: str, package: str) -> dict[str, list[TextEdit]]:
        """The package in the components that the file is of, where they do not name it."""
        found = await description_of(self._window.workspace, self._documents)
        edits = [edit for fix in found.fixes(path, [package]) for edit in fix.edits] if found else []
        if not (found and edits):
            return {}
        return {uri_of(found.path): [edit_of(found.text, edit, self._documents.encoding) for edit in edits]}
