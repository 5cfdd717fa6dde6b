"""`session/produced`, …: what programs wrote in the session beside the workspace's files."""

from ide.editor.questions import Questions
from ide.protocol import Nothing, PieceWanted, ProducedFiles, ProducedPart, ProducedReference
from ide.socket.window import Handlers, Later
from sandbox.messages import DeleteProduced, FindProduced, Produced, ProducedPiece, ReadProduced


class ProducedByPrograms:
    """One window's view of it."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self.handlers: Handlers = {
            "session/produced": self._list,
            "session/readProduced": self._read,
            "session/deleteProduced": self._delete,
        }

    async def _list(self, params: Nothing) -> Later:
        return await self._questions.ask(FindProduced(), _files)

    async def _read(self, params: PieceWanted) -> Later:
        async def finish(found: ProducedPiece) -> ProducedPart:
            return ProducedPart(data=found.data, bytes=found.bytes)

        return await self._questions.ask(ReadProduced(path=params.path, offset=params.offset), finish)

    async def _delete(self, params: ProducedReference) -> Later:
        return await self._questions.ask(DeleteProduced(path=params.path), _files)


async def _files(found: Produced) -> ProducedFiles:
    return ProducedFiles(files=found.files, count=found.count)
