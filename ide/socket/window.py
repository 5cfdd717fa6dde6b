"""One connection: what its parts share."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from ide.exceptions import Fault
from ide.models import Workspace
from ide.protocol import ShowMessage
from ide.socket.flood import Bucket
from ide.socket.jsonrpc import notification
from ide.workspaces.sessions import open_session, send
from sandbox.exceptions import SandboxError
from sandbox.messages import InboxMessage

Handlers = dict[str, Callable[[Any], Awaitable[object]]]  # method → what answers it

ASK_AGAIN_SECONDS = 5.0  # after a refusal, for what asks by itself
SHOW_AGAIN_SECONDS = 10.0


@dataclass(frozen=True)
class Later:
    """A handler's result that is still to come. To cancel the request is to cancel `future`."""

    future: asyncio.Future[Any]
    finish: Callable[[Any], Awaitable[object]]  # what came → the request's result


class Window:
    """A connection to a workspace. `origin` tells its saves from those of others."""

    def __init__(
        self, workspace: Workspace, send_text: Callable[[str], Awaitable[None]], bucket: Bucket
    ) -> None:
        self.workspace, self.bucket = workspace, bucket
        self.origin = uuid.uuid4().hex
        self.send = send_text
        self.asleep = True  # the session has no container: waking it counts like opening it
        self.waits = False  # the session waits for room: it is told texts and questions when it is ready
        self._refusal: Exception | None = None
        self._refused_at = 0.0
        self._shown: dict[str, float] = {}

    async def notify(self, method: str, params: object) -> None:
        await self.send(notification(method, params))

    async def show(self, message: str, method: str | None = None) -> None:
        """Tell the user what went wrong with something that has no answer, such as a notification."""
        await self.notify("window/showMessage", ShowMessage(type=1, message=message, method=method))

    async def show_once(self, message: str) -> None:
        """The same, for what every key would say again."""
        now = monotonic()
        if now - self._shown.get(message, -SHOW_AGAIN_SECONDS) >= SHOW_AGAIN_SECONDS:
            self._shown = {message: now}
            await self.show(message)

    async def wake(self, ask_again: bool = True) -> None:
        """Open the session unless it is. Raises Fault or SandboxError, the same when asked soon again."""
        if not self.asleep:
            return
        if self._refusal and not ask_again and monotonic() - self._refused_at < ASK_AGAIN_SECONDS:
            raise self._refusal.with_traceback(None)
        try:
            await open_session(self.workspace)
        except (Fault, SandboxError) as refusal:
            self._refusal, self._refused_at = refusal, monotonic()
            raise
        self.asleep = False

    async def tell(self, *messages: InboxMessage) -> None:
        """Put messages into the session's inbox, waking it first."""
        await self.wake(ask_again=False)
        await send(self.workspace, *messages)
