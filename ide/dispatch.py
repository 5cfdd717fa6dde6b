"""From a frame to the method that it asks for, and to its answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from msgspec import UnsetType

from ide.faults import refusal_of
from ide.jsonrpc import Id, Message, Refusal, answer, decode, decode_params, id_of, refuse
from ide.protocol import CLIENT_NOTIFICATIONS, REQUESTS, ErrorCode
from ide.window import Handlers

PARAMS = {**{name: call.params for name, call in REQUESTS.items()}, **CLIENT_NOTIFICATIONS}
DECODERS: dict[str, "msgspec.json.Decoder[Any]"] = {
    name: msgspec.json.Decoder(params) for name, params in PARAMS.items()
}


class Dispatcher:
    """Calls handlers. Nothing that a client says makes it raise."""

    def __init__(self, handlers: Handlers, show: Callable[[str], Awaitable[None]]) -> None:
        self._handlers, self._show = handlers, show

    async def handle(self, text: str) -> str | None:
        """The answer to a frame; None for one that gets none."""
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

    async def _asked(self, message: Message, message_id: Id) -> str:
        try:
            return answer(message_id, await self._call(message))
        except Exception as error:
            return refuse(message_id, refusal_of(error))

    async def _told(self, message: Message) -> None:
        """A notification has no answer: its faults are shown."""
        method = str(message.method)
        if method.startswith("$/") and method not in DECODERS:
            return
        try:
            if method in REQUESTS:
                raise Refusal(ErrorCode.INVALID_REQUEST, f"{method} is a request: give it an id.")
            await self._call(message)
        except Exception as error:
            await self._show(f"{method}: {refusal_of(error).message}")

    async def _call(self, message: Message) -> object:
        method = str(message.method)
        if method not in self._handlers:
            raise Refusal(ErrorCode.METHOD_NOT_FOUND, f"There is no method {method[:80]!r}.")
        return await self._handlers[method](decode_params(DECODERS[method], message.params))
