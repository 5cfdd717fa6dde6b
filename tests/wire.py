"""A window on a workspace as a program sees it: JSON-RPC over a real WebSocket."""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect

Message = dict[str, Any]
ROOT = "file:///work/"
MARKED = ["markdown", "plaintext"]
EDITOR: Message = {  # what editors of today announce
    "textDocument": {
        "hover": {"contentFormat": MARKED},
        "completion": {
            "completionItem": {
                "documentationFormat": MARKED,
                "labelDetailsSupport": True,
                "resolveSupport": {"properties": ["documentation", "additionalTextEdits"]},
            }
        },
        "signatureHelp": {
            "signatureInformation": {
                "documentationFormat": MARKED,
                "parameterInformation": {"labelOffsetSupport": True},
            }
        },
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}}},
        "rename": {"prepareSupport": True},
    }
}


class Refused(Exception):
    """The server answered a request with an error."""

    def __init__(self, error: Message) -> None:
        super().__init__(error["message"])
        self.code: int = error["code"]
        self.data: Any = error.get("data")

    @property
    def field(self) -> str | None:
        """Of the request, where one is wrong."""
        found: str | None = (self.data or {}).get("field")
        return found


class Run:
    """What a run has said so far."""

    def __init__(self, run_id: str) -> None:
        self.id = run_id
        self.events: list[Message] = []
        self.finished: Message | None = None
        self.printed_at = 0.0  # when its last output came
        self._text: dict[str, list[str]] = {"stdout": [], "stderr": [], "terminal": []}

    @property
    def text(self) -> dict[str, str]:
        """What it has printed on each stream."""
        for pieces in self._text.values():
            pieces[:] = ["".join(pieces)]  # only now: adding to a long text costs its length
        return {stream: pieces[0] for stream, pieces in self._text.items()}

    def take(self, event: Message) -> None:
        self.events.append(event)
        if event["type"] == "output":
            self._text[event["stream"]].append(event["text"])
            self.printed_at = time.perf_counter()
        elif event["type"] == "finished":
            self.finished = event


class Window:
    """One connection. Every message that came is in `messages`; runs are gathered by id."""

    def __init__(self, socket: ClientConnection, acknowledge: bool) -> None:
        self.socket = socket
        self.acknowledge = acknowledge
        self.messages: list[Message] = []
        self.runs: dict[str, Run] = {}
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._news = asyncio.Condition()
        self._versions: dict[str, int] = {}

    @classmethod
    @contextlib.asynccontextmanager
    async def open(
        cls, base_url: str, workspace: str, token: str, *, acknowledge: bool = True, **more: Any
    ) -> AsyncIterator["Window"]:
        """Connect, `base_url` as `http://host:port`; `more` is said to the WebSocket's client."""
        url = base_url.replace("http", "ws", 1) + f"/ws/workspaces/{workspace}"
        headers = {"Authorization": f"Bearer {token}"}
        async with connect(url, additional_headers=headers, max_size=None, proxy=None, **more) as socket:
            window = cls(socket, acknowledge)
            reader = asyncio.create_task(window._read())
            try:
                yield window
            finally:
                reader.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await reader

    async def _read(self) -> None:
        async for data in self.socket:
            message = json.loads(data)
            if "method" not in message:
                self._answer(message)
            else:
                await self._take(message)
            async with self._news:
                self._news.notify_all()

    def _answer(self, message: Message) -> None:
        future = self._answers.pop(message.get("id") or 0, None)
        if future is None or future.done():
            self.messages.append(message)
        elif "error" in message:
            future.set_exception(Refused(message["error"]))
        else:
            future.set_result(message["result"])

    async def _take(self, message: Message) -> None:
        params = message.get("params") or {}
        if message["method"] != "run/event":
            self.messages.append(message)
            return
        run = self.run(params["runId"])
        run.take(params)
        if self.acknowledge and params["type"] == "output":
            await self.notify("run/ack", {"runId": run.id, "seq": params["seq"]})

    def run(self, run_id: str) -> Run:
        return self.runs.setdefault(run_id, Run(run_id))

    async def notify(self, method: str, params: Message) -> None:
        await self.socket.send(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}))

    async def request(self, method: str, params: Message, timeout: float = 30) -> Any:
        """The answer's result; raises Refused."""
        _, future = await self.ask(method, params)
        return await asyncio.wait_for(future, timeout)

    async def refused(self, method: str, params: Message, timeout: float = 90) -> Refused:
        """The error that answers it."""
        try:
            result = await self.request(method, params, timeout)
        except Refused as refused:
            return refused
        raise AssertionError(f"{method} of {params} is answered with {result}")

    async def ask(self, method: str, params: Message) -> tuple[int, asyncio.Future[Any]]:
        """The request's id, and what will be its answer."""
        number = next(self._ids)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[number] = future
        message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        await self.socket.send(json.dumps(message))
        return number, future

    async def until(self, happened: Callable[[], Any], timeout: float = 30) -> Any:
        """Wait until the condition gives something true, and return that."""
        async with asyncio.timeout(timeout), self._news:
            while not (value := happened()):
                await self._news.wait()
            return value

    def said(self, method: str) -> list[Message]:
        """The params of every message of that method, oldest first."""
        return [message["params"] for message in self.messages if message.get("method") == method]

    @property
    def status(self) -> Message:
        """The session's last word."""
        return (self.said("session/status") or [{"state": ""}])[-1]

    async def ready(self, timeout: float = 60) -> None:
        """Wait until that is `ready`."""
        await self.until(lambda: self.status["state"] == "ready", timeout)

    # --- documents ---

    async def initialize(self, capabilities: Message = EDITOR) -> Message:
        result: Message = await self.request(
            "initialize", {"processId": None, "rootUri": "file:///work", "capabilities": capabilities}
        )
        await self.notify("initialized", {})
        return result

    async def did_open(self, path: str, text: str) -> None:
        self._versions[path] = 1
        document = {"uri": ROOT + path, "languageId": "haskell", "version": 1, "text": text}
        await self.notify("textDocument/didOpen", {"textDocument": document})

    async def did_change(self, path: str, text: str) -> int:
        """Replace the whole text; returns the new version."""
        version = self._versions[path] = self._versions[path] + 1
        document = {"uri": ROOT + path, "version": version}
        params = {"textDocument": document, "contentChanges": [{"text": text}]}
        await self.notify("textDocument/didChange", params)
        return version

    async def diagnostics(self, path: str, version: int, timeout: float = 30) -> list[Message]:
        """The diagnostics of that version of the file, once they are there."""

        def published() -> Message | None:
            for params in reversed(self.said("textDocument/publishDiagnostics")):
                if params["uri"] == ROOT + path and params.get("version") == version:
                    return params
            return None

        found: Message = await self.until(published, timeout)
        return list(found["diagnostics"])

    # --- runs ---

    async def start(self, mode: str = "interpret", **params: Any) -> Run:
        answer = await self.request("run/start", {"requestId": uuid4().hex, "mode": mode, **params})
        return self.run(answer["runId"])

    async def ended(self, run: Run, timeout: float = 60) -> Message:
        """The run's `finished`."""
        finished: Message = await self.until(lambda: run.finished, timeout)
        return finished

    async def printed(self, run: Run, text: str, timeout: float = 30) -> None:
        """Wait until the program has printed this, on any stream."""
        await self.until(lambda: any(text in said for said in run.text.values()), timeout)
