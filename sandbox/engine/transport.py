"""The way of the engine's HTTP: our own sockets under the SDK, so that no engine holds up or floods a caller.

SDK ── requests ── Adapter ── Connection ── BoundedSocket ── unix or TLS socket
                                            each call: so many seconds and so many bytes of answer in all

A timeout of requests starts anew with every byte that comes; one of ours does not.
"""

import io
import socket
import ssl
import time
import weakref
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any

import msgspec
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import NewConnectionError

from sandbox.limits import MIB
from sandbox.relay.attach import connect

CONNECTIONS = 64
WORDS = 400  # characters of what an engine says that are passed on


class Bounds(msgspec.Struct, frozen=True):
    """Of one call: how long it may take in all, how much an engine may say, how long it may do nothing."""

    seconds: float = 20.0
    answer_bytes: int = 16 * MIB
    quiet_seconds: float = 3600.0


class Excess(OSError):
    """The engine says more than any engine has to say, or takes longer to say it."""


# Apart from `Excess` what our code and the SDK raise when an answer is not of the API's shape.
SHAPELESS = (KeyError, TypeError, AttributeError, IndexError, RecursionError, ArithmeticError)


# An engine judges certificates by its own clock; versions before 23 call all that they refuse bad.
_ALERTS = {
    "ALERT_CERTIFICATE_EXPIRED": "by its clock our certificate has ended or is not valid yet",
    "ALERT_BAD_CERTIFICATE": "our certificate is not of its authority, or by its clock not valid now",
    "ALERT_UNKNOWN_CA": "our certificate is not of its authority",
}


class _Reader(io.RawIOBase):
    """What the engine says, within the bounds of the call."""

    def __init__(self, bounded: "BoundedSocket") -> None:
        self._bounded = bounded
        self._raw = bounded.plain.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._bounded.wait()
        try:
            count: int = self._raw.readinto(buffer) or 0
        except TimeoutError:
            self._bounded.wait()
            raise
        self._bounded.took(count)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class BoundedSocket:
    """What http.client and urllib3 need of a socket."""

    def __init__(self, plain: socket.socket, bounds: Bounds) -> None:
        self.plain = plain
        self._bounds = bounds
        self.begin()

    def begin(self) -> None:
        """Another call."""
        self._until = time.monotonic() + self._bounds.seconds
        self._left = self._bounds.answer_bytes
        self._heard_at = 0.0

    def wait(self) -> None:
        """Give the next step what is left of the call's time. Excess: it is over, and still bytes drip in."""
        now = time.monotonic()
        if now >= self._until:
            if now - self._heard_at < self._bounds.seconds / 4:
                raise Excess("its answer comes to no end")
            raise TimeoutError("timed out")
        self.plain.settimeout(min(self._until - now, self._bounds.quiet_seconds))

    def took(self, count: int) -> None:
        self._heard_at = time.monotonic()
        self._left -= count
        if self._left < 0:
            raise Excess(f"its answer is longer than {self._bounds.answer_bytes} bytes")

    def makefile(self, mode: str, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def sendall(self, data: Any) -> None:
        self.wait()
        self.plain.sendall(data)

    def settimeout(self, _: float | None) -> None:
        """The call's own time counts."""

    def fileno(self) -> int:
        return self.plain.fileno()

    def shutdown(self, how: int) -> None:
        self.plain.shutdown(how)

    def close(self) -> None:
        self.plain.close()


class _Connection(HTTPConnection):
    """One connection to the engine, of whatever kind its address says."""

    def __init__(self, pool: "_Pool", address: str, credentials: str, bounds: Bounds) -> None:
        super().__init__("engine")
        self._pool = pool
        self._address, self._credentials, self._bounds = address, credentials, bounds

    def connect(self) -> None:
        try:
            plain = connect(self._address, self._credentials, self._bounds.seconds)
        except OSError as error:
            # urllib3 takes a reset of its own for one of the request, and would go on without a socket.
            raise NewConnectionError(self, str(error)) from error
        self._pool.valid_until = _valid_until(plain)
        self.sock: Any = BoundedSocket(plain, self._bounds)

    def putrequest(self, *args: Any, **more: Any) -> None:
        if isinstance(self.sock, BoundedSocket):
            self.sock.begin()
        super().putrequest(*args, **more)


class _Pool(HTTPConnectionPool):
    def __init__(self, address: str, credentials: str, bounds: Bounds) -> None:
        super().__init__("engine", maxsize=CONNECTIONS)
        self._made_of = address, credentials, bounds
        self.valid_until: float | None = None  # of the certificate that the engine showed last

    def _new_conn(self) -> Any:
        # Weak, so that those that rest are closed with the pool once nobody uses its host.
        return _Connection(weakref.proxy(self), *self._made_of)


def _valid_until(connection: socket.socket) -> float | None:
    if not isinstance(connection, ssl.SSLSocket):
        return None
    said = connection.getpeercert() or {}
    return float(ssl.cert_time_to_seconds(str(said["notAfter"]))) if "notAfter" in said else None


class Adapter(HTTPAdapter):
    """Every request of a session goes to the one engine."""

    def __init__(self, address: str, credentials: str, bounds: Bounds) -> None:
        super().__init__(max_retries=0)
        self._pool = _Pool(address, credentials, bounds)

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> Any:
        return self._pool

    @property
    def valid_until(self) -> float | None:
        """When the certificate ends that the engine showed last; None: it showed none."""
        return self._pool.valid_until

    def close(self) -> None:
        self._pool.close()
        super().close()


def talks_nonsense(error: BaseException) -> bool:
    """Whether an engine was there and said what no engine says; False: it did not answer."""
    return any(
        isinstance(one, (Excess, *SHAPELESS))
        or (isinstance(one, ValueError) and not isinstance(one, OSError))
        or (isinstance(one, HTTPException) and not isinstance(one, ConnectionError))
        for one in _behind(error)
    )


def reason(error: BaseException) -> str:
    """What happened, in the words of the innermost error: what is wrapped around it helps nobody."""
    innermost = [one for one in _behind(error) if isinstance(one, OSError | HTTPException | ValueError)][-1:]
    for one in innermost:
        if isinstance(one, TimeoutError):
            return "no answer in time"
        if isinstance(one, ssl.SSLError) and (refusal := _refusal(one)):
            return refusal
        return (one.strerror if isinstance(one, OSError) else None) or str(one) or type(one).__name__
    return str(error)


def _refusal(error: ssl.SSLError) -> str:
    """Why an engine does not take what we show it, by the alert that it sends."""
    return next((words for alert, words in _ALERTS.items() if (error.reason or "").endswith(alert)), "")


def plain(text: object) -> str:
    """An engine's own words, fit to be kept and shown: one line, bounded, without control characters."""
    line = " ".join("".join(one if one.isprintable() else " " for one in str(text)[: 4 * WORDS]).split())
    return line if len(line) <= WORDS else f"{line[: WORDS - 1]}…"


def _behind(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it wraps, in whichever way."""
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = [one.__cause__, one.__context__, *one.args, getattr(one, "reason", None)]
        waiting += [each for each in inner if isinstance(each, BaseException)]
