"""Modules that GHC cannot come to, for one that they import does not compile: they say so."""

import pytest

from sandbox.messages import Complete, Diagnostic, Position, Range
from tests.agent.harness import Agent
from tests.agent.test_answers import at

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

GOOD = "module Apart (far) where\n\nfar :: Int\nfar = 1\n"
BROKEN = GOOD.replace("= 1", "= = 1")
BETWEEN = "module Between where\n\nimport Apart\n\nnear :: Int\nnear = far\n"
MAIN = """module Main (main) where

import qualified Data.Map.Strict as Map
import Data.Char (toUpper)
import Between

main :: IO ()
main = print (Map.size (Map.fromList [(near, toUpper 'a')]))
"""
FILES = {"Apart.hs": GOOD, "Between.hs": BETWEEN, "Main.hs": MAIN, "Alone.hs": "module Alone where\n"}
UNKNOWN = GOOD.replace("Int\n", "Nowhere\n")
SAID = "Not checked: Apart does not parse."


def left(agent: Agent, path: str, said: str = SAID) -> list[tuple[Range, int]]:
    """Where the file says that it was not checked."""
    return [(each.range, each.severity) for each in agent.shown(path) if each.message == said]


def line_of(text: str, line: str) -> Range:
    start = at(text, line)
    return Range(start, Position(start.line, len(line)))


def labels(agent: Agent, path: str, text: str, word: str) -> list[str]:
    place = at(text, word, inside=len(word))
    return [one.label for one in agent.ask(Complete(path=path, position=place)).candidates]


def errors(found: list[Diagnostic]) -> list[str | None]:
    return [each.code for each in found if each.severity == 1]


def test_what_imports_a_module_that_does_not_parse_says_at_the_import_that_it_was_not_checked(
    agent: Agent,
) -> None:
    agent.sync({**FILES, "Apart.hs": BROKEN})
    agent.check("Main.hs", MAIN)
    assert left(agent, "Main.hs") == [(line_of(MAIN, "import Between"), 3)]
    assert left(agent, "Between.hs") == [(line_of(BETWEEN, "import Apart"), 3)]
    assert left(agent, "Apart.hs") == left(agent, "Alone.hs") == []


def test_one_that_parses_and_does_not_compile_is_said_not_to_compile(agent: Agent) -> None:
    agent.sync({**FILES, "Apart.hs": UNKNOWN})
    agent.check("Main.hs", MAIN)
    assert left(agent, "Main.hs", SAID.replace("parse", "compile")) == [(line_of(MAIN, "import Between"), 3)]
    assert not left(agent, "Main.hs")


def test_an_error_that_nobody_looked_for_is_told_once_the_import_compiles_again(agent: Agent) -> None:
    agent.sync(FILES)
    agent.check("Main.hs", MAIN)
    agent.check("Apart.hs", BROKEN)
    wrong = MAIN.replace("Map.size (", "Map.size ('x' ")
    assert errors(agent.check("Main.hs", wrong)) == []
    assert left(agent, "Main.hs")
    agent.check("Apart.hs", GOOD)
    agent.wait(lambda: "GHC-83865" in errors(agent.shown("Main.hs")) or None, "the error")
    assert not left(agent, "Main.hs")


@pytest.mark.parametrize("apart", [BROKEN, GOOD])
def test_a_file_that_ghc_never_checked_completes_from_its_imports(agent: Agent, apart: str) -> None:
    text = MAIN.replace("main = print (", "main = print = (")
    agent.sync({"Apart.hs": apart, "Between.hs": BETWEEN, "Main.hs": text})
    agent.edit("Main.hs", text)
    assert "size" in labels(agent, "Main.hs", text, "Map.siz")
    assert "toUpper" in labels(agent, "Main.hs", text, "toUpp")
    assert "near" in labels(agent, "Main.hs", text, "[(nea")
    assert "print" in labels(agent, "Main.hs", text, "main = pri")
