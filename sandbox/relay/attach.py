"""Opens the attach stream of one container, spoken without the SDK.

    POST /containers/ID/attach ──► 101 UPGRADED ──► raw bytes in both directions

The SDK hands out the socket below its buffered reader and may lose what came with the response's header.
"""

import socket
import ssl
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

from sandbox.exceptions import EngineNonsense, HostError, NoSuchContainer
from sandbox.relay.channel import SocketChannel

HEADER_BYTES = 16 * 1024  # of the HTTP response
_ATTACH = (
    "POST /containers/{container}/attach?stream=1&stdin=1&stdout=1&stderr=1 HTTP/1.1\r\n"
    "Host: engine\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n"
)


def connect(address: str, credentials: str, timeout: float) -> socket.socket:
    """A socket to an engine at `unix://…` or `tcp://…`; TLS when there is a folder of credentials."""
    parts = urlsplit(address)
    if parts.scheme == "unix":
        return _connect_unix(parts.path, timeout)
    plain = socket.create_connection((parts.hostname or "", parts.port or 2376), timeout)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not credentials:
        return plain
    try:
        return _tls(credentials).wrap_socket(plain, server_hostname=parts.hostname)
    except OSError:
        plain.close()
        raise


def _connect_unix(path: str, timeout: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(timeout)
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def _tls(credentials: str) -> ssl.SSLContext:
    folder = Path(credentials)
    context = ssl.create_default_context(cafile=folder / "ca.pem")
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def attach(address: str, credentials: str, container: str, timeout: float) -> SocketChannel:
    """Attach to a running container; HostError when the engine refuses or does not answer in time."""
    try:
        connection = connect(address, credentials, timeout)
    except OSError as error:
        raise HostError(f"The machine's engine does not answer: {error}") from error
    try:
        connection.sendall(_ATTACH.format(container=quote(container, safe="")).encode())
        early = _upgraded(connection, time.monotonic() + timeout)
    except OSError as error:
        connection.close()
        raise HostError(f"The machine's engine does not answer: {error}") from error
    except HostError:
        connection.close()
        raise
    return SocketChannel(connection, early)


def _upgraded(connection: socket.socket, deadline: float) -> bytes:
    """Read the response's header; returns what came after it."""
    head = b""
    while b"\r\n\r\n" not in head:
        data = connection.recv(4096)
        head += data
        if len(head) > HEADER_BYTES:
            raise EngineNonsense("The machine's engine comes to no end of its answer.")
        if not data or time.monotonic() > deadline:
            raise HostError("The machine's engine sent no proper answer.")
    header, _, early = head.partition(b"\r\n\r\n")
    status = header.split(b"\r\n", 1)[0].split(b" ")[1:2]
    if status == [b"404"]:
        raise NoSuchContainer
    if status not in ([b"101"], [b"200"]):
        raise HostError(f"The machine's engine refused to attach: {header[:200]!r}")
    return early
