"""hlint's ideas come by themselves when all is quiet, beside GHC's words, and stand in nobody's way."""

import asyncio
import contextlib
import json
import os
import time
from pathlib import Path
from typing import cast

import pytest

from sandbox.agent import linter, tools
from sandbox.agent.files import Files
from sandbox.agent.hlint import carried, is_unread, parse, unread
from sandbox.agent.reaper import Reaper
from sandbox.agent.tree import Tree
from sandbox.messages import Diagnostic, Lint, Position, Published, Range
from tests.agent.harness import Agent
from tests.agent.stage import Stage

MAIN = """module Main (main) where

f :: [Int] -> String
f xs = concat (map show xs)

main :: IO ()
main = putStrLn (f [1])
"""
IDEA = {
    "hint": "Use concatMap", "severity": "Warning", "from": "concat (map show xs)", "to": "concatMap show xs",
    "startLine": 4, "startColumn": 8, "endLine": 4, "endColumn": 28, "note": ["so it is"], "file": "-",
}  # fmt: skip


def linted(agent: Agent, path: str, version: int) -> list[Diagnostic]:
    """hlint's words on this version, once there are some."""
    uri = f"file:///work/{path}"

    def found() -> list[Diagnostic] | None:
        events = [say.event for say in agent.says.get("", [])]
        mine = [each for each in events if isinstance(each, Published) and each.uri == uri]
        told = [each for one in mine if one.version == version for each in one.diagnostics]
        return [each for each in told if each.source == "hlint"] or None

    return agent.wait(found, f"hlint on {path} as of {version}")


# --- what hlint says ----------------------------------------------------------------------------------------


def test_an_idea_is_a_diagnostic_with_what_it_proposes() -> None:
    [found] = parse(json.dumps([IDEA]), "Main.hs", MAIN) or []
    assert (found.severity, found.code, found.source) == (3, "Use concatMap", "hlint")
    assert found.range == Range(Position(3, 7), Position(3, 27))
    assert found.message == (
        "Use concatMap\nFound:\n  concat (map show xs)\nWhy not:\n  concatMap show xs\nNote: so it is"
    )


@pytest.mark.parametrize("said", ["", "hlint: out of memory", "{}", "[1]", '[{"hint": 1}]', "[" * 100_000])
def test_what_is_no_list_of_ideas_says_nothing(said: str) -> None:
    assert parse(said, "Main.hs", MAIN) is None


def test_a_text_that_hlint_cannot_read_says_nothing() -> None:
    broken = {**IDEA, "hint": "Parse error: on input where", "to": None, "severity": "Error"}
    assert parse(json.dumps([broken]), "Main.hs", MAIN) is None
    assert unread(json.dumps([IDEA]), "Main.hs", MAIN) is None
    fault = unread(json.dumps([broken]), "Main.hs", MAIN)
    assert fault
    assert is_unread(fault)
    assert (fault.severity, fault.range) == (4, Range(Position(3, 7), Position(3, 7)))
    assert fault.message.endswith("\nParse error: on input where")


def test_an_idea_of_any_length_and_place_does_no_harm() -> None:
    odd = {**IDEA, "startLine": 2**40, "endColumn": -7, "hint": "x" * 10_000, "to": None}
    long = {**IDEA, "from": "y" * 100_000}
    assert len(parse(json.dumps([odd, long]), "Main.hs", MAIN) or []) == 1
    assert len(parse(json.dumps([IDEA] * 5000), "Main.hs", MAIN) or []) == 200


def test_ideas_move_with_their_lines_and_go_with_them() -> None:
    found = parse(json.dumps([IDEA]), "Main.hs", MAIN) or []
    assert [each.range.start.line for each in carried(found, MAIN, "-- new\n" + MAIN)] == [4]
    assert [each.range.start.line for each in carried(found, MAIN, MAIN + "-- new\n")] == [3]
    assert carried(found, MAIN, MAIN.replace("show xs", "show ys")) == []
    assert carried(found, MAIN, "") == []


async def test_what_was_said_already_is_not_told_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers = [[], [IDEA], [IDEA], []]
    asked, told = [], []

    async def hlint(_reaper: Reaper, _argv: list[str], text: str, *_: float) -> tools.Done:
        asked.append(text)
        return tools.Done(0, json.dumps(answers[len(asked) - 1]), "")

    monkeypatch.setattr(tools, "run", hlint)
    monkeypatch.setattr(linter, "QUIET_SECONDS", 0)
    files = Files(Tree(tmp_path))
    lint = linter.Linter(files, cast("Reaper", None), lambda _: told.append(len(asked)))
    for version in range(len(answers)):
        files.edit("Main.hs", version, MAIN + f"-- {version}\n")
        lint.edited("Main.hs")
        async with asyncio.timeout(10):
            while len(asked) <= version or lint.hints("Main.hs") != parse(
                json.dumps(answers[version]), "Main.hs", MAIN
            ):
                await asyncio.sleep(0)
    assert told == [2, 4]


@pytest.mark.parametrize("ending", [TimeoutError(), tools.Done(None, "", ""), OSError(12, "No memory")])
async def test_where_it_gives_up_it_says_so_and_is_left_alone_until_the_file_is_much_shorter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: Exception | tools.Done
) -> None:
    asked = []

    async def hlint(_reaper: Reaper, _argv: list[str], text: str, *_: float) -> tools.Done:
        asked.append(text)
        if len(text) < 1000:
            return tools.Done(0, json.dumps([IDEA]), "")
        if isinstance(ending, Exception):
            raise ending
        return ending

    monkeypatch.setattr(tools, "run", hlint)
    monkeypatch.setattr(linter, "QUIET_SECONDS", 0)
    files = Files(Tree(tmp_path))
    lint = linter.Linter(files, cast("Reaper", None), lambda _: None)

    async def said_of(version: int, text: str, words: str) -> None:
        files.edit("Main.hs", version, text)
        lint.edited("Main.hs")
        async with asyncio.timeout(10):
            while not [each for each in lint.hints("Main.hs") if words in each.message]:
                await asyncio.sleep(0)

    long = MAIN + "-- a line\n" * 999
    await said_of(1, long, "hlint gave up on this file of 1007 lines: it ")
    times = len(asked)
    await said_of(2, f"{long}-- more\n", "1008 lines")
    assert len(asked) == times
    await said_of(3, MAIN, "Use concatMap")
    assert len(lint.hints("Main.hs")) == 1


def test_ideas_that_are_too_many_are_counted() -> None:
    found = parse(json.dumps([IDEA] * 205), "Main.hs", MAIN) or []
    assert (len(found), found[-1].message) == (200, "6 more of its ideas are not shown.")


# --- in a session -------------------------------------------------------------------------------------------


@pytest.mark.engine
def test_it_comes_after_ghc_for_the_same_version(agent: Agent) -> None:
    agent.sync({"Main.hs": ""})
    version = agent.edit("Main.hs", MAIN)
    assert agent.published("Main.hs", version) == []
    [found] = linted(agent, "Main.hs", version)
    assert found.code == "Use concatMap"
    uri = "file:///work/Main.hs"
    events = [say.event for say in agent.says[""]]
    last = [each for each in events if isinstance(each, Published) and each.uri == uri][-1]
    assert (last.version, last.diagnostics) == (version, [found])


@pytest.mark.engine
def test_where_it_alone_cannot_read_a_file_it_says_so(agent: Agent) -> None:
    agent.sync({"Main.hs": MAIN})
    version = agent.edit("Main.hs", MAIN + "\ng :: Int\ng = let pattern = 1 in pattern\n")
    fault = linted(agent, "Main.hs", version)[-1]
    assert is_unread(fault)
    assert fault.range.start.line == 9
    version = agent.edit("Main.hs", MAIN + "\ng :: Int\ng = let pattern = 'x' in pattern\n")
    time.sleep(4)  # hlint would have been heard
    assert not [each for each in agent.published("Main.hs", version) if is_unread(each)]
    version = agent.edit("Main.hs", MAIN + "\ng :: Int\ng = 1\n")
    assert [each.code for each in linted(agent, "Main.hs", version)] == ["Use concatMap"]


@pytest.mark.engine
def test_it_stays_through_an_edit_elsewhere_and_goes_with_its_line(agent: Agent) -> None:
    agent.sync({"Main.hs": ""})
    linted(agent, "Main.hs", agent.edit("Main.hs", MAIN))
    [moved] = agent.check("Main.hs", "-- new\n" + MAIN)
    assert (moved.source, moved.range.start.line) == ("hlint", 4)
    wrong = agent.check("Main.hs", "-- new\n" + MAIN + "x = \n")
    assert sorted(each.source for each in wrong) == ["ghc", "hlint"]
    assert agent.check("Main.hs", MAIN.replace("concat (map show xs)", "concatMap show xs")) == []


@pytest.mark.engine
def test_a_workspaces_own_settings_of_hlint_hold(agent: Agent) -> None:
    agent.sync({"Main.hs": "", ".hlint.yaml": "- ignore: {name: Use concatMap}\n"})
    more = MAIN + "\ng :: [Int] -> Bool\ng xs = not (1 `elem` xs)\n"
    found = linted(agent, "Main.hs", agent.edit("Main.hs", more))
    assert {each.code for each in found} == {"Use notElem"}


@pytest.mark.engine
def test_a_run_is_told_nothing_of_it_and_waits_for_nothing(agent: Agent) -> None:
    agent.sync({"Main.hs": ""})
    linted(agent, "Main.hs", agent.edit("Main.hs", MAIN))
    run = agent.start()
    assert run.ended().diagnostics == []
    assert run.stdout == "1\n"


@pytest.mark.engine
def test_while_a_program_runs_nobody_is_linted(agent: Agent) -> None:
    agent.sync({"Main.hs": "main :: IO ()\nmain = getLine >>= putStrLn\n", "B.hs": ""})
    run = agent.start()
    run.running()
    version = agent.edit("B.hs", MAIN.replace("Main (main)", "B"))
    time.sleep(3)
    assert [each for each in agent.shown("B.hs") if each.source == "hlint"] == []
    run.input("x\n")
    run.ended()
    assert linted(agent, "B.hs", version)


@pytest.mark.engine
def test_of_a_burst_of_edits_the_last_is_linted(agent: Agent) -> None:
    agent.sync({"Main.hs": ""})
    versions = [agent.edit("Main.hs", f"-- {number}\n" * number + MAIN) for number in range(50)]
    [found] = linted(agent, "Main.hs", versions[-1])
    assert found.range.start.line == 52


@pytest.mark.engine
def test_who_asks_is_answered_at_once(agent: Agent) -> None:
    agent.sync({"Main.hs": MAIN, "notes.md": ""})
    answer = agent.ask(Lint(path="Main.hs"))
    assert [each.code for each in answer.diagnostics] == ["Use concatMap"]
    agent.edit("Main.hs", "main = (\n")
    assert "cannot read" in str(agent.answered(agent.put(Lint(path="Main.hs"))).failure)
    assert "(.hs)" in str(agent.answered(agent.put(Lint(path="notes.md"))).failure)


@pytest.mark.engine
def test_it_gives_way_to_ghci(agent: Agent, stage: Stage) -> None:
    many = MAIN + "".join(f"\ng{n} :: [Int] -> String\ng{n} xs = concat (map show xs)\n" for n in range(200))
    agent.sync({"Main.hs": ""})
    version = agent.edit("Main.hs", many)
    seen: set[int] = set()
    while 19 not in seen:  # when it began a moment ago its priority is still that of the agent
        assert not linted_now(agent, version), seen
        seen |= priorities(stage, agent, "hlint")
    assert priorities(stage, agent, "--interactive") == {0}
    assert linted(agent, "Main.hs", version)


def linted_now(agent: Agent, version: int) -> bool:
    said = [one for one in agent.everything_published("Main.hs") if one.version == version]
    return any(each.source == "hlint" for one in said for each in one.diagnostics)


def priorities(stage: Stage, agent: Agent, word: str) -> set[int]:
    """How nice the processes of the container are that have this in their command line."""
    found = set()
    for pid, command in stage.processes(agent).items():
        with contextlib.suppress(ProcessLookupError):
            found |= {os.getpriority(os.PRIO_PROCESS, pid)} if word in command else set()
    return found
