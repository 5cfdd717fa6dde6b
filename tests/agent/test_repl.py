"""GHCi in a terminal: its history outlives it, names are completed, and a reload sees the newest text."""

import pytest

from tests.agent.harness import Agent, Run

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

MAIN = "module Main (main) where\n\nmain :: IO ()\nmain = print (answer + 1)\n\nanswer :: Int\nanswer = 41\n"
UP, TAB = "\x1b[A", "\t"


def opened(agent: Agent) -> Run:
    run = agent.start("repl", terminal=(80, 24))
    run.printed("ghci> ", "terminal")
    return run


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
