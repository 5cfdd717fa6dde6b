"""Operators, qualified names without their import, and fields behind a dot are completed, too."""

import pytest

from sandbox.messages import Candidate, Complete, Importable
from tests.agent.harness import Agent
from tests.agent.test_answers import at

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

MAIN = """{-# LANGUAGE OverloadedRecordDot #-}
module Main (main) where

import Control.Lens ((^.), _1)
import qualified Data.Map.Strict as Map

data Inner = Inner {deep :: Int, depth :: Int}
data Outer = Outer {inner :: Inner, intact :: Bool}
data Other = Other {index :: Int}

chosen :: Outer -> Int
chosen outer = outer.inner.deep

main :: IO ()
main = print (chosen (Outer (Inner 1 2) True), (1, 2) ^. _1, Map.size Map.empty)
"""


@pytest.fixture
def opened(agent: Agent) -> Agent:
    agent.sync({"Main.hs": MAIN})
    agent.check("Main.hs", MAIN)
    return agent


def offered(agent: Agent, old: str, new: str, *, triggered: bool = False) -> list[Candidate]:
    """What is offered behind the new words, which stand in the place of the old ones."""
    text = MAIN.replace(old, new, 1)
    agent.edit("Main.hs", text)
    answer = agent.ask(Complete("Main.hs", at(text, new, inside=len(new)), triggered))
    return answer.candidates if answer else []


@pytest.mark.parametrize(
    ("typed", "found", "module"),
    [("(1, 2) ^", "^.", None), ("(1, 2) ^", "^..", "Control.Lens"), ("Map.empty Map.!", "!?", None)],
)
def test_operators_are_offered_to_who_asks(opened: Agent, typed: str, found: str, module: str | None) -> None:
    there = {one.label: one for one in reversed(offered(opened, "(1, 2) ^. _1", typed))}
    assert (there[found].module if there[found].missing else None) == module


def test_a_dot_that_ends_an_operator_triggers_nothing(opened: Agent) -> None:
    assert offered(opened, "(1, 2) ^. _1", "(1, 2) ^.", triggered=True) == []


def test_an_imports_list_offers_operators_in_brackets(opened: Agent) -> None:
    labels = [one.label for one in offered(opened, "((^.), _1)", "((^.")]
    assert labels[:2] == ["^.", "^.."]


@pytest.mark.parametrize(
    ("typed", "name", "module"),
    [("T.pac", "pack", "Data.Text"), ("Set.mem", "member", "Data.Set"), ("Char.toU", "toUpper", "Data.Char")],
)
def test_a_qualified_name_is_offered_with_the_import_that_its_alias_lacks(
    opened: Agent, typed: str, name: str, module: str
) -> None:
    one = next(one for one in offered(opened, "(1, 2) ^. _1", typed) if one.label == name)
    missing = Importable(kind="function", alias=typed.partition(".")[0])
    assert (one.module, one.missing) == (module, missing)


@pytest.mark.parametrize(
    ("typed", "first", "others"),
    [
        ("outer.in", ["inner", "intact"], ["index"]),
        ("outer.", ["inner", "intact"], ["deep", "depth", "index"]),
        ("outer.inner.de", [], ["deep", "depth"]),
        ("(chosen undefined).de", [], ["deep", "depth"]),
    ],
)
def test_behind_a_dot_the_fields_of_its_record_come_first_and_then_all_in_scope(
    opened: Agent, typed: str, first: list[str], others: list[str]
) -> None:
    labels = [one.label for one in offered(opened, "outer.inner.deep", typed, triggered=typed[-1] == ".")]
    assert labels[: len(first)] == first
    assert sorted(labels[len(first) :]) == others
