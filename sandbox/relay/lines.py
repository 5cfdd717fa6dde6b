"""Cuts a byte stream into lines without ever holding more than one line's bound. Pure."""

from sandbox.exceptions import ProtocolBreach


class Lines:
    """Feed chunks, get whole lines. A line over the bound is a ProtocolBreach."""

    def __init__(self, bound_bytes: int) -> None:
        self._bound = bound_bytes
        self._rest = bytearray()

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that `chunk` completes, without their line break; empty ones are left out."""
        whole, start = [], 0
        while (end := chunk.find(b"\n", start)) >= 0:  # much faster on a long line than `split`
            whole.append(chunk[start:end])
            start = end + 1
        if whole:
            whole[0] = bytes(self._rest) + whole[0]
            self._rest.clear()
        self._rest += chunk[start:] if start else chunk
        if len(self._rest) > self._bound or any(len(line) > self._bound for line in whole):
            raise ProtocolBreach("A line is too long.")
        return [line for line in whole if line]
