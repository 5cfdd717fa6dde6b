"""Operators and signs of Unicode are told of, completed and found like those of ASCII."""

import pytest

from sandbox.messages import Complete, Hints, Hover, Position, Range, Symbols
from tests.agent.harness import Agent
from tests.agent.test_answers import at

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

OPERATORS = """module Operators where

infixl 6 ⊕
-- | Adds.
(⊕) :: Int -> Int -> Int
(⊕) = (+)

data Both = Int :⊞ Int | Int `Or` Int
"""
MAIN = """{-# LANGUAGE UnicodeSyntax #-}
module Main (main) where

import Operators
import qualified Operators as O

-- | Doubles the sum.
(⊗) ∷ Int → Int → Int
one ⊗ other = 2 * (one O.⊕ other)

main ∷ IO ()
main = print (1 ⊕ 2 ⊗ twice 3)
  where
    twice ∷ Int → Int
    twice n = n ⊕ n
"""


@pytest.fixture
def opened(agent: Agent) -> Agent:
    agent.sync({"Main.hs": MAIN, "Operators.hs": OPERATORS})
    assert all(each.severity > 2 for each in agent.check("Main.hs", MAIN))
    return agent


@pytest.mark.parametrize(
    ("word", "nth", "code", "comment"),
    [
        ("⊕", 2, "(⊕) :: Int -> Int -> Int", "Adds."),
        ("⊗", 3, "(⊗) :: Int -> Int -> Int", "Doubles the sum."),
    ],
)
def test_hover_tells_type_and_comment(opened: Agent, word: str, nth: int, code: str, comment: str) -> None:
    found = opened.ask(Hover("Main.hs", at(MAIN, word, nth)))
    assert found.code == code
    assert comment in found.text


@pytest.mark.parametrize(
    ("typed", "name", "type_"),
    [
        ("\nf = 1 ⊕", "⊕", "Int -> Int -> Int"),
        ("\nf = 1 O.⊕", "⊕", "Int -> Int -> Int"),
        ("\nf = (⊗", "⊗", "Int -> Int -> Int"),
        ("\nf = 1 :⊞", ":⊞", "Int -> Int -> Both"),
        ("\nimport Operators ((", "⊕", "Int -> Int -> Int"),
    ],
)
def test_what_begins_so_is_offered(opened: Agent, typed: str, name: str, type_: str) -> None:
    text = MAIN + typed
    opened.edit("Main.hs", text)
    answer = opened.ask(Complete("Main.hs", at(text + "\0", "\0")))
    assert {each.label: each.detail for each in answer.candidates}[name] == type_


def test_signatures_with_the_sign_of_unicode_are_signatures(opened: Agent) -> None:
    found = {one.name: one.detail for one in opened.ask(Symbols("Main.hs")).symbols}
    assert found == {"⊗": "Int → Int → Int", "main": "IO ()"}
    hints = opened.ask(Hints("Main.hs", Range(Position(0, 0), Position(100, 0)))).hints
    assert hints == []


def test_constructors_between_their_arguments_stand_in_the_outline(opened: Agent) -> None:
    found = [one.name for one in opened.ask(Symbols("Operators.hs")).symbols]
    assert found == ["⊕", "Both", ":⊞", "Or"]
