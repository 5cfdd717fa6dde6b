"""From a frame to the method that it asks for, and to its answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from msgspec import UnsetType

from ide.faults import refusal_of
from ide.protocol import CLIENT_NOTIFICATIONS, NEEDLESS, REQUESTS, CancelRequest, ErrorCode
from ide.socket.jsonrpc import Id, Message, Refusal, answer, decode, decode_params, id_of, refuse
from ide.socket.window import Handlers, Later

PARAMS = {**{name: call.params for name, call in REQUESTS.items()}, **CLIENT_NOTIFICATIONS}
DECODERS: dict[str, "msgspec.json.Decoder[Any]"] = {
    name: msgspec.json.Decoder(params) for name, params in PARAMS.items()
}


CANCELLED = Refusal(ErrorCode.REQUEST_CANCELLED, "The request was cancelled.")


class Dispatcher:
    """Calls handlers. Nothing that a client says makes it raise.

    Messages are handled in their order; a handler's `Later` is waited for beside those that follow, and
    `send` takes its answer.
    """

    def __init__(
        self,
        handlers: Handlers,
        send: Callable[[str], Awaitable[None]],
        show: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self._handlers: Handlers = {**handlers, "$/cancelRequest": self._cancel}
        self._send, self._show = send, show
        self._waiting: dict[asyncio.Task[None], tuple[Id, Later]] = {}

    async def handle(self, text: str) -> str | None:
        """The answer to a frame; None for one that gets none, or gets it later."""
        try:
            message = decode(text)
        except Refusal as refusal:
            return refuse(id_of(text), refusal)
        if message.is_answer:
            return None
        if isinstance(message.id, UnsetType):
            await self._told(message)
            return None
        return await self._asked(message, message.id)

    def stop(self) -> None:
        """The window is gone: nobody waits for answers."""
        for _, later in self._waiting.values():
            later.future.cancel()

    async def _asked(self, message: Message, message_id: Id) -> str | None:
        try:
            result = await self._call(message)
        except Exception as error:
            return refuse(message_id, refusal_of(error))
        if not isinstance(result, Later):
            return answer(message_id, result)
        task = asyncio.create_task(self._finish(message_id, result))
        self._waiting[task] = message_id, result
        task.add_done_callback(self._waiting.pop)
        return None

    async def _finish(self, message_id: Id, later: Later) -> None:
        try:
            said = answer(message_id, await later.finish(await later.future))
        except asyncio.CancelledError:
            said = refuse(message_id, CANCELLED)
        except Exception as error:
            said = refuse(message_id, refusal_of(error))
        await self._send(said)

    async def _cancel(self, params: CancelRequest) -> None:
        """An answer that is under way already may still come, as LSP allows."""
        for message_id, later in self._waiting.values():
            if message_id == params.id:
                later.future.cancel()

    async def _told(self, message: Message) -> None:
        """A notification has no answer: its faults are shown."""
        method = str(message.method)
        if method in NEEDLESS or (method.startswith("$/") and method not in DECODERS):
            return
        try:
            if method in REQUESTS:
                raise Refusal(ErrorCode.INVALID_REQUEST, f"{method} is a request: give it an id.")
            await self._call(message)
        except Exception as error:
            await self._show(refusal_of(error).message, method)

    async def _call(self, message: Message) -> object:
        method = str(message.method)
        if method not in self._handlers:
            raise Refusal(ErrorCode.METHOD_NOT_FOUND, f"There is no method {method[:80]!r}.")
        return await self._handlers[method](decode_params(DECODERS[method], message.params))
