"""LSP's questions about the text: from their parameters to the session, and back to their results."""

import asyncio
from typing import Any

import msgspec

from ide.actions.source import Source
from ide.editor import answers
from ide.editor.asking import Asker
from ide.editor.documents import Documents
from ide.editor.markup import documentation
from ide.editor.shown import shown
from ide.editor.tokens import semantic_tokens
from ide.editor.uris import file_of, uri_of
from ide.protocol import (
    AtPosition,
    CompletionAt,
    CompletionItem,
    HoverAt,
    InDocument,
    InRange,
    OfFile,
    ReferencesAt,
)
from ide.socket.window import Handlers, Later
from ide.workspaces import paths
from sandbox.messages import (
    Complete,
    Definition,
    Describe,
    Description,
    Folds,
    Format,
    Highlight,
    Hints,
    Hover,
    Lint,
    Range,
    References,
    Runnables,
    SignatureAt,
    Symbols,
    TokensOf,
)

TRIGGERED = 2  # as a client says that a letter asked for a completion


class Features:
    """One window's."""

    def __init__(self, documents: Documents, asker: Asker) -> None:
        self._documents, self._asker = documents, asker
        self.handlers: Handlers = {
            "textDocument/documentSymbol": self._document_symbol,
            "textDocument/foldingRange": self._folds,
            "textDocument/semanticTokens/full": self._tokens,
            "textDocument/semanticTokens/range": self._tokens_of_range,
            "textDocument/codeLens": self._lenses,
            "haskell/runnables": self._runnables,
            "textDocument/formatting": self._formatting,
            "haskell/format": self._format,
            "haskell/lint": self._lint,
            "textDocument/hover": self._hover,
            "textDocument/definition": self._definition,
            "textDocument/references": self._references,
            "textDocument/documentHighlight": self._highlight,
            "textDocument/completion": self._completion,
            "completionItem/resolve": self._resolve,
            "textDocument/signatureHelp": self._signature,
            "textDocument/inlayHint": self._hints,
        }

    async def _document_symbol(self, params: InDocument) -> Later:
        path = file_of(params.text_document.uri)

        async def convert(outline: Any) -> object:
            trees = self._documents.client.symbol_trees
            found = answers.document_symbols(outline) if trees else answers.symbol_list(outline, path)
            return await self._asker.in_encoding(path, found)

        return await self._asker.ask(path, Symbols(path=path), convert)

    async def _folds(self, params: InDocument) -> Later:
        path = file_of(params.text_document.uri)
        return await self._asker.about(path, Folds(path=path), answers.folding_ranges)

    async def _tokens(self, params: InDocument, of: Range | None = None) -> Later:
        path = file_of(params.text_document.uri)

        async def convert(found: Any) -> object:
            encoding = self._documents.encoding
            text = "" if encoding == "utf-16" else await self._documents.text_of(path)
            return semantic_tokens(found, text, encoding)

        return await self._asker.ask(path, TokensOf(path=path, range=of), convert)

    async def _tokens_of_range(self, params: InRange) -> Later:
        return await self._tokens(InDocument(params.text_document), params.range)

    async def _lenses(self, params: InDocument) -> Later:
        path = file_of(params.text_document.uri)
        return await self._asker.about(
            path, Runnables(path=path), lambda found: answers.lenses(found, uri_of(path))
        )

    async def _runnables(self, params: OfFile) -> Later:
        path = file_of(params.uri, "uri")
        return await self._asker.about(path, Runnables(path=path), lambda found: found.runnables)

    async def _formatting(self, params: InDocument) -> Later:
        return await self._laid_out(file_of(params.text_document.uri))

    async def _format(self, params: OfFile) -> Later:
        return await self._laid_out(file_of(params.uri, "uri"))

    async def _laid_out(self, path: str) -> Later:
        async def convert(changes: Any) -> object:
            return await self._asker.in_encoding(path, answers.text_edits(changes))

        return await self._asker.ask(path, Format(path=path), convert)

    async def _lint(self, params: OfFile) -> Later:
        path = file_of(params.uri, "uri")

        async def convert(ideas: Any) -> object:
            return await self._asker.in_encoding(path, shown(ideas.diagnostics))

        return await self._asker.ask(path, Lint(path=path), convert)

    async def _hover(self, params: HoverAt) -> Later:
        path, place = await self._asker.at(params)
        chosen = params.range and Range(
            start=await self._asker.position(path, params.range.start),
            end=await self._asker.position(path, params.range.end),
        )
        question = Hover(path=path, position=place, selection=chosen)
        return await self._asker.about(
            path, question, lambda found: answers.hover(found, self._documents.client)
        )

    async def _definition(self, params: AtPosition) -> Later:
        path, place = await self._asker.at(params)
        return await self._asker.ask(path, Definition(path=path, position=place), self._asker.locations)

    async def _references(self, params: ReferencesAt) -> Later:
        path, place = await self._asker.at(params)
        declaration = params.context.include_declaration
        question = References(path=path, position=place, declaration=declaration)
        return await self._asker.ask(path, question, self._asker.locations)

    async def _highlight(self, params: AtPosition) -> Later:
        path, place = await self._asker.at(params)
        return await self._asker.about(path, Highlight(path=path, position=place), answers.highlights)

    async def _completion(self, params: CompletionAt) -> Later:
        path, place = await self._asker.at(params)
        client = self._documents.client

        async def convert(offered: Any) -> object:
            found = await self._asker.in_encoding(path, answers.completions(offered, path, client))
            if client.lazy_imports:
                return found
            return msgspec.structs.replace(found, items=await self._with_imports(path, found.items))

        triggered = params.context.trigger_kind == TRIGGERED
        question = Complete(path=path, position=place, triggered=triggered)
        return await self._asker.ask(path, question, convert, lasts=True)

    async def _resolve(self, params: CompletionItem) -> object:
        if params.data is None:
            return params
        path = paths.check(params.data.path, "data.path")
        client = self._documents.client
        [whole] = await self._with_imports(path, [params]) if client.lazy_imports else [params]

        async def convert(described: Description) -> object:
            said = documentation(described.code, described.text, markdown=client.completion_markdown)
            return msgspec.structs.replace(whole, documentation=said)

        question = Describe(path=path, module=params.data.module[:1000], name=params.label[:1000])
        return await self._asker.ask(path, question, convert, lasts=True, otherwise=whole)

    async def _with_imports(self, path: str, items: list[CompletionItem]) -> list[CompletionItem]:
        """Those whose name must be brought into scope with the edit that does it."""
        if not any(item.data and item.data.missing for item in items):
            return items
        text = await self._documents.text_of(path)
        return await asyncio.to_thread(answers.with_imports, items, Source(text), self._documents.encoding)

    async def _signature(self, params: AtPosition) -> Later:
        path, place = await self._asker.at(params)
        question = SignatureAt(path=path, position=place)
        return await self._asker.about(
            path, question, lambda found: answers.signature_help(found, self._documents.client)
        )

    async def _hints(self, params: InRange) -> Later:
        path = file_of(params.text_document.uri)
        question = Hints(path=path, range=params.range)
        return await self._asker.about(path, question, answers.inlay_hints)
