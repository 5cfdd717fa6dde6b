"""Evaluates the examples in a file's comments and writes their results below them."""

import time

from sandbox.agent.evaluator import Evaluator, NotLoaded
from sandbox.agent.ghci import GhciDied, GhciStuck
from sandbox.agent.language.examples import Example, Group, edit, groups
from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.language.workspace import Workspace
from sandbox.limits import EVALUATION_SECONDS, EXAMPLE_SECONDS
from sandbox.messages import Edits, Evaluate, Replacement

ENOUGH_SECONDS = EVALUATION_SECONDS - 2 * EXAMPLE_SECONDS  # no example begins later


async def answer(question: Evaluate, workspace: Workspace) -> Edits:
    await workspace.loader.contents_complete()
    text = workspace.text(question.path)
    if not question.path.endswith(".hs"):
        raise Unanswerable("Only examples in Haskell files (.hs) can be evaluated.")
    found = groups(text)
    wanted = [each for each in found if question.line is None or each.holds(question.line)]
    if not wanted:
        raise Unanswerable("There is no example here: write one into a comment, such as -- >>> 1 + 1")
    setup = [each for each in found if each.is_setup]
    async with workspace.evaluator.evaluating():
        return Edits(edits=await _results(question.path, text, setup, wanted, workspace))


async def _results(
    path: str, text: str, setup: list[Group], wanted: list[Group], workspace: Workspace
) -> list[Replacement]:
    until = time.monotonic() + ENOUGH_SECONDS
    changes: list[Replacement] = []
    try:
        for group in wanted:
            async with workspace.loader.compiling():
                await workspace.evaluator.begin(workspace.layout(), path)
            for example in [each for other in setup if not group.is_setup for each in other.examples]:
                await _said(example, workspace.evaluator)
            for example in group.examples:
                if time.monotonic() > until:
                    return changes
                if change := edit(text, example, await _said(example, workspace.evaluator)):
                    changes.append(change)
    except NotLoaded as reason:
        raise Unanswerable(f"GHC cannot load this module yet: mend its errors first.\n{reason}") from None
    except (GhciDied, GhciStuck):
        workspace.evaluator.end()
        if not changes:
            raise Unanswerable("The module could not be loaded in time, or took too much memory.") from None
    return changes


async def _said(example: Example, evaluator: Evaluator) -> str:
    return await evaluator.evaluate(example.source, is_property=example.is_property)
