"""Takes questions, has each answered in a task of its own, and answers every one of them once.

Ask ──► answerer for its type ──► Answered
          └ cancelled, too slow, failed, too long: a sentence
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.agent import produced
from sandbox.agent.language import (
    completion,
    definition,
    folding,
    formatting,
    hints,
    hover,
    importing,
    inferring,
    linting,
    outline,
    renaming,
    runnables,
    searching,
    signature,
    symbols,
    tokens,
    uses,
    worksheet,
)
from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.language.workspace import Workspace
from sandbox.agent.views.dumps import Dumps
from sandbox.limits import ANSWER_BYTES, QUESTIONS
from sandbox.messages import (
    Answer,
    Answered,
    Ask,
    Complete,
    DecodeError,
    Definition,
    DeleteProduced,
    Describe,
    Documentation,
    Dump,
    Evaluate,
    FindExports,
    FindProduced,
    FindSymbols,
    Folds,
    Format,
    Highlight,
    Hints,
    Hover,
    InferSignature,
    Lint,
    LocalSignature,
    Question,
    ReadProduced,
    References,
    Renamable,
    Rename,
    Runnables,
    Search,
    SignatureAt,
    Symbols,
    TokensOf,
    decode_session_event,
    encode,
    patience_seconds,
)

AT_ONCE = 4 * QUESTIONS  # of several windows

Answerer = Callable[[Any, Workspace], Awaitable[Answer | None]]
ANSWERERS: dict[type[Question], Answerer] = {
    Symbols: outline.answer,
    Folds: folding.answer,
    TokensOf: tokens.answer,
    Format: formatting.answer,
    Lint: linting.answer,
    Hover: hover.answer,
    Describe: hover.describe,
    Definition: definition.answer,
    References: uses.references,
    Highlight: uses.highlight,
    Renamable: renaming.prepare,
    Rename: renaming.answer,
    InferSignature: inferring.answer,
    LocalSignature: inferring.local,
    Complete: completion.answer,
    SignatureAt: signature.answer,
    Hints: hints.answer,
    FindSymbols: symbols.answer,
    FindExports: importing.answer,
    Search: searching.answer,
    Documentation: searching.about,
    Runnables: runnables.answer,
    Evaluate: worksheet.answer,
    FindProduced: produced.answer,
    ReadProduced: produced.read,
    DeleteProduced: produced.delete,
}
OF_NO_FILE = FindSymbols | Search | FindProduced | ReadProduced | DeleteProduced  # of the workspace's


class Desk:
    """The questions of all windows."""

    def __init__(self, workspace: Workspace, say: Callable[[Answered], None]) -> None:
        self._workspace = workspace
        self._say = say
        self._answerers: dict[type[Question], Answerer] = {**ANSWERERS, Dump: Dumps().answer}
        self._open: dict[str, asyncio.Task[None]] = {}

    def ask(self, ask: Ask) -> None:
        if ask.query in self._open:
            return
        if len(self._open) >= AT_ONCE:
            self._say(Answered(query=ask.query, failure="Too many questions wait for an answer."))
            return
        task = asyncio.ensure_future(self._answer(ask))
        self._open[ask.query] = task
        task.add_done_callback(lambda done: self._close(ask.query, done))

    def cancel(self, query: str) -> None:
        if task := self._open.get(query):
            task.cancel()

    def _close(self, query: str, done: "asyncio.Task[None]") -> None:
        del self._open[query]
        if done.cancelled():
            self._say(Answered(query=query, failure="The question was cancelled."))

    async def _answer(self, ask: Ask) -> None:
        try:
            answered = Answered(query=ask.query, answer=await self._attempt(ask.question))
        except Unanswerable as reason:
            answered = Answered(query=ask.query, failure=str(reason)[:2000])
        except TimeoutError:
            answered = Answered(query=ask.query, failure="GHC did not answer in time.")
        except Exception:
            traceback.print_exc()  # to the container's log
            answered = Answered(query=ask.query, failure="The question could not be answered.")
        if not _fits(answered):
            answered = Answered(query=ask.query, failure="The answer is too long to be shown.")
        self._say(answered)

    async def _attempt(self, question: Question) -> Answer | None:
        path = None if isinstance(question, OF_NO_FILE) else question.path
        async with asyncio.timeout(patience_seconds(question)):
            await self._workspace.arrived(path)
            return await self._answerers[type(question)](question, self._workspace)


def _fits(answered: Answered) -> bool:
    """Whether whoever asked can read it: each of its parts has a bound, and so has all of it."""
    encoded = encode(answered)
    try:
        decode_session_event(encoded)
    except DecodeError:
        return False
    return len(encoded) <= ANSWER_BYTES
