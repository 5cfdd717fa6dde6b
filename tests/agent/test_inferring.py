"""A binding's inferred type is offered in the place of a wrong signature, where with it all compiles."""

import pytest

from ide.editor.positions import offset
from sandbox.agent.language.inferring import signed_at
from sandbox.messages import Hints, InferredSignature, InferSignature, LocalSignature, Position, Range
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


LOCALS = """module Main (main) where

import Control.Lens
import Control.Monad.State
import qualified Data.Map.Strict as Map

shown :: (Show a, Eq a, Ord k) => a -> Map.Map k a -> String
shown x known = inner x <> other <> concatMap inner (foldr keep [] known)
  where
    inner y = show x <> show y
    other = inner 'c'
    keep = (:)
    same y = y == x
    a <+> b = a <> b

steps :: State (Int, Int) ()
steps = do
  let add n = _1 += n
      add' :: Int -> State (Int, Int) ()
      add' n = _2 += n
  add 1 >> add' 1 >> let twice f = f . f in modify (twice id)

main :: IO ()
main = putStrLn (shown 'a' (Map.singleton 'k' 'b')) >> print (execState steps (0, 0))
"""


def local(agent: Agent, word: str) -> InferredSignature | None:
    before = LOCALS[: LOCALS.index(word)]
    place = Position(before.count("\n"), len(before) - before.rfind("\n") - 1)
    found = agent.ask(LocalSignature("Main.hs", place))
    assert found is None or isinstance(found, InferredSignature)
    return found


@pytest.mark.parametrize(
    ("word", "signature"),
    [
        ("inner y", "inner :: Show a => a -> String"),
        ("other =", "other :: String"),
        ("keep =", "keep :: a -> [a] -> [a]"),
        ("add n", "add :: (MonadState s m, Num a, Field1 s s a a) => a -> m ()"),
        ("twice f", "twice :: (a -> a) -> a -> a"),
    ],
)
@pytest.mark.engine
@pytest.mark.toolchains
def test_a_local_binding_gets_a_signature_with_which_it_compiles(
    agent: Agent, word: str, signature: str
) -> None:
    agent.sync({"Main.hs": LOCALS})
    agent.check("Main.hs", LOCALS)
    found = local(agent, word)
    assert found is not None
    start = offset(LOCALS, found.range.start, "utf-16")
    assert found.text.split("\n")[0] == signature
    made = LOCALS[:start] + found.text + LOCALS[start:]
    assert [each.message for each in agent.check("Main.hs", made) if each.severity == 1] == []


@pytest.mark.parametrize("word", ["same y", "<+> b", "add' n", "known =", "y = show", "steps = do"])
@pytest.mark.engine
def test_no_local_signature_is_offered_that_would_not_compile_or_is_there(agent: Agent, word: str) -> None:
    agent.sync({"Main.hs": LOCALS})
    agent.check("Main.hs", LOCALS)
    assert local(agent, word) is None


@pytest.mark.engine
@pytest.mark.toolchains
def test_local_types_are_shown_with_their_contexts(agent: Agent) -> None:
    agent.sync({"Main.hs": LOCALS})
    agent.check("Main.hs", LOCALS)
    hints = agent.ask(Hints("Main.hs", Range(Position(9, 0), Position(13, 0)))).hints
    shown = {(each.position.line, each.position.character): each.label for each in hints}
    assert shown[9, 9] == ":: Show a => a -> String"
    assert shown[10, 9] == ":: String"
