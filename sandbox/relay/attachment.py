"""A relay's end of the attach stream: the handshake, then commands out and frames in, decoded strictly."""

import secrets
import threading
import time
from collections.abc import Sequence

from sandbox.engine.hosts import Channel
from sandbox.exceptions import HostError, ProtocolBreach
from sandbox.limits import ATTACH_SECONDS, FRAME_BYTES
from sandbox.messages import Attach, Attached, Command, DecodeError, Frame, decode_frame, encode
from sandbox.relay.lines import Lines

DRAIN_BYTES = 1024 * 1024  # taken from the stream before anything of it is handled

GATHER_SECONDS = 0.002


class Attachment:
    """Two threads send, one receives. HostError: the stream broke; ProtocolBreach: that is not our agent."""

    def __init__(self, channel: Channel, epoch: int) -> None:
        self.epoch = epoch
        self._channel = channel
        self._lines = Lines(FRAME_BYTES)
        self._early: list[Frame] = []
        self._breach: ProtocolBreach | None = None  # raised after what was said before it
        self._lock = threading.Lock()

    def handshake(self) -> Attached:
        """Introduce this relay; whatever comes before the agent's answer is not for us."""
        nonce = secrets.token_hex(16)
        # A relay that died may have left a torn line.
        self._channel.send(b"\n" + encode(Attach(self.epoch, nonce)) + b"\n")
        deadline = time.monotonic() + ATTACH_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            lines = self._receive_lines(left)
            for index, line in enumerate(lines or ()):
                if attached := _answer(line, nonce):
                    self._early = self._decode(lines[index + 1 :]) if lines else []
                    return attached
        raise ProtocolBreach("The agent did not answer.")

    def send(self, commands: Sequence[Command]) -> None:
        """Several commands in one go."""
        if commands:
            self.send_lines([encode(command) for command in commands])

    def send_lines(self, lines: Sequence[bytes]) -> None:
        """Encoded commands."""
        data = b"\n".join(lines) + b"\n"
        with self._lock:
            self._channel.send(data)

    def frames(self, timeout: float) -> list[Frame] | None:
        """All frames that have arrived; None when nothing did within `timeout` seconds."""
        if self._early:
            early, self._early = self._early, []
            return early
        if self._breach:
            raise self._breach
        lines = self._receive_lines(timeout)
        return None if lines is None else self._decode(lines)

    def _decode(self, lines: list[bytes]) -> list[Frame]:
        """The frames up to the first line that is none."""
        frames = []
        for line in lines:
            try:
                frames.append(decode_frame(line))
            except DecodeError:
                self._breach = ProtocolBreach("The container said something that is no frame.")
                break
        return frames

    def close(self) -> None:
        """Any thread may; the container stays."""
        self._channel.close()

    def _receive_lines(self, timeout: float) -> list[bytes] | None:
        chunk = self._channel.receive(timeout)
        if chunk is None:
            return None
        lines: list[bytes] = []
        taken = 0
        while chunk:
            lines += self._lines.feed(chunk)
            taken += len(chunk)
            chunk = self._channel.receive(0) if taken < DRAIN_BYTES else None
        if chunk == b"" and not lines:
            raise HostError("The stream to the container ended.")
        if not lines:  # a long line, whose rest is on its way in small pieces
            time.sleep(GATHER_SECONDS)
        return lines


def _answer(line: bytes, nonce: str) -> Attached | None:
    try:
        frame = decode_frame(line)
    except DecodeError:
        return None  # the rest of a line whose beginning we have missed
    return frame if isinstance(frame, Attached) and secrets.compare_digest(frame.nonce, nonce) else None
