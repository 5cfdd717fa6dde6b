"""One property, one test, the examples of one file: `target` of a run of mode `test`."""

import pytest

from sandbox.messages import Target
from sandbox.messages.answers import TargetKind
from tests.agent.harness import Agent, Run

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

LIB = """module Lib (twice) where

import Test.QuickCheck

twice :: Int -> Int
twice = (* 2)

prop_even :: Int -> Bool
prop_even n = even (twice n)

prop_reverse xs = reverse xs == xs

prop_small :: Positive Int -> Property
prop_small (Positive n) = counterexample "at" (twice n < 10)

prop_endless :: Int -> Bool
prop_endless n = length [n ..] > 0
"""
SPEC = """module LibSpec (spec) where

import Lib
import Test.Hspec

spec :: Spec
spec = do
  describe "twice" $ do
    it "doubles" $ twice 2 `shouldBe` 4
    it "fails" $ twice 2 `shouldBe` 5
  it "stands/alone" $ True `shouldBe` True
"""
MAIN = "import LibSpec\nimport Test.Hspec\nmain :: IO ()\nmain = hspec spec\n"
TASTY = """module Main (main) where
import Test.Tasty
import Test.Tasty.HUnit
main :: IO ()
main = defaultMain $ testGroup "all"
  [ testCase "one (1)" (1 @?= 1)
  , testCase "one (1) more" (1 @?= 2)
  , testGroup "a/b\\\\c.ü" [testCase "half" (1 @?= 1), testCase "^two$" (1 @?= 2)]
  ]
"""
FILES = {"src/Lib.hs": LIB, "test/LibSpec.hs": SPEC, "test/Spec.hs": MAIN, "test/Tasty.hs": TASTY}


def checked(agent: Agent, entry: str, kind: TargetKind, name: str) -> Run:
    return agent.run(FILES, "test", entry=entry, target=Target(kind=kind, name=name))


def test_one_property_is_checked_with_what_its_module_does_not_export(agent: Agent) -> None:
    holds = checked(agent, "src/Lib.hs", "property", "prop_even")
    assert (holds.ended().exit_code, holds.stdout) == (0, "+++ OK, passed 100 tests.\n")
    fails = checked(agent, "src/Lib.hs", "property", "prop_small")
    assert fails.ended().exit_code == 1
    assert "*** Failed! Falsified" in fails.stdout
    assert "Positive {getPositive = 5}\nat\n" in fails.stdout
    free = checked(agent, "src/Lib.hs", "property", "prop_reverse")
    assert (free.ended().exit_code, "[0,1]" in free.stdout or "[1,0]" in free.stdout) == (1, True)


def test_a_property_that_is_none_says_so_and_an_endless_one_is_stopped(agent: Agent) -> None:
    for name in ("twice", "prop_missing", "x) >> (y"):
        refused = checked(agent, "src/Lib.hs", "property", name).ended()
        assert refused.outcome == "compile_failed", name
        assert refused.reason
    agent.sync(FILES)
    run = agent.start("test", entry="src/Lib.hs", target=Target(kind="property", name="prop_endless"))
    run.running()
    run.stop()
    assert run.ended().outcome == "stopped"
    assert checked(agent, "src/Lib.hs", "property", "prop_even").ended().exit_code == 0


def test_one_test_of_a_tree_is_run(agent: Agent) -> None:
    one = checked(agent, "test/LibSpec.hs", "spec", "twice/doubles")
    assert one.ended().exit_code == 0, one.stdout
    assert "1 example, 0 failures" in one.stdout
    group = checked(agent, "test/LibSpec.hs", "spec", "twice")
    assert group.ended().exit_code == 1
    assert "2 examples, 1 failure" in group.stdout
    alone = checked(agent, "test/LibSpec.hs", "spec", "stands/alone")
    assert (alone.ended().exit_code, "1 example, 0 failures" in alone.stdout) == (0, True)


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("all.one (1)", 0, "All 1 tests passed"),
        ("all.a/b\\c.ü.half", 0, "All 1 tests passed"),
        ("a/b\\c.ü", 1, "1 out of 2 tests failed"),
        ("^two$", 1, "1 out of 1 tests failed"),
        ("all", 1, "2 out of 4 tests failed"),
    ],
)
def test_one_test_or_group_of_tasty_is_run(agent: Agent, name: str, code: int, said: str) -> None:
    run = checked(agent, "test/Tasty.hs", "tasty", name)
    assert run.ended().exit_code == code, run.stderr
    assert said in run.stdout
