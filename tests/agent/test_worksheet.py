"""Examples in comments: found in the text, evaluated in a GHCi of their own, results written below them."""

import time

import pytest

from sandbox.agent.language.examples import edit, groups
from sandbox.agent.language.runnables import runnables
from sandbox.messages import Answered, Cancel, Edits, Evaluate, Hover, Position
from tests.agent.harness import Agent
from tests.agent.test_formatting import applied

SHEET = """module Main (main) where

import qualified Data.Map as Map
import Data.Aeson (encode)

-- $setup
-- >>> let base = 40 :: Int

-- | Not exported.
--
-- >>> twice base
-- old
--
-- >>> import Data.Char
-- >>> let word = "abc"
-- >>> map toUpper word
-- >>> it ++ it
-- >>> encode (Map.fromList [("a", [1 :: Int])])
twice :: Int -> Int
twice = (* 2)

{- | Another comment does not see the names of the first.

>>> word
>>> :{
let
  three = 3
in three + twice 1
:}
>>> putStrLn ("a\\n\\n-" ++ "}")

prop> reverse (reverse xs) == xs
prop> reverse xs == xs
-}
main :: IO ()
main = print 1
"""
RESULTS = """-- >>> twice base
-- 80
--
-- >>> import Data.Char
-- >>> let word = "abc"
-- >>> map toUpper word
-- "ABC"
-- >>> it ++ it
-- "ABCABC"
-- >>> encode (Map.fromList [("a", [1 :: Int])])
-- "{\\"a\\":[1]}"
twice ::"""


def evaluated(agent: Agent, text: str, line: int | None = None, *, path: str = "Main.hs") -> str:
    """The text after its examples were evaluated."""
    answer = agent.answered(agent.put(Evaluate(path=path, line=line)))
    assert isinstance(answer.answer, Edits), answer
    return applied(text, answer.answer.edits)


def typed(agent: Agent, text: str) -> str:
    agent.sync({"Main.hs": ""})
    agent.check("Main.hs", text)  # of what GHC has not seen yet nothing is answered
    return text


def test_examples_are_found_where_they_stand_in_comments() -> None:
    found = groups(SHEET)
    assert [(len(each.examples), each.is_setup) for each in found] == [(1, True), (6, False), (5, False)]
    assert [each.source for each in found[2].examples][1] == ":{\nlet\n  three = 3\nin three + twice 1\n:}"
    assert groups('text = ">>> 1"\noperator = 1 -- >>> 2\n') == []
    assert groups("-- >>> :{\n-- 1\nmain = print 1\n") == []


@pytest.mark.parametrize(
    ("text", "said", "after"),
    [
        ("-- >>> 1", "1\n", "-- >>> 1\n-- 1"),
        ("-- >>> 1\n-- 2\n-- 3\n--\n-- more\n", "1\n", "-- >>> 1\n-- 1\n--\n-- more\n"),
        ("-- >>> 1\r\n-- 2\r\n", "3\n", "-- >>> 1\r\n-- 3\r\n"),
        ("  -- | >>> x\n", "\na\n\nb\n", "  -- | >>> x\n  -- a\n  -- <BLANKLINE>\n  -- b\n"),
        ("-- >>> x\n", ">>> y\n", "-- >>> x\n-- \\>>> y\n"),
        ("{- >>> x\n-}\n", "-} {-\n", "{- >>> x\n   - } { -\n-}\n"),
        ("-- >>> f\n-- old\n", "", "-- >>> f\n"),
        ("-- >>> x\n", "<interactive>:3:1: error: [GHC-88464] no\n", "-- >>> x\n-- error: [GHC-88464] no\n"),
        ("-- >>> x\n", "\x1b[31m\x00\u2028\n", "-- >>> x\n-- \ufffd[31m\ufffd\ufffd\n"),
    ],
)
def test_a_result_takes_the_place_of_the_old_one(text: str, said: str, after: str) -> None:
    ((example,),) = [each.examples for each in groups(text)]
    change = edit(text, example, said)
    assert change is not None
    assert applied(text, [change]) == after
    ((again,),) = [each.examples for each in groups(after)]
    assert edit(after, again, said) is None


@pytest.mark.parametrize(
    ("written", "said", "holds"),
    [
        ("-- 1...9\n", "1 2 9\n", True),
        ("-- a\n-- ...\n-- z\n", "a\nb\nc\nz\n", True),
        ("-- ...\n", "", True),
        ("-- 1...9\n", "1\n9\n", False),
        ("-- a.c\n", "abc\n", False),
    ],
)
def test_dots_stand_for_anything_as_in_doctest(written: str, said: str, *, holds: bool) -> None:
    text = f"-- >>> x\n{written}"
    ((example,),) = [each.examples for each in groups(text)]
    assert (edit(text, example, said) is None) == holds


def test_a_long_result_is_cut() -> None:
    ((example,),) = [each.examples for each in groups("-- >>> x\n")]
    change = edit("-- >>> x\n", example, "y" * 9000 + "\n" + "z\n" * 100)
    assert change is not None
    assert (len(change.text.split("\n")), change.text.split("\n")[-1]) == (52, "-- … (51 more lines)")
    assert max(map(len, change.text.split("\n"))) < 600


def test_what_can_be_run_is_found_in_the_text() -> None:
    text = (
        "main = hspec spec\nprop_a, prop_c :: Bool\nprop_a = True\n-- >>> 1\nspec = do\n"
        '  describe "f" $ do\n    it "is \\"so\\"" $ pure ()\n    prop "holds" $ \\x -> x == x\n'
        '  it "ends" $ pure ()\n  -- it "not this" $ x\n  "it \\"nor this\\""\n'
        'tests = testGroup "all" [testCase "one" x, testCase "two" y]\n'
        'laidOut =\n  testGroup\n    "out"\n    [ testCase\n        "three" z\n    ]\n'
    )
    found = [(each.kind, each.name) for each in runnables(text)]
    assert found == [
        ("main", "main"),
        ("property", "prop_a"),
        ("examples", ""),
        ("spec", "f"),
        ("spec", 'f/is "so"'),
        ("spec", "f/holds"),
        ("spec", "ends"),
        ("tasty", "all"),
        ("tasty", "all.one"),
        ("tasty", "all.two"),
        ("tasty", "out"),
        ("tasty", "out.three"),
    ]


@pytest.mark.toolchains
@pytest.mark.engine
def test_examples_are_evaluated_in_place(agent: Agent) -> None:
    after = evaluated(agent, typed(agent, SHEET))
    assert RESULTS in after, after
    assert ">>> word\nerror: [GHC-88464]" in after
    assert "Variable not in scope: word\n" in after
    assert ":}\n5\n>>> putStrLn" in after
    assert ")\na\n<BLANKLINE>\n- }\n\nprop> reverse (reverse xs) == xs\n+++ OK, passed 100 tests.\n" in after
    assert "prop> reverse xs == xs\n*** Failed! Falsified (after " in after
    wrong = after.replace("-- 80", "-- 81").replace("ABCABC", "abc")
    one = evaluated(agent, typed(agent, wrong), SHEET[: SHEET.index("twice base")].count("\n"))
    assert RESULTS in one
    assert "prop> reverse xs == xs\n*** Failed!" in one


@pytest.mark.engine
def test_a_module_with_errors_answers_and_one_that_cannot_be_parsed_says_why(agent: Agent) -> None:
    text = 'module Main where\n-- >>> fine + 1\nfine, bad :: Int\nfine = 1\nbad = "no"\nmain = print bad\n'
    assert "-- >>> fine + 1\n-- 2\n" in evaluated(agent, typed(agent, text))
    typed(agent, "-- >>> 1\nmain = = 2\n")
    answer = agent.answered(agent.put(Evaluate(path="Main.hs")))
    assert answer.failure is not None
    assert "mend its errors first" in answer.failure
    assert "parse error" in answer.failure


@pytest.mark.engine
def test_endless_hungry_and_hostile_expressions_cost_nothing_but_their_own_result(agent: Agent) -> None:
    text = """module Main (main) where
import System.Exit
import System.Process
-- >>> 1 + 1
-- >>> cycle "ab"
-- >>> length [1 ..]
-- >>> getLine

-- >>> exitFailure
-- >>> callCommand "kill -9 $PPID"

-- >>> :set prompt ""
-- >>> sum (let xs = [1 .. 10 ^ 8] in xs ++ [last xs]) `seq` foldl (flip (:)) [] [1 ..]

-- >>> 2 + 2
main :: IO ()
main = print 42
"""
    typed(agent, text)
    warm = hovered(agent)
    assert warm.answer is not None
    after = evaluated(agent, text)
    assert '-- >>> 1 + 1\n-- 2\n-- >>> cycle "ab"\n-- "ababab' in after
    assert "-- >>> length [1 ..]\n-- (no result within 5 s)\n" in after
    assert "-- *** Exception: ExitFailure 1\n" in after
    assert "-- (GHCi ended: the expression ended it, or took too much memory)\n" in after
    assert len(after) < 20_000
    assert hovered(agent) == warm
    assert "-- >>> 2 + 2\n-- 4\n" in evaluated(agent, text, 14)
    assert agent.output({"Main.hs": text}) == "42\n"


def hovered(agent: Agent) -> Answered:
    answered = agent.answered(agent.put(Hover(path="Main.hs", position=Position(15, 0))))
    return Answered(query="", answer=answered.answer, failure=answered.failure)


@pytest.mark.engine
@pytest.mark.parametrize("seconds", [0.02, 0.04, 0.06, 0.1, 0.15, 0.2, 0.3, 0.6])
def test_after_an_evaluation_was_cancelled_at_any_moment_the_next_one_succeeds(
    agent: Agent, seconds: float
) -> None:
    text = 'module Main (main) where\n\n-- >>> length "abc"\n\n-- >>> length [1 ..]\n\nmain = pure ()\n'
    options = f"default-extensions: [LambdaCase]\nghc-options: -fmax-valid-hole-fits={seconds * 100:.0f}\n"
    agent.sync({"Main.hs": text, "package.yaml": options})  # other options: its GHCi comes up anew
    agent.check("Main.hs", text)
    query = agent.put(Evaluate("Main.hs"))
    time.sleep(seconds)
    agent.deliver(Cancel(query))
    assert agent.answered(query).failure == "The question was cancelled."
    assert [each.text for each in agent.ask(Evaluate("Main.hs", 2)).edits] == ["\n-- 3"]
