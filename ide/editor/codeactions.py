"""Code actions for a window: from the diagnostics that it was told, to edits of its texts."""

import asyncio

from ide.actions import packages
from ide.actions.listing import action_of, actions_for
from ide.actions.names import Names
from ide.actions.source import Source
from ide.database import in_database
from ide.editor.description import description_of
from ide.editor.documents import Documents
from ide.editor.positions import Encoding, offset, to_utf16
from ide.editor.uris import path_of, uri_of
from ide.models import Toolchain
from ide.protocol import (
    ClientDiagnostic,
    CodeAction,
    CodeActionParams,
)
from ide.socket.window import Handlers, Window
from ide.workspaces import paths
from ide.workspaces.modules import package_of
from sandbox.messages import Diagnostic, Range


class CodeActions:
    """One window's."""

    def __init__(self, window: Window, documents: Documents) -> None:
        self._window, self._documents = window, documents
        self._names: Names | None = None
        self.handlers: Handlers = {"textDocument/codeAction": self._code_action}

    async def _code_action(self, params: CodeActionParams) -> list[CodeAction]:
        path = paths.check(path_of(params.text_document.uri), "textDocument.uri")
        if not path.endswith(".hs"):
            return []
        text, encoding = await self._documents.text_of(path), self._documents.encoding
        told = self._documents.told_of(path)
        if told is None:  # the text is newer: the client knows where its diagnostics moved to
            told = [_from_client(each, path, text, encoding) for each in params.context.diagnostics]
        span = _in_utf16(params.range, text, encoding)
        found = await asyncio.to_thread(
            actions_for, path, text, told, span, await self._names_of_toolchain(), encoding
        )
        found += await self._for_packages(text, span)
        return [each for each in found if _wanted(each.kind, params.context.only)]

    async def _names_of_toolchain(self) -> Names:
        if self._names is None:
            known = Toolchain.objects.values_list("packages", flat=True)
            there = await in_database(known.get, pk=self._window.workspace.toolchain_id)
            self._names = Names(frozenset(there) or None)
        return self._names

    async def _for_packages(self, text: str, span: Range) -> list[CodeAction]:
        """The workspace's description gets the packages of the imports in the range."""
        source = Source(text)
        start, end = offset(text, span.start, "utf-16"), offset(text, span.end, "utf-16")
        wanted = packages.wanted(source, start, end, package_of)
        found = await description_of(self._window.workspace, self._documents) if wanted else None
        if found is None:
            return []
        encoding = self._documents.encoding
        return [action_of(found.path, found.text, fix, None, encoding) for fix in found.fixes(wanted)]


def _in_utf16(span: Range, text: str, encoding: Encoding) -> Range:
    return Range(start=to_utf16(span.start, text, encoding), end=to_utf16(span.end, text, encoding))


def _from_client(told: ClientDiagnostic, path: str, text: str, encoding: Encoding) -> Diagnostic:
    return Diagnostic(
        uri=uri_of(path),
        range=_in_utf16(told.range, text, encoding),
        severity=told.severity if told.severity in (1, 2, 3, 4) else 1,
        code=str(told.code) if told.code is not None else None,
        source=told.source or "",
        message=told.message,
    )


def _wanted(kind: str, only: list[str] | None) -> bool:
    return not only or any(kind == each or kind.startswith(f"{each}.") for each in only)
