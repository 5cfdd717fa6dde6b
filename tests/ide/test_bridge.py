"""The parts of `manage.py lsp`, and a service that comes and goes under it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve

from ide.bridge import framing
from ide.bridge.bridge import Bridge
from ide.bridge.memory import Memory
from ide.bridge.places import Places
from ide.bridge.remote import Address, Final
from sandbox.limits import FILE_BYTES, MIB

Message = dict[str, Any]
FOLDER = Path("/home/alice/my project")
LOCAL = "file:///home/alice/my%20project"


def stream(data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return reader


# --- parts ------------------------------------------------------------------------------------------------


async def test_messages_are_read_one_after_the_other() -> None:
    data = framing.framed(b'{"a":1}') + b"Content-Type: x\r\ncontent-length: 2\r\n\r\n{}" + b"Content-Le"
    reader = stream(data)
    assert [await framing.read(reader) for _ in range(3)] == [b'{"a":1}', b"{}", None]


async def test_a_message_over_the_limit_is_passed_over() -> None:
    reader = stream(framing.framed(b"x" * (framing.MESSAGE_BYTES + 1)) + framing.framed(b"{}"))
    with pytest.raises(framing.TooLong):
        await framing.read(reader)
    assert await framing.read(reader) == b"{}"


@pytest.mark.parametrize(
    "data", [b"\r\n\r\n", b"Content-Length: x\r\n\r\n", b"x" * 70_000 + b"\n", b"A: b\r\n" * 1000]
)
async def test_what_is_no_frame_is_said(data: bytes) -> None:
    with pytest.raises(framing.BadFrame):
        await framing.read(stream(data))


def test_addresses_are_translated_and_texts_are_not() -> None:
    places = Places(FOLDER)
    sent = places.to_workspace(
        {
            "params": {
                "textDocument": {"uri": f"{LOCAL}/src/A%20b.hs", "text": f"{LOCAL}/src/A.hs"},
                "rootUri": LOCAL,
            }
        }
    )
    assert sent["params"]["textDocument"] == {"uri": "file:///work/src/A%20b.hs", "text": f"{LOCAL}/src/A.hs"}
    assert sent["params"]["rootUri"] == "file:///work"
    edit = {
        "changes": {"file:///work/src/A%20b.hs": [{"newText": "file:///work/x"}]},
        "uri": "file:///work/B.hs",
    }
    assert places.to_editor(edit) == {
        "changes": {f"{LOCAL}/src/A%20b.hs": [{"newText": "file:///work/x"}]},
        "uri": f"{LOCAL}/B.hs",
    }


def test_addresses_among_the_arguments_of_a_command_are_translated() -> None:
    places = Places(FOLDER)
    given = ["GHC-83865", 4, f"{LOCAL}/A.hs", "http://["]
    sent = places.to_workspace({"command": "haskell.evaluate", "arguments": given})
    assert sent["arguments"] == ["GHC-83865", 4, "file:///work/A.hs", "http://["]
    assert places.to_editor(sent)["arguments"] == given


def test_the_editors_own_spelling_of_an_address_comes_back() -> None:
    places = Places(FOLDER)
    spelled = "file:///home/alice/my%20project/%41.hs"
    assert places.to_workspace({"uri": spelled}) == {"uri": "file:///work/A.hs"}
    assert places.to_editor({"uri": "file:///work/A.hs"}) == {"uri": spelled}


def test_files_elsewhere_keep_their_address() -> None:
    for uri in ("file:///etc/passwd", "file:///home/alice/my%20projects/A.hs", "untitled:1", "http://x/y"):
        assert Places(FOLDER).to_workspace({"uri": uri}) == {"uri": uri}


def test_what_is_open_is_known_with_its_edits() -> None:
    memory = Memory()
    document = {"uri": "file:///work/A.hs", "languageId": "haskell", "version": 1, "text": "a\nb\n"}
    memory.note("textDocument/didOpen", {"textDocument": document})
    where = {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 1}}
    changed = {"textDocument": document | {"version": 2}, "contentChanges": [{"range": where, "text": "ö"}]}
    memory.note("textDocument/didChange", changed)
    memory.note("textDocument/didChange", {"textDocument": 5})
    (opened,) = memory.reopening()
    assert opened["params"]["textDocument"] == document | {"version": 2, "text": "a\nö\n"}
    memory.note("textDocument/didOpen", {"textDocument": document | {"text": "x" * (FILE_BYTES + 1)}})
    assert memory.reopening() == []


@pytest.mark.parametrize("url", ["", "ide.example.org", "ftp://ide.example.org"])
def test_a_bad_address_is_said(url: str) -> None:
    with pytest.raises(Final, match="--url"):
        print(Address(url, "w", "t").socket)


# --- the bridge beside a service that we play ---------------------------------------------------------------


class Editor:
    """What an editor sends and sees."""

    def __init__(self, address: Address) -> None:
        self.to = asyncio.StreamReader()
        self.seen: list[Message] = []
        self._news = asyncio.Event()
        self.bridge = Bridge(address, FOLDER, self.to, self)  # type: ignore[arg-type]  # all that it uses

    def write(self, data: bytes) -> None:
        self.seen.append(json.loads(data.partition(b"\r\n\r\n")[2]))
        self._news.set()

    async def drain(self) -> None:
        await asyncio.sleep(0)

    def say(self, method: str, number: int | None = None, **params: Any) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        self.to.feed_data(framing.framed(json.dumps(message | ({"id": number} if number else {})).encode()))

    async def saw(self, wanted: str) -> Message:
        """The first message that contains this."""
        async with asyncio.timeout(10):
            while True:
                for message in self.seen:
                    if wanted in json.dumps(message):
                        return message
                self._news.clear()
                await self._news.wait()


class Service:
    """Answers every request with what it was; hears everything."""

    def __init__(self) -> None:
        self.heard: list[list[Message]] = []  # one list for each connection
        self.connections: list[ServerConnection] = []
        self.mute = False

    async def __call__(self, connection: ServerConnection) -> None:
        heard: list[Message] = []
        self.heard.append(heard)
        self.connections.append(connection)
        async for data in connection:
            message = json.loads(data)
            heard.append(message)
            if "id" in message and not self.mute:
                await connection.send(
                    json.dumps({"id": message["id"], "result": {"asked": message["method"]}})
                )


@asynccontextmanager
async def playing() -> AsyncIterator[tuple[Service, Editor, asyncio.Task[int], Server]]:
    service = Service()
    async with serve(service, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        editor = Editor(Address(f"http://127.0.0.1:{port}", "w", "t"))
        running = asyncio.create_task(editor.bridge.run())
        yield service, editor, running, server
        editor.to.feed_eof()
        await running


async def test_a_lost_connection_is_made_again_with_what_was_open() -> None:
    async with playing() as (service, editor, _, _):
        editor.say("initialize", 1, capabilities={})
        await editor.saw('"asked": "initialize"')
        document = {"uri": f"{LOCAL}/A.hs", "languageId": "haskell", "version": 1, "text": "a"}
        editor.say("textDocument/didOpen", textDocument=document)
        service.mute = True
        editor.say("textDocument/hover", 2)
        while not any(message.get("id") == 2 for message in service.heard[0]):
            await asyncio.sleep(0.01)
        await service.connections[0].close(1011)
        assert (await editor.saw('"id": 2'))["error"]["message"] == "The connection to the service was lost."
        await editor.saw("Connected again")
        service.mute = False
        editor.say("textDocument/hover", 3)
        await editor.saw('"id": 3')
        told = [message["method"] for message in service.heard[1]]
        assert told == ["initialize", "initialized", "textDocument/didOpen", "textDocument/hover"]
        assert service.heard[1][2]["params"]["textDocument"] == document | {"uri": "file:///work/A.hs"}
        assert not any(message.get("id") == "haskell-ide-bridge" for message in editor.seen)


async def test_what_goes_on_ends_with_the_connection() -> None:
    async with playing() as (service, editor, _, _):
        editor.say("initialize", 1, capabilities={})
        await editor.saw('"asked": "initialize"')
        for token, kind in (("a", "begin"), ("b", "begin"), ("a", "end")):
            params = {"token": token, "value": {"kind": kind}}
            await service.connections[0].send(json.dumps({"method": "$/progress", "params": params}))
        await editor.saw('"token": "a", "value": {"kind": "end"}')
        await service.connections[0].close(1011)
        await editor.saw('"token": "b", "value": {"kind": "end"}')
        assert json.dumps(editor.seen).count('"kind": "end"') == 2


async def test_what_a_session_did_not_keep_is_said_once() -> None:
    files = [{"path": f"{size}.bin", "bytes": size * MIB} for size in (50, 40, 30, 20)]
    left = {"count": 5, "bytes": 150 * MIB, "files": files, "at": 1e9, "reason": None}
    gone = {"count": 0, "bytes": 0, "files": [], "at": 2e9, "reason": "All of it is gone."}
    async with playing() as (service, editor, _, _):
        editor.say("initialize", 1, capabilities={})
        await editor.saw('"asked": "initialize"')
        for said in (left, left, gone):
            params = {"state": "ready", "leftOut": said}
            await service.connections[0].send(json.dumps({"method": "session/status", "params": params}))
        await editor.saw("All of it is gone.")
        told = [message["params"]["message"] for message in editor.seen if "method" in message]
        assert told == [
            "Haskell IDE: Of what programs wrote the session did not keep 50.bin (50 MiB), "
            "40.bin (40 MiB), 30.bin (30 MiB) and 2 more, 150 MiB in all when it slept or moved.",
            "Haskell IDE: All of it is gone.",
        ]


async def test_an_end_that_is_final_is_said_and_requests_are_answered_yet() -> None:
    async with playing() as (service, editor, running, _):
        editor.say("initialize", 1, capabilities={})
        await editor.saw('"asked": "initialize"')
        await service.connections[0].close(4004)
        await editor.saw("There is no such workspace")
        editor.say("textDocument/hover", 2)
        assert "no such workspace" in (await editor.saw('"id": 2'))["error"]["message"]
        editor.say("shutdown", 3)
        assert (await editor.saw('"id": 3'))["result"] is None
        editor.say("exit")
        assert await running == 0
        assert len(service.connections) == 1


async def test_what_is_no_message_is_answered_and_the_next_one_is_taken() -> None:
    async with playing() as (_, editor, _, _):
        editor.to.feed_data(framing.framed(b"{") + framing.framed(b"x" * (framing.MESSAGE_BYTES + 1)))
        await editor.saw("no message of JSON-RPC")
        await editor.saw("over the limit")
        editor.say("initialize", 1, capabilities={}, half="\ud800")
        await editor.saw('"asked": "initialize"')


async def test_an_editor_that_leaves_without_a_word_ends_the_bridge() -> None:
    async with playing() as (service, editor, running, _):
        editor.say("initialize", 1, capabilities={})
        await editor.saw('"asked": "initialize"')
        editor.to.feed_eof()
        assert await running == 1
        await service.connections[0].wait_closed()
