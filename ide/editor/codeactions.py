"""Code actions for a window: from the diagnostics that it was told, to edits of its texts."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from msgspec.structs import replace
from redis.exceptions import RedisError

from ide.actions import packages, signatures
from ide.actions.listing import action_of, actions_for, sought_for, touch
from ide.actions.names import Names
from ide.actions.source import Source
from ide.editor import answers
from ide.editor.description import description_of
from ide.editor.documents import Documents
from ide.editor.positions import Encoding, offset, recode, to_utf16
from ide.editor.questions import Questions
from ide.editor.shown import shown
from ide.editor.uris import file_of, uri_of
from ide.exceptions import Fault
from ide.protocol import ClientDiagnostic, CodeAction, CodeActionParams, Command
from ide.socket.jsonrpc import Refusal
from ide.socket.window import Handlers, Later, Window
from sandbox.exceptions import SandboxError
from sandbox.limits import SOUGHT
from sandbox.messages import (
    Diagnostic,
    FindExports,
    FoundExports,
    InferredSignature,
    InferSignature,
    LocalSignature,
    Question,
    Range,
)

PATIENCE_SECONDS = 2.0  # what needs no index does not wait longer for it
INFERRING_SECONDS = 6.0  # nor a menu for a type
AUTOMATIC = 2  # a request that nobody waits for
Offered = list[CodeAction] | list[Command]
Known = tuple[FoundExports, InferredSignature | None]
T = TypeVar("T")
UNKNOWN = FoundExports(exports=[], packages=[])


class CodeActions:
    """One window's."""

    def __init__(self, window: Window, documents: Documents, questions: Questions) -> None:
        self._window, self._documents, self._questions = window, documents, questions
        self.handlers: Handlers = {"textDocument/codeAction": self._code_action}

    async def _code_action(self, params: CodeActionParams) -> Offered | Later:
        path = file_of(params.text_document.uri)
        if not path.endswith(".hs"):
            return []
        text, encoding = await self._documents.text_of(path), self._documents.encoding
        told = self._documents.told_of(path)
        if told is None:  # the text is newer: the client knows where its diagnostics moved to
            told = [_from_client(each, path, text, encoding) for each in params.context.diagnostics]
        span = _in_utf16(params.range, text, encoding)
        sought = await asyncio.to_thread(sought_for, text, told, span)
        modules = _imported(text, span)
        described = await description_of(self._window.workspace, self._documents) if modules else None

        waited_for = params.context.trigger_kind != AUTOMATIC and _wanted("quickfix", params.context.only)
        wrong = _mistyped(told, span) if waited_for else None
        signature = _signature_at(path, text, span, wrong) if waited_for else None

        async def finish(known: Known) -> Offered:
            found, inferred = known
            names = Names.of(sought, found)
            made = await asyncio.to_thread(actions_for, path, text, told, span, names, encoding)
            if described is not None:
                near = [each for each in told if touch(each.range, span)]
                for fix in described.fixes(path, [each for each in found.packages if each], near):
                    about = shown(recode(fix.about, text, encoding))
                    action = action_of(described.path, described.text, fix, [], encoding)
                    made.append(replace(action, diagnostics=about))
            if inferred is not None and wrong is not None:
                made.append(action_of(path, text, signatures.inferred(text, inferred), [wrong], encoding))
            elif inferred is not None:
                made.append(action_of(path, text, signatures.added(text, inferred), [], encoding))
            wished = [each for each in made if _wanted(each.kind, params.context.only)]
            return wished if self._documents.client.literal_actions else answers.commands(wished)

        exports = FindExports(path=path, sought=sought, modules=modules if described else [])
        return await self._ask(
            exports if sought or described is not None else None,
            signature,
            finish,
        )

    async def _ask(
        self,
        exports: FindExports | None,
        signature: InferSignature | LocalSignature | None,
        finish: Callable[[Known], Awaitable[Offered]],
    ) -> Offered | Later:
        """What needs no answer is offered without one, too."""
        if exports is None and signature is None:
            return await finish((UNKNOWN, None))
        try:
            await self._documents.tell_untold()
            found, inferred = await self._future(exports), await self._future(signature)
        except (Fault, Refusal, SandboxError, RedisError):
            return await finish((UNKNOWN, None))
        return Later(asyncio.ensure_future(_known(found, inferred)), finish)

    async def _future(self, question: Question | None) -> "asyncio.Future[Any] | None":
        return (await self._questions.ask(question, _unfinished)).future if question else None


async def _unfinished(answer: object) -> object:
    return answer


async def _known(
    found: "asyncio.Future[FoundExports | None] | None",
    inferred: "asyncio.Future[InferredSignature | None] | None",
) -> Known:
    exports, signature = await asyncio.gather(
        _answer(found, PATIENCE_SECONDS), _answer(inferred, INFERRING_SECONDS)
    )
    return exports or UNKNOWN, signature


async def _answer(future: "asyncio.Future[T | None] | None", seconds: float) -> T | None:
    """The session's, if it comes soon."""
    try:
        async with asyncio.timeout(seconds):
            return None if future is None else await future
    except (Refusal, TimeoutError):
        return None


def _mistyped(told: list[Diagnostic], span: Range) -> Diagnostic | None:
    """The first of the range's errors that a wrong signature may be the cause of."""
    near = [each for each in told if each.severity == 1 and touch(each.range, span)]
    return next((each for each in near if each.code in signatures.MISTYPED), None)


def _signature_at(
    path: str, text: str, span: Range, wrong: Diagnostic | None
) -> InferSignature | LocalSignature | None:
    """What can be asked about a type there: another one for an error, else one for a local binding."""
    if wrong is not None:
        return InferSignature(path=path, position=wrong.range.start)
    local = signatures.binds_at(text, offset(text, span.start, "utf-16"))
    return LocalSignature(path=path, position=span.start) if local else None


def _imported(text: str, span: Range) -> list[str]:
    """The modules that are imported in the range."""
    start, end = offset(text, span.start, "utf-16"), offset(text, span.end, "utf-16")
    return packages.modules_between(Source(text), start, end)[:SOUGHT]


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
