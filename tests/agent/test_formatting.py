"""Formatting: ormolu's layout as small edits; what it refuses is a sentence."""

import os
from collections.abc import Mapping

import pytest

from sandbox.agent.language.formatting import edits
from sandbox.agent.language.text import Text
from sandbox.messages import Answered, Edits, Format, Replacement
from tests.agent.harness import Agent

LOOSE = """module Main(main) where
import Data.List(sort)
import Data.Char

-- kept
main :: IO ()
main = do
      print   (sort [3,1])
      print 'x'

after :: Int
after = 1
"""


def applied(text: str, changes: list[Replacement]) -> str:
    places = Text(text)
    for each in sorted(changes, key=lambda each: each.range.start.line, reverse=True):
        start, end = places.offset(each.range.start), places.offset(each.range.end)
        text = text[:start] + each.text + text[end:]
    return text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "a\n"),
        ("a\nb\nc\n", "a\nc\n"),
        ("a\nb", "b\nx\n"),
        ("𝔘 \x0c x\n\u2028\ny\n", "𝔘\ny\nz\n"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("same\n", "same\n"),
    ],
)
def test_the_edits_make_the_new_text(old: str, new: str) -> None:
    assert applied(old, list(edits(old, new))) == new


def test_lines_that_stay_are_not_touched() -> None:
    changes = list(edits("a\nb\nc\nd\n", "a\nB\nc\nd\n"))
    assert [(each.range.start.line, each.range.end.line, each.text) for each in changes] == [(1, 2, "B\n")]


def formatted(
    agent: Agent, text: str, files: Mapping[str, str] | None = None, path: str = "Main.hs"
) -> Answered:
    agent.sync({path: "", **(files or {})})
    agent.edit(path, text)
    return agent.answered(agent.put(Format(path=path)))


@pytest.mark.engine
@pytest.mark.toolchains
def test_a_file_is_laid_out_by_its_formatter(agent: Agent) -> None:
    answer = formatted(agent, LOOSE).answer
    assert isinstance(answer, Edits)
    text = applied(LOOSE, answer.edits)
    assert "module Main (main) where\n\nimport Data.Char\nimport Data.List (sort)\n" in text
    assert "main = do\n  print (sort [3, 1])\n  print 'x'\n\nafter :: Int\nafter = 1\n" in text
    touched = {line for each in answer.edits for line in range(each.range.start.line, each.range.end.line)}
    assert touched.isdisjoint({4, 5, 9, 10, 11})
    assert formatted(agent, text).answer == Edits(edits=[])


@pytest.mark.engine
@pytest.mark.toolchains
def test_the_packages_extensions_hold(agent: Agent) -> None:
    text = "f :: Int -> Int\nf = \\ cases\n    1 -> 2\n    _ -> 3\n"
    description = {"package.yaml": "default-extensions: [LambdaCase, UnicodeSyntax]\n"}
    assert isinstance(formatted(agent, text, description).answer, Edits)


@pytest.mark.engine
@pytest.mark.toolchains
def test_fourmolu_is_for_those_who_have_its_settings(agent: Agent) -> None:
    """Debian stable has none: that is said."""
    answered = formatted(agent, LOOSE, {"fourmolu.yaml": "indentation: 4\n"})
    if os.environ.get("TEST_TOOLCHAIN") == "ghc-9.10":
        assert isinstance(answered.answer, Edits)
        assert "main = do\n    print (sort [3, 1])\n" in applied(LOOSE, answered.answer.edits)
    else:
        assert answered.failure == "This toolchain has no fourmolu."


@pytest.mark.engine
@pytest.mark.toolchains
@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("Main.hs", "main = do\n  x <- \n  where\n", "Main.hs:3"),
        ("Main.hs", "main = \x00\n", "cannot format"),
        ("notes.md", "# text", "Only Haskell files"),
        ("A.lhs", "> a = 1\n", "Only Haskell files"),
    ],
)
def test_what_cannot_be_formatted_is_said(agent: Agent, path: str, text: str, why: str) -> None:
    answered = formatted(agent, text, path=path)
    assert answered.answer is None
    assert why in (answered.failure or "")
    assert "/work/" not in (answered.failure or "")


@pytest.mark.engine
@pytest.mark.toolchains
def test_a_formatter_that_takes_long_is_ended_and_all_goes_on(agent: Agent) -> None:
    deep = "main = " + "(" * 20_000 + "1" + ")" * 20_000 + "\n"
    answered = formatted(agent, deep)
    assert answered.failure or answered.answer
    assert isinstance(formatted(agent, LOOSE).answer, Edits)
