"""The commands of `workspace/executeCommand`: what a code of GHC's means, and a worksheet's results."""

import itertools
from typing import Final

from ide.editor import answers, explanations
from ide.editor.asking import Asker
from ide.editor.documents import Documents
from ide.editor.uris import file_of, uri_of
from ide.protocol import ApplyEdit, ErrorCode, ExecuteCommand, Explanation, ShowMessage, WorkspaceEdit
from ide.socket.jsonrpc import Refusal, request
from ide.socket.window import Handlers, Later, Window
from sandbox.messages import Edits, Evaluate

EVALUATE = "haskell.evaluate"
MESSAGE_INFO: Final = 3  # LSP's MessageType


class Commands:
    """One window's."""

    def __init__(self, window: Window, documents: Documents, asker: Asker) -> None:
        self._window, self._documents, self._asker = window, documents, asker
        self._numbers = itertools.count(1)
        self.handlers: Handlers = {"workspace/executeCommand": self._execute}

    async def _execute(self, params: ExecuteCommand) -> Explanation | WorkspaceEdit | Later | None:
        match params.command, params.arguments:
            case explanations.COMMAND, [str(code)]:
                return await self._explained(code)
            case "haskell.evaluate", [str(uri)]:
                return await self._evaluate(uri, None)
            case "haskell.evaluate", [str(uri), int(line)] if line >= 0:
                return await self._evaluate(uri, line)
            case answers.APPLY, [WorkspaceEdit() as edit]:
                return await self._handed_over("What a code action does", edit)
        sentence = (
            f"the commands are {explanations.COMMAND} with a code, {EVALUATE} with a URI and a line, "
            f"and {answers.APPLY} with an edit."
        )
        known = params.command in (explanations.COMMAND, EVALUATE, answers.APPLY)
        field = "arguments" if known else "command"
        raise Refusal(ErrorCode.INVALID_PARAMS, f"{field}: {sentence}", {"field": field})

    async def _explained(self, code: str) -> Explanation:
        found = explanations.explanation(code)
        if found is None:
            sentence = f"arguments: {code[:40]!r} is not a code of GHC's."
            raise Refusal(ErrorCode.INVALID_PARAMS, sentence, {"field": "arguments"})
        if self._documents.client.applies_edits:
            message = f"{found.code}, {found.title}: {found.text} {found.url}"
            await self._window.notify("window/showMessage", ShowMessage(type=MESSAGE_INFO, message=message))
        return found

    async def _evaluate(self, uri: str, line: int | None) -> Later:
        path = file_of(uri, "arguments")

        async def finish(changes: Edits) -> WorkspaceEdit | None:
            edits = await self._asker.in_encoding(path, answers.text_edits(changes))
            edit = WorkspaceEdit(changes={uri_of(path): edits} if edits else {})
            return await self._handed_over("Results of examples", edit)

        return await self._asker.ask(path, Evaluate(path=path, line=line), finish)

    async def _handed_over(self, label: str, edit: WorkspaceEdit) -> WorkspaceEdit | None:
        if not self._documents.client.applies_edits:
            return edit
        if edit.changes:
            params = ApplyEdit(label, edit)
            await self._window.send(request(f"edit-{next(self._numbers)}", "workspace/applyEdit", params))
        return None
