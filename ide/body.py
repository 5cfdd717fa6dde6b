"""HTTP requests whose bodies are bounded while they arrive: Daphne gathers a body before we see it."""

from typing import Any

from daphne.http_protocol import WebRequest

from sandbox.limits import MIB

BODY_BYTES = 20 * MIB  # above what Django refuses with a sentence (DATA_UPLOAD_MAX_MEMORY_SIZE)
REFUSAL = (
    b"HTTP/1.1 413 Content Too Large\r\nContent-Type: application/problem+json\r\nConnection: close\r\n\r\n"
    b'{"type": "about:blank", "title": "Too large", "status": 413, "detail": "The body is too large."}'
)


class BoundedRequest(WebRequest):  # type: ignore[misc]  # Daphne has no types
    """Ends the connection when the body is announced, or turns out, too large."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Twisted would read forms, too, which is Django's work, and answer a bad one with nothing but 400.
        super().__init__(*args, **kwargs, parsePOSTFormSubmission=False)
        self._body_bytes = 0
        self._refused = False

    def gotLength(self, length: int | None) -> None:  # noqa: N802  (Twisted's names)
        super().gotLength(length if length is None else min(length, BODY_BYTES))
        if length is not None and length > BODY_BYTES:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        self._body_bytes += len(data)
        if self._body_bytes > BODY_BYTES:
            self._refuse()
        if not self._refused:
            super().handleContentChunk(data)

    def requestReceived(self, *args: Any) -> None:  # noqa: N802
        if not self._refused:
            super().requestReceived(*args)

    def _refuse(self) -> None:
        if not self._refused:
            self._refused = True
            self.channel.write(REFUSAL)
            self.channel.loseConnection()
