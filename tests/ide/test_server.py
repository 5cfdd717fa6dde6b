"""The web process bounds what comes in and waits for slow clients: real Daphne, real sockets, no sandbox."""

import asyncio
import contextlib
import json
import secrets
import sys
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from sandbox.client import Client
from sandbox.config import Config
from sandbox.messages import Diagnostic, Position, Published, Range
from tests.conftest import free_port
from tests.processes import Processes

MIB = 1024 * 1024
SETUP = """
from ide.models import Token, Toolchain, User, Workspace
user = User.objects.create_user("alice", password="alice-password")
toolchain = Toolchain.objects.create(name="t", digest="d", image="i", ghc="9.6", is_default=True)
workspace = Workspace.objects.create(user=user, name="w", toolchain=toolchain)
print(Token.issue(user, "test")[1], workspace.session_id)
"""


class Web:
    """The web process over an empty database, with alice and her workspace."""

    def __init__(self, processes: Processes, port: int, redis_url: str) -> None:
        self.processes, self.redis_url = processes, redis_url
        self.address = f"127.0.0.1:{port}"
        self.token, self.workspace = processes.run(
            sys.executable, "manage.py", "shell", "--no-imports", "-c", SETUP
        ).split()

    def connect(self, headers: dict[str, str] | None = None, **more: Any) -> connect:
        shown = {"Authorization": f"Bearer {self.token}"} if headers is None else headers
        url = f"ws://{self.address}/ws/workspaces/{self.workspace}"
        return connect(url, additional_headers=shown, proxy=None, compression=None, **more)

    @property
    def memory_bytes(self) -> int:
        return int(psutil.Process(self.processes.pids["web"]).memory_info().rss)


@pytest.fixture(scope="module")
def web(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder: Path = tmp_path_factory.mktemp("web")
    environment = {
        "DATABASE_URL": f"sqlite:///{folder / 'ide.sqlite3'}",
        "REDIS_URL": redis_server,
        "SECRET_KEY": secrets.token_hex(32),
    }
    processes, port = Processes(folder, environment), free_port()
    try:
        processes.run(sys.executable, "manage.py", "migrate", "--verbosity", "0")
        made = Web(processes, port, redis_server)
        processes.start("web", sys.executable, "-m", "ide.server", "-b", "127.0.0.1", "-p", str(port))
        processes.wait("Serving", lambda: _serves(port))
        yield made
    finally:
        processes.end_all()


def _serves(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
async def socket(web: Web) -> AsyncIterator[ClientConnection]:
    async with web.connect(max_size=None) as opened:
        await answers(opened)
        yield opened


async def answers(socket: ClientConnection) -> None:
    """The server answers a request on this socket."""
    await socket.send('{"jsonrpc":"2.0","id":"alive","method":"run/list","params":{}}')
    async with asyncio.timeout(10):
        while json.loads(await socket.recv()).get("id") != "alive":
            pass


async def close_code(socket: ClientConnection) -> int | None:
    try:
        async with asyncio.timeout(20):
            while True:
                await socket.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


async def test_a_message_of_one_mebibyte_is_taken(socket: ClientConnection) -> None:
    head, tail = '{"jsonrpc":"2.0","id":1,"method":"run/list","params":{"x":"', '"}}'
    await socket.send(head + "x" * (MIB - len(head) - len(tail)) + tail)
    while (answer := json.loads(await socket.recv())).get("id") != 1:
        pass
    assert answer["error"]["data"]["field"] == "x"


async def test_one_byte_more_closes_the_socket_and_no_other(web: Web, socket: ClientConnection) -> None:
    async with web.connect(max_size=None) as other:
        await other.send("x" * (MIB + 1))
        assert await close_code(other) in (1009, 1006, None)
    await answers(socket)


async def pour(socket: ClientConnection, messages: Iterable[Any]) -> None:
    """Send until there is no more, the socket closes, or twenty seconds are over."""
    with contextlib.suppress(ConnectionClosed, TimeoutError):
        async with asyncio.timeout(20):
            for message in messages:
                await socket.send(message)


async def test_64_megabytes_in_fragments_are_not_gathered(web: Web, socket: ClientConnection) -> None:
    before = web.memory_bytes
    async with web.connect(max_size=None) as other:
        await answers(other)
        await pour(other, [("x" * 65536 for _ in range(1024))])
        assert await close_code(other) in (1009, 1006, None)
    assert web.memory_bytes - before < 24 * MIB
    await answers(socket)


async def test_endless_empty_fragments_do_not_fill_the_memory(web: Web, socket: ClientConnection) -> None:
    async with web.connect(max_size=None) as other:
        await answers(other)
        before = web.memory_bytes
        await pour(other, [("" for _ in range(300_000))])
    assert web.memory_bytes - before < 24 * MIB
    await answers(socket)


async def test_a_flood_closes_with_4008(web: Web, socket: ClientConnection) -> None:
    async with web.connect(max_size=None) as other:
        await pour(other, ['{"jsonrpc":"2.0","method":"$/x"}'] * 5000)
        assert await close_code(other) == 4008
    await answers(socket)


async def test_who_is_in_the_midst_of_a_flood_hears_why_it_was_closed(
    web: Web, socket: ClientConnection
) -> None:
    message = '{"jsonrpc":"2.0","method":"$/x","params":"' + "x" * 10_000 + '"}'
    async with web.connect(max_size=None) as other:
        await answers(other)
        with contextlib.suppress(ConnectionClosed):
            for _ in range(400):
                await other.send(message)
            time.sleep(2)  # noqa: ASYNC251 (it stands still whole: what it has sent is on its way)
            await other.send(message)
        assert await close_code(other) == 4008
    await answers(socket)


async def test_a_flood_of_great_messages_waits_in_the_network(web: Web, socket: ClientConnection) -> None:
    before = web.memory_bytes
    great = '{"jsonrpc":"2.0","method":"$/x","params":"' + "x" * (MIB - 100) + '"}'
    async with web.connect(max_size=None) as other:
        await pour(other, [great] * 1000)
    assert web.memory_bytes - before < 64 * MIB
    await answers(socket)


async def test_a_client_that_reads_nothing_does_not_fill_the_memory(web: Web) -> None:
    before = web.memory_bytes
    client = Client(Config(redis_url=web.redis_url), wake=lambda session: None)
    place = Range(Position(0, 0), Position(0, 1))
    uri = "file:///work/Main.hs"
    great = [Diagnostic(uri, place, 1, None, "ghc", "x" * 16000) for _ in range(30)]
    async with web.connect(max_size=None, max_queue=1) as lazy:
        await lazy.send('{"jsonrpc":"2.0","id":1,"method":"run/list","params":{}}')
        await asyncio.sleep(0.5)
        for _ in range(100):
            await client.publish(web.workspace, Published(uri, None, great))
        await client.publish(web.workspace, Published("file:///work/Last.hs", None, []))
        await asyncio.sleep(2)
        assert web.memory_bytes - before < 32 * MIB
        async with asyncio.timeout(60):  # what it is too late for was let go, the newest comes
            while b"Last.hs" not in await lazy.recv(decode=False):
                pass
    await client.close()


async def test_a_page_of_another_origin_gets_403(web: Web) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with web.connect({"Cookie": "sessionid=x"}, origin="https://evil.example"):
            pass
    assert refused.value.response.status_code == 403


async def test_a_browser_that_signed_in_is_let_in_from_our_own_page(web: Web) -> None:
    async with httpx.AsyncClient(base_url=f"http://{web.address}") as browser:
        csrf = (await browser.get("/accounts/login/")).cookies["csrftoken"]
        form = {"username": "alice", "password": "alice-password", "csrfmiddlewaretoken": csrf}
        assert (await browser.post("/accounts/login/", data=form)).status_code == 302
        cookie = f"sessionid={browser.cookies['sessionid']}"
    async with web.connect({"Cookie": cookie}, origin=f"http://{web.address}") as opened:
        await answers(opened)


async def test_a_path_that_is_no_socket_is_refused(web: Web) -> None:
    with pytest.raises(InvalidStatus):
        async with connect(f"ws://{web.address}/ws/other", proxy=None):
            pass


def open_files(web: Web) -> int:
    return psutil.Process(web.processes.pids["web"]).num_fds()


async def reconnect(web: Web, times: int) -> None:
    """As fast as it goes; whose last sockets are still being closed is refused, and tries again."""
    while times:
        with contextlib.suppress(ConnectionClosed):
            async with web.connect(max_size=None) as opened:
                await opened.send('{"jsonrpc":"2.0","id":1,"method":"run/list","params":{}}')
            times -= 1


async def closes(web: Web, files: int) -> bool:
    """Whether no more files than these are open, sooner or later: sockets are being closed for a while."""
    for _ in range(100):
        if open_files(web) <= files:
            return True
        await asyncio.sleep(0.1)
    return False


async def test_a_hundred_reconnects_leave_nothing_behind(web: Web, socket: ClientConnection) -> None:
    await reconnect(web, 100)
    await asyncio.sleep(3)
    # Redis connections are kept for later, as many as were ever in use at once. On a busy machine that may be
    # more in a later round than in those before; what leaks would be a hundred more in each.
    for _ in range(4):
        files, memory = open_files(web), web.memory_bytes
        await reconnect(web, 100)
        if await closes(web, files + 10):
            break
    else:
        raise AssertionError("Each hundred reconnects left files open.")
    assert web.memory_bytes - memory < 16 * MIB


async def test_a_body_that_is_announced_too_large_is_refused_unread(web: Web) -> None:
    reader, writer = await asyncio.open_connection(*web.address.split(":"))
    writer.write(b"POST /api/v1/run HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\nx")
    async with asyncio.timeout(20):
        assert (await reader.read()).startswith(b"HTTP/1.1 413")
    writer.close()


async def write_all(writer: asyncio.StreamWriter, chunks: list[bytes]) -> None:
    async with asyncio.timeout(60):
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()


async def test_a_body_without_end_does_not_fill_the_memory(web: Web) -> None:
    before = web.memory_bytes
    _, writer = await asyncio.open_connection(*web.address.split(":"))
    writer.write(b"POST /api/v1/run HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b"%x\r\n%s\r\n" % (MIB, b"x" * MIB)
    with pytest.raises(ConnectionError):
        await write_all(writer, [chunk] * 500)
    writer.close()
    assert web.memory_bytes - before < 64 * MIB
    assert _serves(int(web.address.split(":")[1]))


async def test_a_large_body_below_the_bound_reaches_the_api(web: Web) -> None:
    headers = {"Authorization": f"Bearer {web.token}"}
    body = {"name": "x", "files": {f"F{n}.hs": "x" * 500_000 for n in range(12)}}
    async with httpx.AsyncClient(
        base_url=f"http://{web.address}", headers=headers, trust_env=False
    ) as client:
        assert (await client.post("/api/v1/workspaces", json=body, timeout=60)).status_code == 201


@pytest.mark.parametrize("boundary", ["", "; boundary=", "; boundary=ä", "; boundary=x"])
async def test_a_form_that_cannot_be_read_is_a_problem(web: Web, boundary: str) -> None:
    kind = f"multipart/form-data{boundary}".encode()
    headers = [(b"Authorization", f"Bearer {web.token}".encode()), (b"Content-Type", kind)]
    async with httpx.AsyncClient(base_url=f"http://{web.address}", trust_env=False) as client:
        answer = await client.post(
            "/api/v1/workspaces/import", content=b"--y\r\n\r\nno form", headers=headers
        )
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].endswith(".")
