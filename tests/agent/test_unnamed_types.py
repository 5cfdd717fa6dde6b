"""Types that nothing says have no name of GHC's own making."""

import pytest

from sandbox.messages import Complete, Hints, Position, Range
from tests.agent.harness import Agent
from tests.agent.test_answers import at, hover

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

MAIN = """module Main (main) where

import Data.Monoid (Any (..))

main :: IO ()
main = do
  let unsaid = return []
      true = Any True
  few <- pure []
  case Nothing of
    Just found -> print (length few)
    Nothing -> print (length [], getAny true)
"""


@pytest.fixture
def opened(agent: Agent) -> Agent:
    agent.sync({"Main.hs": MAIN})
    agent.check("Main.hs", MAIN)
    return agent


@pytest.mark.parametrize(
    ("word", "nth", "code"),
    [
        ("few", 1, "few :: [_]"),
        ("few", 2, "few :: [_]"),
        ("found", 1, "found :: _"),
        ("length", 2, "length :: Foldable t => t a -> Int\n-- here: [_] -> Int"),
        ("true", 1, "true :: Any"),
    ],
)
def test_hover_shows_an_unsaid_type_as_an_underscore(opened: Agent, word: str, nth: int, code: str) -> None:
    assert hover(opened, MAIN, word, nth).code == code


def test_a_hint_says_what_is_known_of_a_type_and_none_says_nothing(opened: Agent) -> None:
    hints = opened.ask(Hints("Main.hs", Range(Position(0, 0), Position(20, 0)))).hints
    told = {each.position.line: each.label for each in hints}
    assert told[at(MAIN, "true").line] == ":: Any"
    assert told[at(MAIN, "few").line] == ":: [_]"
    assert at(MAIN, "found").line not in told


def test_completion_shows_it_so_too(opened: Agent) -> None:
    text = MAIN.replace("length few", "length fe")
    opened.edit("Main.hs", text)
    place = at(text, "length fe", inside=len("length fe"))
    first = opened.ask(Complete("Main.hs", place)).candidates[0]
    assert (first.label, first.detail) == ("few", "[_]")
