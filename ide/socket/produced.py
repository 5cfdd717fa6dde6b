"""`session/produced`: what programs wrote in the session beside the workspace's files."""

from ide.editor.questions import Questions
from ide.protocol import Nothing, PieceWanted, ProducedFiles, ProducedPart
from ide.socket.window import Handlers, Later
from sandbox.messages import FindProduced, Produced, ProducedPiece, ReadProduced


class ProducedByPrograms:
    """One window's view of it."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self.handlers: Handlers = {"session/produced": self._list, "session/readProduced": self._read}

    async def _list(self, params: Nothing) -> Later:
        async def finish(found: Produced) -> ProducedFiles:
            return ProducedFiles(files=found.files, count=found.count)

        return await self._questions.ask(FindProduced(), finish)

    async def _read(self, params: PieceWanted) -> Later:
        async def finish(found: ProducedPiece) -> ProducedPart:
            return ProducedPart(data=found.data, bytes=found.bytes)

        return await self._questions.ask(ReadProduced(path=params.path, offset=params.offset), finish)
