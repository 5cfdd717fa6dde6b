"""Where what is completed, as far as the text tells it. Nothing runs here."""

import asyncio

import pytest

from sandbox.agent.language import completion, vocabulary
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
