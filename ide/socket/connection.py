"""A window's parts, put together."""

from ide.database import in_database
from ide.door import door
from ide.editor.documents import Documents
from ide.editor.language import Language
from ide.editor.questions import Questions
from ide.faults import refusal_of
from ide.protocol import Nothing, SessionStatus
from ide.socket.dispatch import Dispatcher
from ide.socket.following import Following
from ide.socket.listening import Listening
from ide.socket.matrix import MatrixRuns
from ide.socket.produced import ProducedByPrograms
from ide.socket.running import Running
from ide.socket.window import Handlers, Window
from ide.workspaces import files
from sandbox.messages import Restart


class Connection:
    """Everything that one open socket has."""

    def __init__(self, window: Window, handlers: Handlers) -> None:
        self._window = window
        self._documents = Documents(window)
        self._following = Following(window)
        questions = Questions(window)
        self._listening = Listening(window, self._documents, self._following, questions)
        running = Running(window, self._documents, self._following)
        matrix = MatrixRuns(window, running)
        language = Language(window, self._documents, questions)
        own: Handlers = {"session/restart": self._restart, "session/leave": self._leave}
        self._dispatcher = Dispatcher(
            {
                **language.handlers,
                **running.handlers,
                **matrix.handlers,
                **ProducedByPrograms(questions).handlers,
                **own,
                **handlers,
            },
            window.send,
            window.show,
        )

    async def open(self) -> None:
        """Listen to the session and open it; when that is refused the window says why and stays."""
        manifest = await in_database(files.manifest, self._window.workspace)
        for path, sha256 in manifest.items():
            self._documents.saver.know(path, sha256)
        try:
            await self._listening.start()
            await self._window.wake()
            await self._listening.tell_status()
        except Exception as error:
            reason = refusal_of(error).message
            await self._window.notify("session/status", SessionStatus(state="lost", reason=reason))

    async def receive(self, text: str) -> None:
        answer = await self._dispatcher.handle(text)
        if answer is not None:
            await self._window.send(answer)

    async def close(self) -> None:
        """The socket is closed."""
        self._dispatcher.stop()
        await self._listening.stop()
        self._following.stop()
        await self._documents.leave()

    async def _leave(self, params: Nothing) -> Nothing:
        """Wait for room no longer; what was typed is saved all the same."""
        await self._documents.saver.save_or_say()
        await door().leave(self._window.workspace.session_id)
        return params

    async def _restart(self, params: Nothing) -> Nothing:
        await self._documents.saver.save_or_say()
        await self._window.wake()
        await self._window.tell(Restart())
        return params
