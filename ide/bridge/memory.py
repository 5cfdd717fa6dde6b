"""What outlives a connection: the editor's `initialize`, its open documents, and what it was told goes on."""

from typing import Any

import msgspec

from ide.editor.positions import Encoding, apply
from ide.protocol import DidChange, DidClose, DidOpen
from sandbox.limits import FILE_BYTES, WORKSPACE_FILES


class Memory:
    """Follows the editor's messages; bounded in documents and their size."""

    def __init__(self) -> None:
        self.initialize: dict[str, Any] | None = None
        self.encoding: Encoding = "utf-16"
        self._open: dict[str, dict[str, Any]] = {}
        self._begun: dict[str, None] = {}  # tokens of what the service is at

    def note(self, method: str, params: Any) -> None:
        """A message that the service takes no notice of is none for us, either."""
        try:
            self._note(method, params)
        except msgspec.ValidationError:
            return

    def reopening(self) -> list[dict[str, Any]]:
        """The notifications that open all of it again."""
        return [
            {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}}
            for document in self._open.values()
        ]

    def heard(self, progress: dict[str, Any]) -> None:
        """What the service says of work that takes long."""
        if progress["value"]["kind"] == "end":
            self._begun.pop(progress["token"], None)
        else:
            self._begun[progress["token"]] = None

    def ends(self) -> list[dict[str, Any]]:
        """The notifications that end it, when there is nobody to do so any more."""
        tokens, self._begun = self._begun, {}
        return [
            {"jsonrpc": "2.0", "method": "$/progress", "params": {"token": token, "value": {"kind": "end"}}}
            for token in tokens
        ]

    def _note(self, method: str, params: Any) -> None:
        match method:
            case "textDocument/didOpen":
                item = msgspec.convert(params, DidOpen).text_document
                self._keep({"uri": item.uri, "languageId": "haskell", "version": item.version}, item.text)
            case "textDocument/didChange":
                self._change(msgspec.convert(params, DidChange))
            case "textDocument/didClose":
                self._open.pop(msgspec.convert(params, DidClose).text_document.uri, None)

    def _change(self, change: DidChange) -> None:
        document = self._open.get(change.text_document.uri)
        if document is not None:
            text = apply(document["text"], change.content_changes, self.encoding)
            self._keep(document | {"version": change.text_document.version}, text)

    def _keep(self, document: dict[str, Any], text: str) -> None:
        """One that the service refuses for its size is not kept: it is refused again."""
        known = document["uri"] in self._open
        if len(text) > FILE_BYTES or (not known and len(self._open) >= WORKSPACE_FILES):
            self._open.pop(document["uri"], None)
        else:
            self._open[document["uri"]] = document | {"text": text}
