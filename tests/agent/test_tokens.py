"""What each name of a file is, as GHC has it, in a real session."""

import pytest

from sandbox.agent.language.checked import Checked
from sandbox.agent.language.tokens import Written, tokens
from sandbox.limits import ANSWER_BYTES, TOKENS
from sandbox.messages import Answered, Position, Range, Token, Tokens, TokensOf, encode
from tests.agent.harness import Agent

SHAPES = """module Shapes where

data Shape = Circle {radius :: Double} | Dot

area :: Shape -> Double
area shape = 3 * radius shape
"""
MAIN = """{-# LANGUAGE TemplateHaskell, TypeFamilies #-}
module Main where

import Control.Lens (makeLenses, view, (^.))
import qualified Data.Map as Map
import Shapes

data Point = Point {_left :: Int, _up :: Int} deriving (Eq, Show)

makeLenses ''Point

class Priced a where
  type Price a
  price :: a -> Price a

type family Of a where
  Of Int = Bool

newtype Box f = Box (f Int)

both :: (Ord k) => k -> Map.Map k Int -> Int
both key known = helper found + key'
  where
    found = Map.lookup key known
    helper = maybe 0 (+ 1)
    key' = 𝒶 `max` 1
    𝒶 = Map.size known

main :: IO ()
main = print (both 'x' Map.empty, Point 1 2 ^. left, view up (Point 1 2), area (Circle 1), Dot `seq` ())
"""


def asked(agent: Agent, path: str, text: str, lines: range | None = None) -> list[str]:
    """Each name with its line, kind and modifiers."""
    span = Range(Position(lines.start, 0), Position(lines.stop - 1, 0)) if lines else None
    answer = agent.ask(TokensOf(path=path, range=span))
    assert isinstance(answer, Tokens)
    encoded = [line.encode("utf-16-le") for line in text.split("\n")]
    return [
        f"{one.line} {name.decode('utf-16-le')} {one.kind} {one.modifiers}"
        for one in answer.tokens
        if (name := encoded[one.line][2 * one.character : 2 * (one.character + one.length)])
    ]


def test_what_stands_around_a_name_is_left_out_and_edits_move_it() -> None:
    then = "x = M.f `g` (+) a\n"
    found = [
        Written("f", (1, 5, 1, 8), "function", 2),
        Written("f", (1, 5, 1, 8), "method", 2),
        Written("g", (1, 9, 1, 12), "function", 0),
        Written("+", (1, 13, 1, 16), "operator", 0),
        Written("showsPrec", (1, 17, 1, 18), "method", 0),
    ]
    [f, g, plus] = tokens(found, Checked(then, f"\n{then}"))
    assert (f.line, f.character, f.kind) == (1, 6, "function")
    assert (g.character, g.length, plus.character, plus.length) == (9, 1, 13, 1)
    assert [one.kind for one in tokens(found, Checked(then, "x = M.fast `g` (+) a\n"))][-1] == "operator"


def test_as_many_as_a_file_may_have_are_an_answer_that_fits() -> None:
    widest = Token(line=99_999, character=999, length=99, kind="typeParameter", modifiers=7)
    assert len(encode(Answered(query="q" * 64, answer=Tokens(tokens=[widest] * TOKENS)))) <= ANSWER_BYTES


@pytest.mark.engine
@pytest.mark.toolchains
def test_names_of_packages_of_the_workspace_and_of_the_file_are_told_apart(agent: Agent) -> None:
    agent.sync({"Main.hs": MAIN, "Shapes.hs": SHAPES})
    assert agent.check("Main.hs", MAIN) == []
    found = asked(agent, "Main.hs", MAIN)
    for wanted in (
        "4 Data.Map namespace 0",
        "7 Point type 1",
        "7 Point enumMember 1",
        "7 _left property 1",
        "7 Show class 6",
        "11 Priced class 1",
        "12 Price type 1",
        "13 price method 1",
        "15 a typeParameter 1",
        "18 f typeParameter 1",
        "20 both function 1",
        "20 k typeParameter 0",
        "21 key parameter 1",
        "21 + operator 6",
        "21 helper function 0",
        "23 lookup function 6",
        "23 known parameter 0",
        "24 helper function 1",
        "25 𝒶 variable 0",
        "25 max method 6",
        "26 𝒶 variable 1",
        "29 ^. operator 6",
        "29 left function 0",
        "29 area function 2",
        "29 Circle enumMember 2",
        "29 Dot enumMember 2",
    ):
        assert wanted in found, found
    assert not [one for one in found if "showsPrec" in one]


@pytest.mark.engine
@pytest.mark.toolchains
def test_some_lines_are_told_alone(agent: Agent) -> None:
    agent.sync({"Main.hs": MAIN, "Shapes.hs": SHAPES})
    agent.check("Main.hs", MAIN)
    whole = asked(agent, "Main.hs", MAIN)
    some = asked(agent, "Main.hs", MAIN, range(20, 26))
    assert some == [one for one in whole if 20 <= int(one.split()[0]) < 26]


@pytest.mark.engine
@pytest.mark.toolchains
def test_a_file_that_does_not_parse_keeps_its_colours_and_one_never_checked_has_none(agent: Agent) -> None:
    agent.sync({"Main.hs": MAIN, "Shapes.hs": SHAPES, "notes.txt": "none"})
    agent.check("Main.hs", MAIN)
    broken = MAIN.replace("main :: IO ()", "oops = (\n\nmain :: IO ()")
    agent.check("Main.hs", broken)
    assert "31 area function 2" in asked(agent, "Main.hs", broken)
    assert agent.answered(agent.put(TokensOf(path="notes.txt"))).answer is None


TWINS = """{-# LANGUAGE DuplicateRecordFields #-}
module Twins where

data One = One {same :: Int}
data Other = Other {same :: Int}
"""


@pytest.mark.engine
@pytest.mark.toolchains
def test_fields_that_share_their_name_have_a_colour(agent: Agent) -> None:
    agent.sync({"Twins.hs": TWINS})
    agent.check("Twins.hs", TWINS)
    found = asked(agent, "Twins.hs", TWINS)
    assert {"3 same property 1", "4 same property 1"} <= set(found), found
