"""A window at the end of a line of 1 KB/s: the program waits for it, and it costs nobody else anything."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import psutil
import pytest
import redis

from sandbox import keys
from sandbox.limits import FOLLOWER_WINDOW_BYTES, MIB
from tests.faults.service import counted, outcome, until
from tests.faults.test_output import ENDLESS
from tests.faults.test_workers import count
from tests.stack import Stack
from tests.wire import Run, Window

pytestmark = pytest.mark.engine

PARTS = ("web", "worker", "redis")
PIECE_BYTES = 256
PIECES_PER_SECOND = 4
QUIET_SECONDS = 2  # without output: a program that is not held prints megabytes in that time


class Line:
    """A way to the service, over which the service's words come with 1 KB/s while it `is_slow`."""

    is_slow = False

    def __init__(self, service_url: str) -> None:
        self._service = urlsplit(service_url)
        self._ways: list[asyncio.Task[None]] = []
        self.url = ""

    @classmethod
    @contextlib.asynccontextmanager
    async def to(cls, service_url: str) -> AsyncIterator["Line"]:
        line = cls(service_url)
        server = await asyncio.start_server(line._connected, "127.0.0.1", 0)
        line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield line
        await asyncio.gather(*line._ways)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        end = socket.socket()
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # else the kernel takes a megabyte at once
        end.connect((self._service.hostname, self._service.port))
        from_service, to_service = await asyncio.open_connection(sock=end, limit=1024)
        self._ways.append(asyncio.create_task(self._pass(reader, to_service, 0)))
        self._ways.append(asyncio.create_task(self._pass(from_service, writer, 1 / PIECES_PER_SECOND)))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pause: float) -> None:
        with contextlib.closing(writer), contextlib.suppress(ConnectionError):
            while piece := await reader.read(PIECE_BYTES):
                writer.write(piece)
                if self.is_slow:
                    await asyncio.sleep(pause)


def printed(stack: Stack, run: Run) -> int:
    """How many bytes of the program's output the service has taken."""
    with redis.Redis.from_url(stack.redis_url) as client:
        return int(client.hget(keys.RUN % run.id, "total") or 0)


async def held(stack: Stack, run: Run) -> int:
    """What was printed when nothing more had come for a while."""
    async with asyncio.timeout(60):
        while True:
            before = printed(stack, run)
            await asyncio.sleep(QUIET_SECONDS)
            if printed(stack, run) == before:
                return before


def resident(stack: Stack) -> dict[str, int]:
    return {name: psutil.Process(stack.pids[name]).memory_info().rss for name in PARTS}


async def is_served(window: Window) -> None:
    run = await window.start(entry="Main.hs")
    assert (await window.ended(run))["outcome"] == "exited"
    counted(run, 20)


async def test_a_client_that_reads_slowly_holds_up_its_program_and_nobody_else(stack: Stack) -> None:
    alice = stack.user("alice", run_seconds=600, output_bytes=64 * MIB)
    bob = stack.user("bob")
    workspace = stack.workspace(alice, {"Main.hs": ENDLESS})
    async with (
        Line.to(stack.url) as line,
        Window.open(stack.url, stack.workspace(bob, {"Main.hs": count(20)}), bob) as beside,
        Window.open(stack.url, workspace, alice) as quick,
        Window.open(line.url, workspace, alice, ping_interval=None) as slow,
    ):
        await is_served(beside)
        first = resident(stack)
        run = await slow.start(entry="Main.hs")
        await slow.until(lambda: run.text["stdout"], 60)
        line.is_slow = True
        before = await held(stack, run)
        await is_served(beside)
        assert printed(stack, run) - before < FOLLOWER_WINDOW_BYTES, "the program went on printing"
        grown = {name: size - first[name] for name, size in resident(stack).items()}
        assert max(grown.values()) < 16 * MIB, grown
        await quick.request("run/stop", {"runId": run.id})
        await until(stack, "The end", lambda: outcome(stack, alice, run.id) == "stopped")
        line.is_slow = False  # before the service takes it for gone
        await slow.ended(run)
    numbers = [int(text.rstrip("x")) for text in run.text["stdout"].splitlines()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [event["seq"] for event in run.events] == list(range(1, len(run.events) + 1))
