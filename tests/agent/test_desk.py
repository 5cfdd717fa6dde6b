"""Each question is answered with what the other side can read. Nothing runs here."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from sandbox.agent.files import sha256
from sandbox.agent.language import desk, hover
from sandbox.agent.language import workspace as seen_by_questions
from sandbox.agent.language.desk import Desk
from sandbox.agent.language.found import Named
from sandbox.agent.language.unanswerable import Unanswerable
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
    FindSymbols,
    Folded,
    Folds,
    FoundSymbols,
    Outline,
    Position,
    Question,
    Range,
    Symbols,
)
from tests.agent.ghcless import workspace

HERE = Range(start=Position(line=0, character=0), end=Position(line=0, character=0))


def answered(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> Answered:
    """What is said when a question has this answer."""

    async def answerer(question: Folds, there: Workspace) -> Answer:
        return answer

    async def asked() -> list[Answered]:
        said = list[Answered]()
        Desk(workspace({"A.hs": ""}), said.append).ask(Ask(query="q", question=Folds(path="A.hs")))
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


SYMBOLS = Symbols(path="B.hs")


async def asked_before_the_contents_came(question: Question, content: bytes | None) -> Answered:
    """What is said in the end; nothing is before."""
    there, said = workspace({"A.hs": ""}), asyncio.Queue[Answered]()
    files, key = there.loader._files, sha256(b"b = 1\n")
    files.sync({"A.hs": sha256(b""), "B.hs": key})
    Desk(there, said.put_nowait).ask(Ask(query="q", question=question))
    for _ in range(5):
        await asyncio.sleep(0)
    assert said.empty()
    files.supply(key, content)
    return await said.get()


@pytest.mark.parametrize("question", [SYMBOLS, FindSymbols(query="b")])
def test_a_question_waits_until_the_session_has_its_files(question: Question) -> None:
    answer = asyncio.run(asked_before_the_contents_came(question, b"b = 1\n")).answer
    assert isinstance(answer, Outline | FoundSymbols)
    assert [one.name for one in answer.symbols] == ["b"]


def test_a_file_whose_contents_nobody_has_is_none() -> None:
    assert asyncio.run(asked_before_the_contents_came(SYMBOLS, None)).failure == (
        "There is no file B.hs in the workspace."
    )


def test_a_question_about_a_file_that_is_there_waits_for_no_other() -> None:
    async def asked() -> Answered:
        there, said = workspace({"A.hs": "a = 1\n"}), asyncio.Queue[Answered]()
        there.loader._files.sync({"A.hs": sha256(b"a = 1\n"), "B.hs": sha256(b"never comes")})
        Desk(there, said.put_nowait).ask(Ask(query="q", question=Symbols(path="A.hs")))
        return await said.get()

    assert asyncio.run(asked()).answer


def test_files_that_never_come_are_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    async def asked() -> None:
        there = workspace({})
        there.loader._files.sync({"B.hs": sha256(b"never comes")})
        await there.arrived("B.hs")

    monkeypatch.setattr(seen_by_questions, "FIRST_SECONDS", 0.01)
    with pytest.raises(Unanswerable, match="waits for its files"):
        asyncio.run(asked())


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
