"""A binding's inferred type is offered in the place of a wrong signature, where with it all compiles."""

import pytest

from ide.editor.positions import offset
from sandbox.agent.language.inferring import signed_at
from sandbox.messages import InferredSignature, InferSignature, Position
from tests.agent.harness import Agent

HEAD = """module Main (main) where

import Control.Lens
import Control.Monad.State
import Data.Map.Strict (Map)
import qualified Data.Map.Strict as Map

"""
WRONG = {
    "f :: Int -> Int\nf xs = length xs\n": ("f", "Foldable t => t a -> Int"),
    "g :: Int -> State String ()\ng n = modify (+ n)\n": ("g", "(MonadState s m, Num s) => s -> m ()"),
    "p :: (Int, Bool) -> Bool\np x = x ^. _1\n": ("p", "Field1 s s a a => s -> a"),
    "ages :: Map String Int\nages = Map.fromList [(1 :: Int, 'a')]\n": ("ages", "Map Int Char"),
    "(<+>) ::\n  Int ->  -- one\n  Int\na <+> b = a ++ b\n": ("<+>", "[a] -> [a] -> [a]"),
}
MAIN = "\nmain :: IO ()\nmain = pure ()\n"


def inferred(agent: Agent, text: str) -> InferredSignature | None:
    """Of the first error of the text."""
    agent.sync({"Main.hs": ""})
    told = [each for each in agent.check("Main.hs", text) if each.severity == 1]
    found = agent.ask(InferSignature(path="Main.hs", position=told[0].range.start))
    assert found is None or isinstance(found, InferredSignature)
    return found


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.engine
@pytest.mark.toolchains
def test_a_wrong_signature_gives_way_to_what_ghc_infers(agent: Agent, wrong: str) -> None:
    found = inferred(agent, HEAD + wrong + MAIN)
    assert found is not None
    assert (found.name, found.text) == WRONG[wrong]
    text = HEAD + wrong + MAIN
    start, end = (offset(text, place, "utf-16") for place in (found.range.start, found.range.end))
    left = agent.check("Main.hs", text[:start] + found.text + text[end:])
    assert [each.message for each in left if each.severity == 1] == []


@pytest.mark.parametrize(
    "text",
    [
        'f :: Int -> Int\nf n = n + length 3 ++ "x"\n',  # wrong with any type
        "f :: Int -> Int\nf xs = length xs\n\nused :: Int\nused = f (3 :: Int)\n",  # others rely on it
        "f n = length (3 :: Int)\n",  # no signature
    ],
)
@pytest.mark.engine
@pytest.mark.toolchains
def test_what_would_not_compile_is_not_offered(agent: Agent, text: str) -> None:
    assert inferred(agent, HEAD + text + MAIN) is None


@pytest.mark.engine
@pytest.mark.toolchains
def test_a_session_goes_on_with_its_own_text(agent: Agent) -> None:
    wrong = HEAD + next(iter(WRONG)) + MAIN
    assert inferred(agent, wrong) is not None
    assert [each.severity for each in agent.check("Main.hs", wrong) if each.severity == 1] == [1]
    assert agent.output({"Main.hs": 'main :: IO ()\nmain = putStrLn "on"\n'}) == "on\n"


def at(text: str, word: str) -> InferSignature:
    before = text[: text.index(word)]
    line = before.count("\n")
    return InferSignature(path="Main.hs", position=Position(line, len(before) - (before.rfind("\n") + 1)))


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("f :: Int ->\n  -- why\n  Int\nf 0 = 1\nf n = here\n", "Int ->\n  -- why\n  Int"),
        ("f :: Int -- one\n\nf = here\n\ng :: Int\ng = 1\n", "Int"),
        ("f, g :: Int\nf = here\ng = 1\n", None),
        ("f = g where\n  g :: Int\n  g = here\n", None),
        ("class C a where\n  f :: a\n  f = here\n", None),
    ],
)
def test_the_signature_of_a_binding_is_its_own_and_at_the_top(text: str, type_: str | None) -> None:
    found = signed_at(text, at(text, "here"))
    assert (found and text[found.type_start : found.type_end]) == type_
