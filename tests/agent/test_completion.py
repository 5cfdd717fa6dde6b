"""Where what is completed, as far as the text tells it. Nothing runs here."""

import asyncio
from typing import Any

import pytest

from sandbox.agent.language import completion, exports, vocabulary
from sandbox.messages import Candidates, Complete, Position, Range
from tests.agent.ghcless import workspace


@pytest.mark.parametrize("word", ["extensions", "flags"])
def test_on_a_new_line_of_a_pragma_the_word_above_stays(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setattr(vocabulary, word, lambda: ("LambdaCase", "-Wall"))
    pragma = {"extensions": "{-# LANGUAGE LambdaCase\n", "flags": "{-# OPTIONS_GHC -Wall\n"}[word]
    place = Position(line=1, character=0)
    question = Complete(path="A.hs", position=place)
    found = asyncio.run(completion.answer(question, workspace({"A.hs": pragma})))
    assert isinstance(found, Candidates)
    assert found.range == Range(start=place, end=place)
    assert [one.label for one in found.candidates] == ["-Wall", "LambdaCase"]


@pytest.mark.parametrize("path", ["notes.txt", "README.md", "app.cabal", "package.yaml"])
def test_what_is_no_haskell_has_no_names(path: str) -> None:
    question = Complete(path=path, position=Position(line=0, character=6))
    assert asyncio.run(completion.answer(question, workspace({path: "import\n"}))) is None


class StaleChecker:
    """Has checked a text before the one of the moment, and will check no other."""

    def __init__(self, then: str) -> None:
        self._then = then

    def text(self, path: str) -> str:
        return self._then

    async def ask(self, kind: Any, *fields: object) -> None:
        return None


async def completed(then: str, now: str) -> None:
    """Complete what stands at the mark, while no load ends."""
    text, offset = now.replace("▯", ""), now.index("▯")
    before = text[:offset]
    place = Position(line=before.count("\n"), character=offset - before.rfind("\n") - 1)
    async with asyncio.timeout(10):
        await completion.answer(
            Complete("A.hs", place), workspace({"A.hs": text}, checker=StaleChecker(then))
        )


@pytest.fixture
def nothing_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "beginning", lambda *_: [])
    monkeypatch.setattr(vocabulary, "modules", tuple)


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("a = \n", "a = m▯\n"),
        ("a = ma b\n", "a = map▯ b\n"),
        ("a = mapM b\n", "a = map▯ b\n"),
        ("a = record\n", "a = record.▯\n"),
        ("a = b \n", "a = b <|▯\n"),
    ],
)
@pytest.mark.usefixtures("nothing_beyond")
def test_a_word_that_is_being_typed_waits_for_no_load(
    monkeypatch: pytest.MonkeyPatch, then: str, now: str
) -> None:
    monkeypatch.setattr(completion, "PATIENCE_SECONDS", 60)
    asyncio.run(completed(then, now))


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("a = \n", "a = let b = 1 in b▯\n"),
        ("a = ma\n", "import B\na = ma▯\n"),
        ("a = ma\nb = 1\n", "a = ma▯\nb = 2\n"),
        ("a = ma\n", "a = ma▯\n"),
    ],
)
@pytest.mark.usefixtures("nothing_beyond")
def test_what_was_edited_elsewhere_waits_for_its_load_once(
    monkeypatch: pytest.MonkeyPatch, then: str, now: str
) -> None:
    waits: list[float] = []
    wait_for = asyncio.wait_for

    async def counted(event: Any, seconds: float) -> Any:
        if seconds == completion.PATIENCE_SECONDS:
            waits.append(seconds)
        return await wait_for(event, seconds)

    monkeypatch.setattr(asyncio, "wait_for", counted)
    asyncio.run(completed(then, now))
    assert len(waits) == 1
