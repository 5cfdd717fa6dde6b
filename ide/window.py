"""One connection: what its parts share."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from ide.jsonrpc import notification
from ide.models import Workspace
from ide.protocol import ShowMessage
from ide.sessions import open_session, send
from sandbox.messages import InboxMessage

Handlers = dict[str, Callable[[Any], Awaitable[object]]]  # method → what answers it


class Window:
    """A connection to a workspace. `origin` tells its saves from those of others."""

    def __init__(self, workspace: Workspace, send_text: Callable[[str], Awaitable[None]]) -> None:
        self.workspace = workspace
        self.origin = uuid.uuid4().hex
        self.send = send_text
        self.asleep = False  # the session has no container: waking it counts like opening it

    async def tell(self, *messages: InboxMessage) -> None:
        """Put messages into the session's inbox. Raises Refused when it sleeps and may not wake."""
        if self.asleep:
            await open_session(self.workspace)
            self.asleep = False
        await send(self.workspace, *messages)

    async def notify(self, method: str, params: object) -> None:
        await self.send(notification(method, params))

    async def show(self, message: str) -> None:
        """Tell the user what went wrong with something that has no answer."""
        await self.notify("window/showMessage", ShowMessage(type=1, message=message))
