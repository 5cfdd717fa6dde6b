"""GHCi in a terminal: its history outlives it, names are completed, and a reload sees the newest text."""

import time

import pytest

from sandbox.messages import Position, Rename
from tests.agent.harness import Agent, Run

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

MAIN = "module Main (main) where\n\nmain :: IO ()\nmain = print (answer + 1)\n\nanswer :: Int\nanswer = 41\n"
UP, TAB = "\x1b[A", "\t"


def opened(agent: Agent) -> Run:
    run = agent.start("repl", terminal=(80, 24))
    run.printed("ghci> ", "terminal")
    return run


# Compiled for some seconds, whenever the module that it imports is another one.
SLOW = """{-# LANGUAGE TemplateHaskell #-}
module Main (main) where

import Control.Concurrent (threadDelay)
import Language.Haskell.TH (runIO)
import Numbers (answer)

main :: IO ()
main = print (answer + $(runIO (threadDelay 2000000) >> [| 0 |]))
"""
NUMBERS = "module Numbers where\n\nanswer :: Int\nanswer = 41\n"


def test_a_reload_sees_nothing_of_a_rename_that_is_tried_out(agent: Agent) -> None:
    agent.sync({"Main.hs": SLOW, "Numbers.hs": NUMBERS})
    agent.check("Numbers.hs", NUMBERS)
    run = opened(agent)
    query = agent.put(Rename(path="Numbers.hs", position=Position(line=3, character=0), name="renamed"))
    time.sleep(1)  # by then its text is on trial
    run.input(":load Numbers\rrenamed\ranswer * 1000\r")
    assert agent.answered(query).answer
    run.printed("41000", "terminal")
    assert "Variable not in scope: renamed" in run.text("terminal")
    run.stop()


def test_what_was_typed_comes_back_and_a_reload_sees_the_newest_text(agent: Agent) -> None:
    agent.sync({"Main.hs": MAIN})
    first = opened(agent)
    first.input("40 + 2 + answ" + TAB + "\r")
    first.printed("83", "terminal")
    agent.edit("Main.hs", MAIN.replace("41", "1000"))
    first.input(":reload\r")
    first.printed("Ok, one module loaded", "terminal")
    first.input(":{\rlet more = 1\r in more + answer\r:}\r")
    first.printed("1001", "terminal")
    first.input("undefined `seq` half of a line")
    first.stop()
    assert first.ended().outcome == "stopped"

    second = opened(agent)
    second.input(UP * 6)
    second.printed("40 + 2 + answer", "terminal")
