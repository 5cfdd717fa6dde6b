"""LSP's questions about the text: from their parameters to the session, and back to their results."""

from collections.abc import Awaitable, Callable
from typing import Any

from ide import answers, paths
from ide.documents import Documents
from ide.jsonrpc import Refusal
from ide.positions import in_encoding, to_utf16
from ide.protocol import ErrorCode, InDocument
from ide.questions import Questions
from ide.uris import path_of
from ide.window import Handlers, Later
from sandbox.messages import Format, Position, Question, Symbols

MODIFIED = Refusal(ErrorCode.CONTENT_MODIFIED, "The text was changed before the answer came.")

Convert = Callable[[Any], Awaitable[object]]


class Features:
    """One window's."""

    def __init__(self, documents: Documents, questions: Questions) -> None:
        self._documents, self._questions = documents, questions
        self.handlers: Handlers = {
            "textDocument/documentSymbol": self._document_symbol,
            "textDocument/formatting": self._formatting,
        }

    async def _document_symbol(self, params: InDocument) -> Later:
        path = self._path(params.text_document.uri)

        async def convert(outline: Any) -> object:
            return await self._in(path, answers.document_symbols(outline))

        return await self._ask(path, Symbols(path=path), convert)

    async def _formatting(self, params: InDocument) -> Later:
        path = self._path(params.text_document.uri)

        async def convert(changes: Any) -> object:
            return await self._in(path, answers.text_edits(changes))

        return await self._ask(path, Format(path=path), convert)

    # --- asking ---------------------------------------------------------------------------------------

    async def _ask(self, path: str, question: Question, convert: Convert, *, lasts: bool = False) -> Later:
        """The answer holds for the text of this moment only, unless it `lasts` while one types on."""
        version = self._documents.version_of(path)

        async def finish(answer: Any) -> object:
            if not lasts and self._documents.version_of(path) != version:
                raise MODIFIED
            return None if answer is None else await convert(answer)

        await self._documents.tell_untold()
        return await self._questions.ask(question, finish)

    def _path(self, uri: str) -> str:
        return paths.check(path_of(uri), "textDocument.uri")

    async def _position(self, path: str, place: Position) -> Position:
        """The client's position as the session counts."""
        if self._documents.encoding == "utf-16":
            return place
        return to_utf16(place, await self._documents.text_of(path), self._documents.encoding)

    async def _in(self, path: str, result: Any) -> Any:
        """The result with its places in this file as the client counts."""
        if self._documents.encoding == "utf-16":
            return result
        return in_encoding(result, await self._documents.text_of(path), self._documents.encoding)
