"""A question about a file, from the client's places to the session's and back, and when its answer counts.

place ── as the session counts ──► Question ──► … ──► answer ── as the client counts ──► result
"""

from collections.abc import Awaitable, Callable
from typing import Any

from ide.editor import answers, positions
from ide.editor.documents import Documents
from ide.editor.questions import Questions
from ide.editor.uris import file_of
from ide.protocol import AtPosition, CompletionAt, ErrorCode, Location, ReferencesAt, RenameTo
from ide.socket.jsonrpc import Refusal
from ide.socket.window import Later
from sandbox.messages import Place, Position, Question

MODIFIED = Refusal(ErrorCode.CONTENT_MODIFIED, "The text was changed before the answer came.")

Convert = Callable[[Any], Awaitable[object]]


class Asker:
    """One window's."""

    def __init__(self, documents: Documents, questions: Questions) -> None:
        self._documents, self._questions = documents, questions

    async def about(self, path: str, question: Question, convert: Callable[[Any], object]) -> Later:
        """An answer all of whose places are in this file."""

        async def converted(answer: Any) -> object:
            return await self.in_encoding(path, convert(answer))

        return await self.ask(path, question, converted)

    async def ask(
        self,
        path: str,
        question: Question,
        convert: Convert,
        *,
        lasts: bool = False,
        otherwise: object = None,
    ) -> Later:
        """The answer holds for the text of this moment only, unless it `lasts` while one types on."""
        version = self._documents.version_of(path)

        async def finish(answer: Any) -> object:
            if not lasts and self._documents.version_of(path) != version:
                raise MODIFIED
            return otherwise if answer is None else await convert(answer)

        await self._documents.tell_untold()
        return await self._questions.ask(question, finish)

    async def at(self, params: AtPosition | CompletionAt | ReferencesAt | RenameTo) -> tuple[str, Position]:
        """The file, and the place as the session counts."""
        path = file_of(params.text_document.uri)
        return path, await self.position(path, params.position)

    async def locations(self, places: Any) -> object:
        return [await self.location(each) for each in places.places]

    async def location(self, place: Place) -> Location:
        """The place as the client counts in its file."""
        located: Location = await self.in_encoding(place.path, answers.location(place))
        return located

    async def position(self, path: str, place: Position) -> Position:
        """The client's position as the session counts."""
        if self._documents.encoding == "utf-16":
            return place
        return positions.to_utf16(place, await self._documents.text_of(path), self._documents.encoding)

    async def in_encoding(self, path: str, result: Any) -> Any:
        """The result with its places in this file as the client counts."""
        if self._documents.encoding == "utf-16":
            return result
        return positions.in_encoding(result, await self._documents.text_of(path), self._documents.encoding)
