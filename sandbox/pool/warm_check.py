"""Is a container ready? Asks its agent before anybody is given it."""

import secrets
import threading
import time

from sandbox.engine.hosts import Channel, Host
from sandbox.exceptions import HostError
from sandbox.limits import FRAME_BYTES
from sandbox.messages import Attach, Attached, DecodeError, Frame, Ready, decode_frame, encode

READY_SECONDS = 60.0  # half a second on an idle machine
_SLICE_SECONDS = 0.2


def wait_ready(host: Host, container: str, stop: threading.Event, timeout: float = READY_SECONDS) -> None:
    """Attach with epoch 0 (every relay's is above) and wait until GHCi is up, or until `stop`.

    HostError when it does not come up.
    """
    channel = host.attach(container)
    try:
        nonce = secrets.token_hex(16)
        channel.send(b"\n" + encode(Attach(epoch=0, nonce=nonce)) + b"\n")
        _await(channel, nonce, stop, time.monotonic() + timeout)
    finally:
        channel.close()


def _await(channel: Channel, nonce: str, stop: threading.Event, deadline: float) -> None:
    attached, rest = False, b""
    while time.monotonic() < deadline and not stop.is_set():
        data = channel.receive(_SLICE_SECONDS)
        if data == b"":
            raise HostError("The container ended before it was ready.")
        *lines, rest = (rest + (data or b"")).split(b"\n")
        if len(rest) > FRAME_BYTES:
            raise HostError("The container says too much.")
        for frame in map(_decode, lines):
            match frame:
                case Attached(nonce=said, ready=ready) if said == nonce:
                    attached = True
                    if ready:
                        return
                case Ready() if attached:
                    return
    raise HostError("The container did not become ready in time.")


def _decode(line: bytes) -> Frame:
    try:
        return decode_frame(line)
    except DecodeError as error:
        raise HostError("The container talks nonsense.") from error
