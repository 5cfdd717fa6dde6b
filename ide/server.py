"""Daphne with limits on what comes in and back-pressure both ways: `python -m ide.server -p 8000`.

Daphne itself takes whatever the network and the application give it. Here a connection whose client does not
read makes the application's `send` wait, and one whose messages wait to be handled is not read from.
"""

import asyncio
import sys
from typing import Any, cast

from daphne.cli import CommandLineInterface
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from ide.body import BoundedRequest

MESSAGE_BYTES = 1024 * 1024  # of one WebSocket message, all of its fragments together
WAITING_MESSAGES = 16  # received and not yet handled; beyond that the network waits
GOODBYE_SECONDS = 5  # that a client has to answer that its socket is being closed
APPLICATION = "ide.asgi:application"


@implementer(IPushProducer)
class Gate:
    """Open while the transport takes more; Twisted closes it when 64 KiB wait to be written."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()

    def pauseProducing(self) -> None:  # noqa: N802  (Twisted's name)
        self.open.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self.open.set()

    def stopProducing(self) -> None:  # noqa: N802
        self.open.set()


class PatientProtocol(WebSocketProtocol):  # type: ignore[misc]
    """A WebSocket that knows whether its client reads."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()

    @property
    def client_is_gone(self) -> bool:
        return self.state in (self.STATE_CLOSING, self.STATE_CLOSED)

    def onOpen(self) -> None:  # noqa: N802
        self.transport.unregisterProducer()  # the HTTP channel that the connection began as
        self.registerProducer(self.gate, True)
        super().onOpen()

    def onClose(self, was_clean: bool, code: int, reason: str) -> None:  # noqa: N802
        self.gate.open.set()
        super().onClose(was_clean, code, reason)

    def onMessage(self, payload: bytes, is_binary: bool) -> None:  # noqa: N802
        if self.client_is_gone:
            return
        super().onMessage(payload, is_binary)
        if self.application_queue.qsize() >= WAITING_MESSAGES:
            self.transport.pauseProducing()

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802
        """Read on: a line with something unread is reset, and the client never hears why it was closed."""
        super().serverClose(code)
        self.transport.resumeProducing()

    def drained(self) -> None:
        """The application took a message."""
        if self.state == self.STATE_OPEN and self.application_queue.qsize() == WAITING_MESSAGES // 2:
            self.transport.resumeProducing()


class PatientServer(Server):  # type: ignore[misc]
    """Waits for slow clients instead of buffering for them."""

    def run(self) -> None:
        self.ready_callable = self._use_our_protocols
        super().run()

    def _use_our_protocols(self) -> None:
        self.ws_factory.protocol = PatientProtocol
        self.ws_factory.setProtocolOptions(closeHandshakeTimeout=GOODBYE_SECONDS)
        build = self.http_factory.buildProtocol

        def build_bounded(address: Any) -> Any:
            protocol = build(address)
            protocol.requestFactory = BoundedRequest
            return protocol

        self.http_factory.buildProtocol = build_bounded

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        queue = super().create_application(protocol, scope)
        if queue is not None and isinstance(protocol, PatientProtocol):
            _tell_when_taken(queue, protocol)
        return queue

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        if isinstance(protocol, PatientProtocol) and message["type"] == "websocket.send":
            await protocol.gate.open.wait()
            if protocol.client_is_gone:
                return  # the application is about to hear that its client is gone
        await super().handle_reply(protocol, message)


def _tell_when_taken(queue: "asyncio.Queue[Any]", protocol: PatientProtocol) -> None:
    take = queue._get  # the hook that asyncio.Queue leaves to subclasses

    def get() -> Any:
        message = take()
        protocol.drained()
        return message

    queue._get = get  # type: ignore[method-assign]


class Web(CommandLineInterface):  # type: ignore[misc]
    """Daphne's command line with our server, application and limits."""

    description = "The web process"
    server_class = PatientServer


def main(arguments: list[str]) -> None:
    """Serve; takes Daphne's own options."""
    limits = [f"--websocket-max-message-size={MESSAGE_BYTES}", f"--websocket-max-frame-size={MESSAGE_BYTES}"]
    cast("Any", Web()).run([*limits, *arguments, APPLICATION])


if __name__ == "__main__":
    main(sys.argv[1:])
