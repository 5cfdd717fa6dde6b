"""A field that a dot selects is the field: it is told of, found and renamed."""

import pytest

from sandbox.messages import Definition, References, Rename
from tests.agent.harness import Agent
from tests.agent.test_answers import at, hover

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

RECORDS = """module Records where

data Inner = Inner {deep :: Int, other :: Other}
newtype Other = Other {deep' :: Int}
data Outer a = Outer {inner :: Inner, kept :: a}
"""
MAIN = """{-# LANGUAGE OverloadedRecordDot #-}
module Main (main) where

import Records

sums :: Outer Int -> Int
sums outer = outer.inner.deep + outer.kept + (outer).inner.other.deep'

main :: IO ()
main = print (sums (Outer {inner = Inner 1 (Other 2), kept = 3}))
"""
FILES = {"Main.hs": MAIN, "Records.hs": RECORDS}


@pytest.fixture
def opened(agent: Agent) -> Agent:
    agent.sync(FILES)
    agent.check("Main.hs", MAIN)
    return agent


@pytest.mark.parametrize(
    ("word", "nth", "code"),
    [
        ("inner.", 1, "inner :: Outer a -> Inner"),
        ("deep +", 1, "deep :: Inner -> Int"),
        ("kept +", 1, "kept :: Outer a -> a"),
        ("inner.", 2, "inner :: Outer a -> Inner"),
        ("deep'", 1, "deep' :: Other -> Int"),
    ],
)
def test_hover_tells_the_field_and_definition_leads_to_it(
    opened: Agent, word: str, nth: int, code: str
) -> None:
    assert hover(opened, MAIN, word, nth).code.startswith(code)
    [place] = opened.ask(Definition("Main.hs", at(MAIN, word, nth))).places
    name = code.partition(" ")[0]
    assert (place.path, place.range.start) == ("Records.hs", at(RECORDS, f"{name} ::"))


def test_selections_are_uses_of_their_field(opened: Agent) -> None:
    found = opened.ask(References("Records.hs", at(RECORDS, "inner ::"))).places
    starts = [place.range.start for place in found if place.path == "Main.hs"]
    assert starts == [at(MAIN, "inner.", 1), at(MAIN, "inner.", 2), at(MAIN, "inner =")]


def test_a_field_is_renamed_where_dots_select_it(opened: Agent) -> None:
    answer = opened.ask(Rename("Records.hs", at(RECORDS, "deep ::"), "depth"))
    places = {(each.path, edit.range.start.line) for each in answer.files for edit in each.edits}
    assert places == {("Records.hs", 2), ("Main.hs", 6)}
