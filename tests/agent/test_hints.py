"""What the editor shows beyond GHC's default warnings, and what a run tells of it."""

import pytest

from tests.agent.harness import Agent

pytestmark = pytest.mark.engine

LOOSE = """module Main (main) where

import Data.List

f :: Maybe Int -> Int
f (Just n) = n

g x = x

main = print (f (Just 1))
"""


def test_missing_patterns_are_a_warning_and_loose_ends_are_hints(agent: Agent) -> None:
    agent.sync({"Main.hs": ""})
    told = agent.check("Main.hs", LOOSE)
    assert sorted((each.range.start.line, each.severity) for each in told) == [
        (2, 4), (5, 2), (7, 4), (7, 4), (9, 4)
    ]  # fmt: skip


def test_a_run_tells_of_no_hints(agent: Agent) -> None:
    run = agent.run({"Main.hs": LOOSE})
    assert [each.severity for each in run.ended().diagnostics] == [2]
    assert (run.ended().outcome, run.stdout) == ("exited", "1\n")


@pytest.mark.parametrize("asked", ["package.yaml", "pragma"])
def test_warnings_that_somebody_asks_for_are_warnings(agent: Agent, asked: str) -> None:
    files = {"package.yaml": "ghc-options: -Wall\n"} if asked == "package.yaml" else {}
    head = "" if files else "{-# OPTIONS_GHC -Wall #-}\n"
    agent.sync({"Main.hs": "", **files})
    assert {each.severity for each in agent.check("Main.hs", head + LOOSE)} == {2}


def test_a_file_can_turn_them_off(agent: Agent) -> None:
    agent.sync({"Main.hs": ""})
    assert agent.check("Main.hs", "{-# OPTIONS_GHC -w #-}\n" + LOOSE) == []
