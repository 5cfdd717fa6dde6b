"""The socket of a workspace: lets its user in, takes frames one after the other, and cleans up.

frame ── flood? ── socket/dispatch ──► editor/language ─► editor/documents ─► editor/saving ─► database
                               └─► socket/running ─► runs ─► database, session
frame ◄── socket/window ◄── socket/listening (the session's events), socket/following (a run's events)
"""

import asyncio
import contextlib
import logging
from typing import Any

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from redis.exceptions import RedisError

from ide.accounts.access import workspace_of
from ide.database import in_database
from ide.exceptions import NotFound
from ide.models import User, Workspace
from ide.protocol import CloseCode, Empty, ErrorCode
from ide.quota.quotas import Allowance
from ide.quota.standing import allowance_of
from ide.socket.connection import Connection
from ide.socket.flood import Bucket
from ide.socket.handshake import Credential, credential
from ide.socket.jsonrpc import Refusal, refuse
from ide.socket.sockets import RENEW_SECONDS, Sockets, named, sockets_of
from ide.socket.window import Window

logger = logging.getLogger(__name__)

CHECK_SECONDS = 10.0  # how long a login that has expired may go on
assert CHECK_SECONDS < RENEW_SECONDS  # noqa: S101
BINARY = Refusal(ErrorCode.INVALID_REQUEST, "Send text frames, not binary ones.")


class Closed(Exception):
    """The socket is to be closed, with a code and a sentence."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class WorkspaceConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """One socket."""

    _connection: Connection | None = None
    _sockets: Sockets | None = None
    _watch: asyncio.Task[None] | None = None
    _closing = False

    # --- coming in ------------------------------------------------------------------------------------

    async def connect(self) -> None:
        shown = credential(self.scope["headers"])
        if shown is None:
            await self.close()  # before it is accepted: the handshake answers 403
            return
        await self.accept()
        try:
            await self._enter(shown)
        except Closed as closed:
            await self._shut(closed)

    async def _enter(self, shown: Credential) -> None:
        user, workspace, allowance = await in_database(
            _admit, shown, str(self.scope["url_route"]["kwargs"]["id"])
        )
        bucket = Bucket(allowance.messages_per_second, allowance.message_burst)
        self._window = Window(workspace, self._send, bucket)
        await self._count(user, allowance)
        self._connection = Connection(self._window, {"exit": self._exit})
        self._watch = asyncio.create_task(self._watch_login(shown))
        await self._connection.open()

    async def _count(self, user: User, allowance: Allowance) -> None:
        self._sockets = sockets_of(user.pk)
        self._socket = named(self._window.workspace.session_id, self._window.origin)
        try:
            entered = await self._sockets.enter(self._socket, allowance.sockets)
        except RedisError:
            logger.exception("Sockets are not counted")
            return
        if not entered:
            sentence = f"You have {allowance.sockets} connections open already: close another window first."
            raise Closed(CloseCode.TOO_MANY_SOCKETS, sentence)

    # --- frames ---------------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._connection is None or self._closing:
            return
        if not self._window.bucket.take():
            await self._shut(Closed(CloseCode.FLOOD, "Too many messages: slow down and connect again."))
        elif text_data is None:
            await self._send(refuse(None, BINARY))
        else:
            await self._connection.receive(text_data)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Channels' own, without its look at every connection to the database: `in_database` does that."""
        await getattr(self, get_handler_name(message))(message)

    async def _send(self, text: str) -> None:
        if not self._closing:
            await self.send(text_data=text)

    async def _exit(self, params: Empty) -> None:
        await self._shut(Closed(CloseCode.DONE, ""))

    # --- going out ------------------------------------------------------------------------------------

    async def _watch_login(self, shown: Credential) -> None:
        """Close the socket when its user may not be here any more."""
        workspace_id = self._window.workspace.session_id
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await in_database(_check, shown, workspace_id)
                if self._sockets is not None:
                    await self._sockets.renew(self._socket)
            except Closed as closed:
                await self._shut(closed)
                return
            except Exception:
                logger.exception("A login was not checked")

    async def _shut(self, closed: Closed) -> None:
        if self._closing:
            return
        self._closing = True
        await self.close(code=int(closed.code), reason=closed.reason or None)

    async def disconnect(self, code: int) -> None:
        self._closing = True
        if self._watch is not None:
            self._watch.cancel()
        if self._connection is not None:
            await self._connection.close()
        if self._sockets is not None:
            with contextlib.suppress(RedisError):  # it is forgotten after a minute
                await self._sockets.leave(self._socket)


def _admit(shown: Credential, workspace_id: str) -> tuple[User, Workspace, Allowance]:
    """Who is here, where, and what they may use. Raises Closed."""
    user, workspace = _check(shown, workspace_id)
    return user, workspace, allowance_of(user)


def _check(shown: Credential, workspace_id: str) -> tuple[User, Workspace]:
    user = shown.user()
    if user is None:
        raise Closed(CloseCode.LOGIN_EXPIRED, "Sign in again.")
    try:
        return user, workspace_of(user, workspace_id)
    except NotFound as fault:
        raise Closed(CloseCode.NO_SUCH_WORKSPACE, fault.sentence) from None
