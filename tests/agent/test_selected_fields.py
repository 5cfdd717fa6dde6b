"""A field that a dot selects is the field: it is told of, found and renamed."""

import pytest

from sandbox.messages import Complete, Definition, References, Rename
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


MAKERS = """module Makers where

import Records

data Apart = Apart {alone :: Int}

make :: Int -> Outer Inner
make n = Outer (Inner n (Other n)) (Inner n (Other n))

type Kept = Outer Inner
"""
CHAINS = """{-# LANGUAGE OverloadedRecordDot #-}
module Main (main) where

import qualified Data.Map as Map
import Makers
import qualified Makers as M
import Records

sums :: [Outer Inner] -> Int
sums outers =
  (make 1).inner.deep + (head outers).kept.other.deep' + (if null outers then make 1 else make 2).inner.deep
    + sum (map (.kept.deep) outers) + (snd (1 :: Int, make 3)).inner.deep
    + (Map.fromList [(1, make 1)] Map.! 1).kept.deep

main :: IO ()
main = print (sums [])
"""


@pytest.fixture
def chained(agent: Agent) -> Agent:
    agent.sync({"Main.hs": CHAINS, "Records.hs": RECORDS, "Makers.hs": MAKERS})
    assert not [each for each in agent.check("Main.hs", CHAINS) if each.severity == 1]
    return agent


@pytest.mark.parametrize(
    ("word", "nth", "code"),
    [
        ("inner.", 1, "inner :: Outer a -> Inner"),
        ("kept.", 1, "kept :: Outer a -> a"),
        ("deep'", 1, "deep' :: Other -> Int"),
        ("inner.", 2, "inner :: Outer a -> Inner"),
        ("kept.", 2, "kept :: Outer a -> a"),
        ("deep)", 1, "deep :: Inner -> Int"),
        ("inner.", 3, "inner :: Outer a -> Inner"),
        ("kept.", 3, "kept :: Outer a -> a"),
    ],
)
def test_hover_tells_the_field_of_any_expression(chained: Agent, word: str, nth: int, code: str) -> None:
    assert hover(chained, CHAINS, word, nth).code == code


def first_offered(agent: Agent, text: str) -> list[str]:
    agent.edit("Main.hs", text)
    answer = agent.ask(Complete("Main.hs", at(text + "\0", "\0"), triggered=True))
    return [each.label for each in answer.candidates]


@pytest.mark.parametrize(
    ("typed", "own"),
    [
        ("f = (make 1).", {"inner", "kept"}),
        ("f = (M.make 1).kept.", {"deep", "other"}),
        ("f = (make 1).kept.other.", {"deep'"}),
    ],
)
def test_the_fields_of_an_expression_that_ghc_never_saw_come_first(
    chained: Agent, typed: str, own: set[str]
) -> None:
    found = first_offered(chained, f"{CHAINS}\n{typed}")
    assert set(found[: len(own)]) == own
    assert "alone" in found


@pytest.mark.parametrize(
    ("seen", "own"),
    [
        ("f outers = (head (outers :: [Outer Other]))", {"inner", "kept"}),
        ("f (outer :: Outer Other) = outer.kept", {"deep'"}),
        ("f = (make $ 1)", {"inner", "kept"}),
        ("f (outer :: Kept) = outer", {"inner", "kept"}),
    ],
)
def test_the_fields_of_an_expression_are_those_of_the_type_that_ghc_found(
    chained: Agent, seen: str, own: set[str]
) -> None:
    text = f"{CHAINS}\n{seen}"
    chained.check("Main.hs", text)
    assert set(first_offered(chained, f"{text}.")[: len(own)]) == own
