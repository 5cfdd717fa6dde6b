"""A window's side of the socket, without a network."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any

from channels.testing import WebsocketCommunicator

from ide.database import in_database
from ide.models import Token, User, Workspace
from ide.routing import websocket
from tests.wire import EDITOR

Message = dict[str, Any]
HOST = (b"host", b"127.0.0.1:8000")
ORIGIN = (b"origin", b"http://127.0.0.1:8000")


class Socket:
    """Speaks JSON-RPC; keeps what it was not waiting for."""

    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self.communicator = communicator
        self.unread: list[Message] = []
        self._ids = itertools.count(1)

    async def raw(self, text: str) -> None:
        await self.communicator.send_to(text_data=text)

    async def notify(self, method: str, params: Any) -> None:
        await self.raw(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}))

    async def request(self, method: str, params: Any) -> Message:
        """The whole answer, result or error."""
        number = next(self._ids)
        await self.raw(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))
        return await self.find(lambda message: message.get("id") == number and "method" not in message)

    async def told(self, method: str) -> Any:
        """The parameters of the next notification of that method."""
        return (await self.find(lambda message: message.get("method") == method))["params"]

    async def find(self, wanted: Any, timeout: float = 5) -> Message:
        for waiting in self.unread:
            if wanted(waiting):
                self.unread.remove(waiting)
                return waiting
        async with asyncio.timeout(timeout):
            while True:
                message: Message = json.loads(await self.communicator.receive_from(timeout))
                if wanted(message):
                    return message
                self.unread.append(message)

    async def answer(self) -> Message:
        """The next message that answers something."""
        return await self.find(lambda message: "method" not in message)

    async def close_code(self, timeout: float = 5) -> int:
        """The code with which the server closes, once it does."""
        async with asyncio.timeout(timeout):
            while True:
                event = await self.communicator.receive_output(timeout)
                if event["type"] == "websocket.close":
                    return int(event["code"])

    async def initialize(self, **general: Any) -> Message:
        capabilities = EDITOR | {"general": general}
        return await self.request("initialize", {"processId": None, "capabilities": capabilities})

    async def did_open(self, path: str, text: str, version: int = 1) -> None:
        document = {"uri": f"file:///work/{path}", "languageId": "haskell", "version": version, "text": text}
        await self.notify("textDocument/didOpen", {"textDocument": document})

    async def did_change(self, path: str, version: int, *changes: Message) -> None:
        document = {"uri": f"file:///work/{path}", "version": version}
        await self.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)}
        )


def communicator(workspace: Workspace | str, headers: list[tuple[bytes, bytes]]) -> WebsocketCommunicator:
    return WebsocketCommunicator(websocket, f"/ws/workspaces/{getattr(workspace, 'pk', workspace)}", headers)


async def token_of(user: User) -> str:
    return (await in_database(Token.issue, user, "test"))[1]


@contextlib.asynccontextmanager
async def connected(workspace: Workspace, user: User | None = None) -> AsyncIterator[Socket]:
    """An open socket of the workspace's user, by token."""
    secret = await token_of(user or workspace.user)
    channel = communicator(workspace, [HOST, (b"authorization", f"Bearer {secret}".encode())])
    accepted, _ = await channel.connect(timeout=5)
    assert accepted
    try:
        yield Socket(channel)
    finally:
        await channel.disconnect(timeout=10)
