"""The base protocol of LSP: `Content-Length: n`, an empty line, n bytes of JSON."""

import asyncio

from sandbox.limits import FRAME_BYTES

MESSAGE_BYTES = FRAME_BYTES  # of one WebSocket message as well
HEADER_BYTES = 4096
PIECE_BYTES = 64 * 1024


class BadFrame(Exception):
    """The editor's stream is none of LSP: where the next message begins is not known."""


class TooLong(Exception):
    """A message over the bound was passed over."""


async def read(stream: asyncio.StreamReader) -> bytes | None:
    """The next message; None at the end of the stream. Raises BadFrame and TooLong."""
    length = await _length(stream)
    if length is None:
        return None
    if length > MESSAGE_BYTES:
        await _pass_over(stream, length)
        raise TooLong(f"A message of {length} bytes is over the limit of {MESSAGE_BYTES}.")
    try:
        return await stream.readexactly(length)
    except asyncio.IncompleteReadError:
        return None


async def _length(stream: asyncio.StreamReader) -> int | None:
    length, taken = None, 0
    while True:
        try:
            line = await stream.readline()
        except ValueError:
            raise BadFrame("A header is too long.") from None
        taken += len(line)
        if not line.endswith(b"\n"):
            return None
        if taken > HEADER_BYTES:
            raise BadFrame("The headers of a message are too long.")
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            if not value.strip().isdigit() or len(value) > 20:
                raise BadFrame("Content-Length is no number.")
            length = int(value)
        elif not line.strip() and length is not None:
            return length
        elif not line.strip():
            raise BadFrame("A message has no Content-Length.")


async def _pass_over(stream: asyncio.StreamReader, length: int) -> None:
    while length > 0 and (piece := await stream.read(min(length, PIECE_BYTES))):
        length -= len(piece)


def framed(message: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(message), message)
