"""Each question is answered with what the other side can read. Nothing runs here."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from sandbox.agent.language import desk, hover
from sandbox.agent.language.desk import Desk
from sandbox.agent.language.found import Named
from sandbox.agent.language.workspace import Workspace
from sandbox.limits import MESSAGE_BYTES
from sandbox.messages import (
    Answer,
    Answered,
    Ask,
    Candidate,
    Candidates,
    Describe,
    Description,
    Folded,
    Folds,
    Position,
    Range,
)
from tests.agent.ghcless import NOBODY, workspace

HERE = Range(start=Position(line=0, character=0), end=Position(line=0, character=0))


def answered(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> Answered:
    """What is said when a question has this answer."""

    async def answerer(question: Folds, there: Workspace) -> Answer:
        return answer

    async def asked() -> list[Answered]:
        said = list[Answered]()
        Desk(NOBODY, said.append).ask(Ask(query="q", question=Folds(path="A.hs")))
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))
        return said

    monkeypatch.setitem(desk.ANSWERERS, Folds, answerer)
    (one,) = asyncio.run(asked())
    return one


@pytest.mark.parametrize(
    "answer",
    [
        Description(code="x" * (MESSAGE_BYTES + 1)),
        Description(code="x", text="x" * (4 * MESSAGE_BYTES + 1)),
        Candidates(range=HERE, candidates=[Candidate(label="x", kind=3, module="M" * 1001)]),
    ],
)
def test_an_answer_with_a_part_beyond_its_bound_is_too_long(
    monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    told = answered(monkeypatch, answer)
    assert told == Answered(query="q", failure="The answer is too long to be shown.")


def test_an_answer_within_its_bounds_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered(monkeypatch, Folded(folds=[])).answer == Folded(folds=[])


def test_long_documentation_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    class Checker:
        def ask(self, *fields: object) -> Coroutine[Any, Any, Named]:
            words = "word " * MESSAGE_BYTES
            named = Named(name="f", kind="value", type="Int", module="M", documentation=words)
            return asyncio.sleep(0, named)

    there = workspace({"A.hs": ""})
    monkeypatch.setattr(there, "checker", Checker())
    described = asyncio.run(hover.describe(Describe(path="A.hs", module="M", name="f"), there))
    assert described
    assert len(described.text) == 4 * MESSAGE_BYTES
