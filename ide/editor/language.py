"""The methods of the Language Server Protocol. What is announced works; the rest is not announced."""

from collections.abc import Awaitable, Callable
from typing import Any

from ide.editor.abilities import abilities_of, announced
from ide.editor.asking import Asker
from ide.editor.codeactions import CodeActions
from ide.editor.commands import Commands
from ide.editor.documents import Documents
from ide.editor.features import Features
from ide.editor.questions import Questions
from ide.editor.renames import Renames
from ide.editor.search import Searches
from ide.editor.views import Views
from ide.protocol import (
    DidChange,
    DidClose,
    DidOpen,
    DidSave,
    Empty,
    ErrorCode,
    Initialize,
    Initialized,
    ServerInfo,
)
from ide.socket.jsonrpc import Refusal
from ide.socket.window import Handlers, Window

SERVER = ServerInfo(name="haskell-ide", version="0.1.0")


class Language:
    """One window's language client: its life cycle, its documents, and its questions about them."""

    def __init__(self, window: Window, documents: Documents, questions: Questions) -> None:
        self._documents = documents
        self._initialized = False
        self._shut_down = False
        self.handlers: Handlers = {
            "initialize": self._initialize,
            "initialized": self._nothing,
            "shutdown": self._shutdown,
            "textDocument/didOpen": self._did_open,
            "textDocument/didChange": self._did_change,
            "textDocument/didClose": self._did_close,
            "textDocument/didSave": self._did_save,
        }
        asker = Asker(documents, questions)
        for part in (
            Features(documents, asker),
            CodeActions(window, documents, questions),
            Commands(window, documents, asker),
            Searches(window, documents, asker),
            Views(window, documents, asker),
            Renames(documents, asker),
        ):
            self.handlers |= {method: self._when_ready(ask) for method, ask in part.handlers.items()}

    async def _initialize(self, params: Initialize) -> Initialized:
        if self._initialized:
            raise Refusal(ErrorCode.INVALID_REQUEST, "This connection is initialised already.")
        self._initialized = True
        self._documents.client = client = abilities_of(params.capabilities)
        self._documents.work.shown = client.progress
        return Initialized(capabilities=announced(client), server_info=SERVER)

    async def _nothing(self, params: Empty) -> None:
        self._check_ready()

    async def _shutdown(self, params: Empty) -> None:
        self._check_ready()
        await self._documents.saver.save_or_say()
        self._shut_down = True

    async def _did_open(self, params: DidOpen) -> None:
        self._check_ready()
        item = params.text_document
        await self._documents.open(item.uri, item.version, item.text)

    async def _did_change(self, params: DidChange) -> None:
        self._check_ready()
        document = params.text_document
        await self._documents.change(document.uri, document.version, params.content_changes)

    async def _did_close(self, params: DidClose) -> None:
        self._check_ready()
        await self._documents.close(params.text_document.uri)

    async def _did_save(self, params: DidSave) -> None:
        self._check_ready()
        await self._documents.saver.save()

    def _when_ready(self, ask: Callable[[Any], Awaitable[object]]) -> Callable[[Any], Awaitable[object]]:
        async def handle(params: Any) -> object:
            self._check_ready()
            return await ask(params)

        return handle

    def _check_ready(self) -> None:
        if not self._initialized:
            raise Refusal(ErrorCode.SERVER_NOT_INITIALIZED, "Send initialize first.")
        if self._shut_down:
            raise Refusal(
                ErrorCode.INVALID_REQUEST, "The language server was shut down: open a new connection."
            )
