"""Passes what a session says on to a window."""

import asyncio
import logging

from redis.exceptions import RedisError

from ide import protocol
from ide.door import door
from ide.editor.documents import Documents
from ide.editor.questions import Questions
from ide.socket.following import Following
from ide.socket.presence import Presence
from ide.socket.window import Window
from sandbox.exceptions import SandboxError
from sandbox.messages import Answered, FileChanged, Published, RunStarted, RunUsage, SessionEvent, Status

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


class Listening:
    """Forwards a session's events until it is cancelled."""

    def __init__(
        self, window: Window, documents: Documents, following: Following, questions: Questions
    ) -> None:
        self._window, self._documents, self._following = window, documents, following
        self._questions = questions
        self._state = ""
        self._presence = Presence(window.workspace.session_id)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen to everything from now on; without Redis, from when it is back."""
        try:
            after = await door().last_entry(self._window.workspace.session_id)
        except RedisError:
            after = ""
        self._task = asyncio.create_task(self._listen(after))

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
        await self._presence.leave()

    async def tell_status(self) -> None:
        """Say in what state the session is, without waiting for it to change."""
        status = await door().status(self._window.workspace.session_id)
        if status is not None:
            await self._pass_on(status)

    async def _listen(self, after: str) -> None:
        is_told = bool(after)  # the session's state: at first by who opens it
        while True:
            try:
                if not after:
                    after = await door().last_entry(self._window.workspace.session_id)
                if not is_told:
                    await self.tell_status()
                is_told = False
                async for entry, event in door().events(self._window.workspace.session_id, after):
                    after = entry  # first, so that an event that cannot be passed on is not tried for ever
                    await self._pass_on(event)
            except (SandboxError, RedisError, OSError) as error:
                logger.warning("Listening again after: %s", error)
                self._window.waits = False  # for all that is known now
            except Exception:
                logger.exception("An event was not passed on")
            await asyncio.sleep(RETRY_SECONDS)

    async def _pass_on(self, event: SessionEvent) -> None:
        match event:
            case Status():
                await self._status(event)
            case Published():
                await self._documents.publish(event)
            case Answered():
                self._questions.answered(event)
            case FileChanged() if event.origin != self._window.origin:
                await self._documents.saved_elsewhere(event.path, event.etag)
                await self._notify("file/changed", protocol.FileChanged(path=event.path, etag=event.etag))
            case RunStarted():
                params = protocol.RunStarted(run_id=event.run_id, mode=event.mode, entry=event.entry)
                await self._notify("run/started", params)
            case RunUsage() if self._following.follows(event.run_id):
                usage = protocol.RunUsage(
                    event.run_id, event.cpu_seconds, event.memory_bytes, event.waits_for_input
                )
                await self._notify("run/usage", usage)

    async def _status(self, status: Status) -> None:
        fresh = status.state == "ready" and self._state not in ("", "ready")
        begins_to_wait = status.state == "waiting" and not self._window.waits
        self._state = status.state
        self._presence.note(status.state)
        self._window.waits = status.state == "waiting"
        self._window.asleep = status.state in ("hibernated", "lost")
        if self._window.asleep:
            await self._documents.work.is_vain()
        if status.state == "lost":
            self._questions.lose(status.reason or "The session was lost.")
        await self._notify(
            "session/status",
            protocol.SessionStatus(
                state=status.state,
                position=status.position,
                estimate_seconds=status.estimate_seconds,
                host=status.host,
                toolchain=status.toolchain,
                reason=status.reason,
                left_out=status.left_out,
            ),
        )
        if begins_to_wait:
            await self._documents.take_back()
        if fresh:
            await self._documents.tell_again()
            await self._questions.ask_held()

    async def _notify(self, method: str, params: object) -> None:
        await self._window.notify(method, params)
