"""Questions on their way to the plugin, which reads them when it can."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from sandbox.agent.language.checker import UNREAD_BYTES, Checker
from sandbox.agent.language.unanswerable import Unanswerable

PATHS = [f"src/{'x' * 200}/{number}.hs" for number in range(2000)]


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The agent's and the plugin's, which takes little at once."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    ours.setblocking(False)
    yield ours, theirs
    theirs.close()
    ours.close()


def listening(ours: socket.socket) -> Checker:
    checker = Checker(lambda path: None)
    checker.listen(ours)
    return checker


async def test_a_line_that_the_socket_takes_in_parts_and_one_behind_it_come_whole(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    checker = listening(ours)
    checker.keep(PATHS)
    asked = asyncio.create_task(checker.ask(str, "hover", "Main.hs"))
    await asyncio.sleep(0)
    reader, writer = await asyncio.open_connection(sock=theirs, limit=1 << 20)
    assert (await reader.readline()).decode().rstrip("\n").split("\t") == ["", "files", *PATHS]
    number, *question = (await reader.readline()).decode().rstrip("\n").split("\t")
    assert question == ["hover", "Main.hs"]
    writer.write(b'{"number":"%s","answer":"Int"}\n' % number.encode())
    assert await asyncio.wait_for(asked, 10) == "Int"
    writer.close()


async def test_questions_that_nobody_reads_are_refused_in_the_end(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    checker = listening(ends[0])
    line = "x" * (1 << 18)
    waiting = [asyncio.create_task(checker.ask(str, line)) for _ in range(2 * UNREAD_BYTES // len(line))]
    done, pending = await asyncio.wait(waiting, timeout=1, return_when=asyncio.FIRST_COMPLETED)
    assert {str(each.exception()) for each in done} == {"GHC does not listen."}
    for each in pending:
        each.cancel()


async def test_who_waits_is_told_when_ghc_ends(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    checker = listening(ours)
    checker.keep(PATHS)
    asked = asyncio.create_task(checker.ask(str, "hover"))
    await asyncio.sleep(0)
    theirs.close()
    with pytest.raises(Unanswerable, match="started anew"):
        await asyncio.wait_for(asked, 10)
