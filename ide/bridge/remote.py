"""Connections to a workspace, one after the other: why one ended, and when the next may be tried."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from ide.protocol import CloseCode

ANSWER_BYTES = 4 * 1024 * 1024  # of one message of the service
WAITING_MESSAGES = 16  # of the service, received and not yet passed on
FIRST_SECONDS, LAST_SECONDS = 0.5, 15.0  # between two tries

FINAL = {
    401: "The service does not accept this token: make a new one on the account page.",
    403: "The service let nobody in without a valid token: give one with --token.",
    404: "There is no such service at this address.",
    CloseCode.LOGIN_EXPIRED: "The token is not valid (any more): make a new one on the account page.",
    CloseCode.NO_SUCH_WORKSPACE: "There is no such workspace, or it is not yours.",
    CloseCode.TOO_MANY_SOCKETS: "Too many connections of yours are open: close another editor or window.",
}


class Final(Exception):
    """Trying again would not help; the message says what would."""


class Unreachable(Exception):
    """No connection this time; the message says why."""


@dataclass(frozen=True)
class Address:
    """Which workspace of which service, and as whom."""

    url: str
    workspace: str
    token: str

    @property
    def socket(self) -> str:
        """Its WebSocket. Raises Final."""
        parts = urlsplit(self.url)
        scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}.get(parts.scheme)
        if scheme is None or not parts.netloc:
            raise Final(f"--url: {self.url!r} is no address such as https://ide.example.org.")
        path = f"{parts.path.rstrip('/')}/ws/workspaces/{quote(self.workspace, safe='')}"
        return urlunsplit((scheme, parts.netloc, path, "", ""))


async def open_socket(address: Address) -> ClientConnection:
    """One try. Raises Final and Unreachable."""
    try:
        return await connect(
            address.socket,
            additional_headers={"Authorization": f"Bearer {address.token}"} if address.token else {},
            max_size=ANSWER_BYTES,
            max_queue=WAITING_MESSAGES,
            proxy=None,
        )
    except InvalidStatus as refusal:
        status = refusal.response.status_code
        if status in FINAL:
            raise Final(FINAL[status]) from None
        raise Unreachable(f"The service answered with status {status}.") from None
    except InvalidURI:
        raise Final(f"--url: {address.url!r} is no address such as https://ide.example.org.") from None
    except (OSError, TimeoutError, InvalidHandshake) as fault:
        raise Unreachable(f"The service cannot be reached ({fault}).") from None


def check_end(closed: ConnectionClosed) -> str:
    """Why a connection ended, in a sentence. Raises Final when another would end in the same way."""
    code = closed.rcvd.code if closed.rcvd else None
    if code in FINAL:
        raise Final(FINAL[code])
    if code == CloseCode.FLOOD:
        return "The service closed the connection: the editor sends too much."
    return "The connection to the service was lost."


async def pauses() -> AsyncIterator[None]:
    """The times to try: at once, then ever more seldom."""
    seconds = FIRST_SECONDS
    while True:
        yield
        await asyncio.sleep(seconds)
        seconds = min(2 * seconds, LAST_SECONDS)
