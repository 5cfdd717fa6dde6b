"""Searches by name and by type, over the image's packages and the workspace, in a real session."""

import pytest

from sandbox.messages import Documentation, Match, Matches, Position, Search
from tests.agent.harness import Agent

pytestmark = pytest.mark.engine

SHAPES = """module Shapes (Shape (..), area) where

-- | What can be drawn.
data Shape = Circle Double | Square Double

-- | The surface.
area :: Shape -> Double
area (Circle radius) = 3 * radius * radius
area (Square side) = side * side
"""
MAIN = """module Main where

import Shapes

doubled shape = area shape * 2

main :: IO ()
main = print (doubled (Circle 1))
"""


USES = """module Main where

import Control.Lens (view, _1)
import qualified Data.Map as Map

-- words
shout :: Map.Map Int Int -> Int
shout known = view _1 (Map.size (Map.insertWith (+) 1 2 known), ())

main :: IO ()
main = print (shout Map.empty)
"""


@pytest.fixture
def searched(agent: Agent) -> Agent:
    agent.sync({"Main.hs": MAIN, "Shapes.hs": SHAPES})
    agent.check("Main.hs", MAIN)
    return agent


def matches(agent: Agent, query: str, limit: int = 20) -> list[Match]:
    answer = agent.ask(Search(query=query, limit=limit))
    assert isinstance(answer, Matches)
    return answer.matches


def described(found: list[Match]) -> list[str]:
    return [f"{one.module}.{one.name}" for one in found]


@pytest.mark.parametrize(
    ("query", "wanted", "among"),
    [
        ("map", "Prelude.map", 1),
        ("insertWith", "Data.Map.insertWith", 5),
        ("<$>", "Prelude.<$>", 1),
        ("+lens view", "Control.Lens.view", 1),
        ("Data.Map.insert", "Data.Map.insert", 1),
        ("a -> a", "Prelude.id", 1),
        ("(a -> b) -> [a] -> [b]", "Prelude.map", 1),
        ("(a -> b) -> Maybe a -> Maybe b", "Prelude.fmap", 10),
        ("Ord k => k -> Map k a -> Maybe a", "Data.Map.lookup", 1),
        ("Map k a -> k -> Maybe a", "Data.Map.lookup", 3),
        ("Value -> Parser a", "Data.Aeson.parseJSON", 3),
        ("[[a]] -> [a]", "Prelude.concat", 10),
        ("MonadState s m => m s", "Control.Monad.RWS.get", 8),
        ("insert :: Ord k => k -> a -> Map k a -> Map k a", "Data.Map.insert", 2),
    ],
)
def test_packages_are_found_by_name_and_by_type(searched: Agent, query: str, wanted: str, among: int) -> None:
    assert wanted in described(matches(searched, query))[:among]


def test_the_workspace_is_searched_with_them(searched: Agent) -> None:
    first = matches(searched, "Shape -> Double")
    assert described(first)[:2] == ["Shapes.area", "Main.doubled"]
    assert "surface" in first[0].text
    assert first[0].place is not None
    assert first[0].place.path == "Shapes.hs"
    assert first[0].package == ""
    assert [one.kind for one in matches(searched, "Shape") if one.module == "Shapes"] == ["type"]


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("Map.insertWith", ("insertWith", "containers", "Insert with a function")),
        ("view _1", ("view", "lens", "View the value pointed to by")),
        ("Map.Map", ("Map", "containers", "Map from keys")),
        ("print", ("print", "base", "outputs a value of any printable type")),
        ("shout", None),
        ("-- words", None),
    ],
)
def test_a_packages_name_in_the_text_has_its_article(
    searched: Agent, word: str, wanted: tuple[str, str, str] | None
) -> None:
    searched.check("Main.hs", USES)
    before = USES[: USES.index(word)]
    inside = len(word.partition(" ")[0]) - 1
    place = Position(before.count("\n"), len(before) - before.rfind("\n") - 1 + inside)
    found = searched.ask(Documentation(path="Main.hs", position=place)).matches
    if wanted is None:
        assert found == []
        return
    name, package, words = wanted
    assert (found[0].name, found[0].package) == (name, package)
    assert words in found[0].text


def test_what_is_found_has_its_documentation_and_the_modules_that_export_it(searched: Agent) -> None:
    (found,) = [one for one in matches(searched, "+lens view") if one.name == "view"]
    assert found.type == "MonadReader s m => Getting a s a -> m a"
    assert found.package == "lens"
    assert "Control.Lens.Getter" in found.modules
    assert "View the value pointed to by" in found.text
    assert "```haskell" in found.text


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "((((",
        "a ->",
        ":: (",
        "@@##",
        "\x00\t\\",
        "🙂",
        "%_%",
        "'; DROP TABLE",
        "x" * 500,
        "(" * 500,
        "a -> " * 100,
    ],
)
def test_garbage_finds_nothing_and_does_no_harm(searched: Agent, query: str) -> None:
    assert matches(searched, query) == []
    assert matches(searched, "map", 1)


def test_the_answer_keeps_to_its_limit_and_its_size(searched: Agent) -> None:
    assert len(matches(searched, "a", 100)) == 100
    assert len(matches(searched, "a -> b -> c", 3)) == 3
