"""Carries messages both ways, and goes on over a lost connection.

editor ── stdin ──► Bridge ── WebSocket ──► service      one message at a time: who is slow slows the other
editor ◄─ stdout ── Bridge ◄─ WebSocket ─── service
"""

import asyncio
import contextlib
import json
import sys
from enum import IntEnum
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from ide.bridge import framing, remote, unkept
from ide.bridge.memory import Memory
from ide.bridge.places import Places
from ide.protocol import ErrorCode

Message = dict[str, Any]

OURS = "haskell-ide-bridge"  # the id of the `initialize` that the editor does not know of
FOREIGN = ("run/", "session/", "file/", "haskell/")  # of the service's own: editors would stumble
LAST_WORDS_SECONDS = 10.0


class Kind(IntEnum):
    """How bad a message to the user is."""

    ERROR = 1
    WARNING = 2
    INFO = 3


class Bridge:
    """One editor's language client and the connection of the moment."""

    def __init__(
        self, address: remote.Address, folder: Path, editor: asyncio.StreamReader, out: asyncio.StreamWriter
    ) -> None:
        self._address = address
        self._places = Places(folder)
        self._editor, self._out = editor, out
        self._memory = Memory()
        self._socket: ClientConnection | None = None
        self._connected = asyncio.Event()  # once, or for good not
        self._turn = (
            asyncio.Lock()
        )  # the editor's next message waits while a new connection is told the old ones
        self._waiting: set[int | str] = set()  # the editor's requests that the service has
        self._final: str | None = None
        self._shut_down = False
        self._state = ""
        self._told_at = 0.0  # when the session slept of whose loss the editor was told

    async def run(self) -> int:
        """Until the editor leaves; the exit code that LSP asks for."""
        keeping = asyncio.create_task(self._keep_connected())
        try:
            await self._read_editor()
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            if self._socket is not None:
                await self._socket.close()
        return 0 if self._shut_down else 1

    # --- from the editor ------------------------------------------------------------------------------

    async def _read_editor(self) -> None:
        while True:
            try:
                data = await framing.read(self._editor)
            except framing.TooLong as fault:
                await self._show(Kind.ERROR, f"{fault} It was not sent.")
                continue
            except framing.BadFrame as fault:
                print(f"The editor's messages cannot be read: {fault}", file=sys.stderr)
                return
            if data is None or await self._take(data):
                return

    async def _take(self, data: bytes) -> bool:
        """Handle one message; whether it was the last."""
        try:
            message = json.loads(data)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            refusal = {"code": int(ErrorCode.PARSE_ERROR), "message": "This is no message of JSON-RPC."}
            await self._say({"jsonrpc": "2.0", "id": None, "error": refusal})
            return False
        message = self._places.to_workspace(message)
        method = message.get("method")
        if method == "exit":
            await self._leave(message)
            return True
        if method == "initialize":
            self._memory.initialize = message
            await self._connected.wait()  # the first connection: nothing else can be said before
        async with self._turn:
            if isinstance(method, str):
                self._memory.note(method, message.get("params"))
            await self._pass_on(message)
        return False

    async def _pass_on(self, message: Message) -> None:
        number = message.get("id") if "method" in message else None
        self._shut_down = self._shut_down or message.get("method") == "shutdown"
        if self._socket is None:
            await self._refuse(number, message)
            return
        if isinstance(number, int | str):
            self._waiting.add(number)
        data = _encoded(message)
        if len(data) > framing.MESSAGE_BYTES:
            await self._refuse_one(number, "The message is over the service's limit of 1 MiB.")
            return
        with contextlib.suppress(ConnectionClosed):  # then `_keep_connected` answers
            await self._socket.send(data, text=True)

    async def _refuse(self, number: int | str | None, message: Message) -> None:
        """There is no connection: a request is answered all the same."""
        if message.get("method") == "shutdown":
            await self._say({"jsonrpc": "2.0", "id": number, "result": None})
        elif number is not None:
            await self._refuse_one(number, self._final or "There is no connection to the service just now.")

    async def _refuse_one(self, number: int | str | None, sentence: str) -> None:
        if number is None:
            await self._show(Kind.ERROR, sentence)
            return
        self._waiting.discard(number)
        error = {"code": int(ErrorCode.REQUEST_FAILED), "message": sentence}
        await self._say({"jsonrpc": "2.0", "id": number, "error": error})

    async def _leave(self, message: Message) -> None:
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            if self._socket is not None:
                async with asyncio.timeout(LAST_WORDS_SECONDS):
                    await self._socket.send(_encoded(message), text=True)
                    await self._socket.wait_closed()

    # --- the connection -------------------------------------------------------------------------------

    async def _keep_connected(self) -> None:
        """Connect, carry what comes, connect again: until there is no use in it."""
        lost = False
        try:
            while True:
                socket = await self._connect()
                async with self._turn:
                    if lost:
                        await self._resume(socket)
                    self._socket = socket
                self._connected.set()
                lost = True
                await self._show(Kind.WARNING, f"{await self._carry()} Trying to connect again …")
        except remote.Final as reason:
            self._final = str(reason)
            print(reason, file=sys.stderr)
            await self._show(Kind.ERROR, str(reason))
            self._connected.set()

    async def _connect(self) -> ClientConnection:
        said = False
        async for _ in remote.pauses():
            try:
                return await remote.open_socket(self._address)
            except remote.Unreachable as reason:
                if not said:
                    await self._show(Kind.WARNING, f"{reason} Trying again …")
                said = True
        raise AssertionError  # pauses has no end

    async def _resume(self, socket: ClientConnection) -> None:
        """Tell a new connection what the old one knew."""
        if self._memory.initialize is None:
            return
        with contextlib.suppress(ConnectionClosed):
            initialized = {"jsonrpc": "2.0", "method": "initialized", "params": {}}
            for message in (self._memory.initialize | {"id": OURS}, initialized, *self._memory.reopening()):
                await socket.send(_encoded(message), text=True)
        await self._show(Kind.INFO, "Connected again.")

    async def _carry(self) -> str:
        """What the service says, until the connection ends; why it did. Raises Final."""
        assert self._socket is not None  # noqa: S101
        try:
            while True:
                await self._hear(json.loads(await self._socket.recv()))
        except ConnectionClosed as closed:
            self._socket = None
            reason = "The connection to the service was lost."
            try:
                reason = remote.check_end(closed)
                return reason
            finally:
                for number in list(self._waiting):
                    await self._refuse_one(number, reason)
                for message in self._memory.ends():
                    await self._say(message)

    async def _hear(self, message: Message) -> None:
        if message.get("id") == OURS:
            return
        if "method" not in message:
            self._waiting.discard(message.get("id", ""))
            self._note_encoding(message)
        method = message.get("method", "")
        if method == "$/progress":
            self._memory.heard(message["params"])
        if method == "session/status":
            await self._tell_state(message["params"])
        elif not method.startswith(FOREIGN):
            await self._say(self._places.to_editor(message))

    def _note_encoding(self, answer: Message) -> None:
        if self._memory.initialize is not None and answer.get("id") == self._memory.initialize.get("id"):
            capabilities = (answer.get("result") or {}).get("capabilities") or {}
            self._memory.encoding = capabilities.get("positionEncoding", "utf-16")

    async def _tell_state(self, status: Message) -> None:
        """Only what keeps the user waiting is shown, and once what the session did not keep."""
        state, told = status["state"], self._state
        self._state = state
        if state == "waiting":
            await self._show(Kind.INFO, f"Waiting for a machine: place {status.get('position', '?')}.")
        elif state == "lost":
            await self._show(Kind.WARNING, status.get("reason") or "The session was lost; it opens again.")
        elif state == "ready" and told in ("waiting", "lost"):
            await self._show(Kind.INFO, "The session is ready.")
        if (left := status.get("leftOut")) and left["at"] > self._told_at:
            self._told_at = left["at"]
            await self._show(Kind.WARNING, unkept.sentence(left))

    # --- to the editor --------------------------------------------------------------------------------

    async def _show(self, kind: Kind, sentence: str) -> None:
        params = {"type": int(kind), "message": f"Haskell IDE: {sentence}"}
        await self._say({"jsonrpc": "2.0", "method": "window/showMessage", "params": params})

    async def _say(self, message: Message) -> None:
        with contextlib.suppress(ConnectionError):  # the editor is gone: its stream's end says so
            self._out.write(framing.framed(_encoded(message)))
            await self._out.drain()


def _encoded(message: Message) -> bytes:
    """JSON in UTF-8; half a surrogate pair, which an editor may send, is no text."""
    return json.dumps(message, ensure_ascii=False).encode(errors="replace")
