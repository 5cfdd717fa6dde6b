"""What GHC says about a text, as the editor shows it."""

import itertools
import time

import pytest

from sandbox.messages import Diagnostic, Published
from tests.agent.harness import Agent

pytestmark = pytest.mark.engine

GOOD = 'main :: IO ()\nmain = putStrLn "fine"\n'
Spot = tuple[int, int, int, int]


def spot(one: Diagnostic) -> Spot:
    start, end = one.range.start, one.range.end
    return start.line, start.character, end.line, end.character


def only(found: list[Diagnostic]) -> Diagnostic:
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("main :: IO ()\nmain = putStrLn True\n", "GHC-83865", (1, 16, 1, 20)),
        ("main :: IO ()\nmain = putStrLn missing\n", "GHC-88464", (1, 16, 1, 23)),
        ('main :: IO ()\nmain = putStrLn (id "🎉🎉" ++ missing)\n', "GHC-88464", (1, 30, 1, 37)),
        ('main :: IO ()\nmain = putStrLn ("ü" ++ missing)\n', "GHC-88464", (1, 24, 1, 31)),
        ("main :: IO ()\nmain = do\n\tputStrLn missing\n", "GHC-88464", (2, 10, 2, 17)),
        ("main :: IO ()\nmain = do\n\t\tputStrLn\t🎉\n", None, None),
        ("main :: IO ()\nmain = print (1 +\n", "GHC-58481", (2, 0, 2, 0)),
        ("import No.Such.Module\n" + GOOD, None, (0, 0, 0, 21)),
        ("x = = 1\n" + GOOD, "GHC-58481", (0, 4, 0, 5)),
        ("foo :: Int\n" + GOOD, "GHC-44432", (0, 0, 0, 3)),
        ("main :: IO ()\nmain = print (_hole + 1 :: Int)\n", "GHC-88464", (1, 14, 1, 19)),
        ("main :: Int\nmain = 5\n", "GHC-83865", None),
        ("module Main where\n\nimport Data.List (nope)\n" + GOOD, None, (2, 18, 2, 22)),
    ],
)
def test_an_error_has_its_code_and_its_exact_place(
    agent: Agent, text: str, code: str | None, where: Spot | None
) -> None:
    agent.sync({"Main.hs": GOOD})
    errors = [one for one in agent.check("Main.hs", text) if one.severity == 1]
    assert errors
    assert {one.uri for one in errors} == {"file:///work/Main.hs"}
    assert {one.source for one in errors} == {"ghc"}
    if code:
        assert code in {one.code for one in errors}, errors
    if where:
        assert where in [spot(one) for one in errors], errors


def test_a_warning_is_a_warning(agent: Agent) -> None:
    agent.sync({"Main.hs": GOOD})
    text = "{-# OPTIONS_GHC -Wall #-}\nmodule Main (main) where\nimport Data.List\n\n" + GOOD
    found = only(agent.check("Main.hs", text))
    assert (found.severity, spot(found)) == (2, (2, 0, 2, 16))
    assert found.code in ("GHC-66111", "-Wunused-imports")
    assert "Data.List" in found.message


def test_warnings_as_errors_do_not_hide_anything(agent: Agent) -> None:
    agent.sync({"Main.hs": GOOD})
    head = "{-# OPTIONS_GHC -Wall -Werror #-}\nmodule Main (main) where\nimport Data.List\n\n"
    text = head + "main :: IO ()\nmain = print (True + missing)\n"
    codes = {one.code for one in agent.check("Main.hs", text)}
    assert "GHC-88464" in codes


def test_messages_are_ghcs_words_without_any_of_ours(agent: Agent) -> None:
    agent.sync({"Main.hs": GOOD})
    for text in (
        "main :: IO ()\nmain = putStrLn True\n",
        "main :: IO ()\nmain = putStrLn missing\n",
        "import No.Such\n" + GOOD,
        "main :: IO ()\nmain = (\n",
    ):
        for one in agent.check("Main.hs", text):
            for word in ("deferred", "andbox", ".session", "/work", "<interactive>", "\x1b"):
                assert word not in one.message, one


def test_diagnostics_go_away_with_the_fix(agent: Agent) -> None:
    agent.sync({"Main.hs": GOOD})
    assert agent.check("Main.hs", "main :: IO ()\nmain = putStrLn True\n")
    assert agent.check("Main.hs", GOOD) == []
    assert agent.check("Main.hs", "main :: IO ()\nmain = putStrLn (\n")
    assert agent.check("Main.hs", GOOD) == []


def test_every_edit_is_answered_even_one_that_changes_nothing(agent: Agent) -> None:
    agent.sync({"Main.hs": GOOD})
    for _ in range(3):
        assert agent.check("Main.hs", GOOD) == []
    broken = "main :: IO ()\nmain = putStrLn True\n"
    for _ in range(3):
        assert only(agent.check("Main.hs", broken)).code == "GHC-83865"


def test_files_that_are_no_haskell_are_answered_too(agent: Agent) -> None:
    agent.sync({"Main.hs": GOOD, "notes.md": "# x\n"})
    assert agent.check("notes.md", "# y\n") == []
    assert agent.check("data/new.txt", "new") == []


def test_an_error_in_one_file_shows_in_those_that_use_it(agent: Agent) -> None:
    lib = "module Lib (double) where\n\ndouble :: Int -> Int\ndouble = (* 2)\n"
    agent.sync({"Main.hs": "import Lib\n\nmain :: IO ()\nmain = print (double 21)\n", "Lib.hs": lib})
    assert agent.check("Lib.hs", lib.replace("double", "triple")) == []
    found = wait_for_errors(agent, "Main.hs")
    assert found[0].code == "GHC-88464"
    assert spot(found[0]) == (3, 14, 3, 20)
    assert agent.check("Lib.hs", lib) == []
    wait_for_none(agent, "Main.hs")


def wait_for_errors(agent: Agent, path: str) -> list[Diagnostic]:
    return agent.wait(lambda: agent.shown(path) or None, f"errors in {path}", 15)


def wait_for_none(agent: Agent, path: str) -> None:
    agent.wait(lambda: (not agent.shown(path)) or None, f"no errors in {path}", 15)


DEADLY = """\
{-# LANGUAGE TemplateHaskell #-}
module Main where

import Language.Haskell.TH.Syntax (runIO)
import System.Posix.Signals (raiseSignal, sigKILL)

$(runIO (raiseSignal sigKILL) >> pure [])

main :: IO ()
main = pure ()
"""
SLOW = """\
{-# LANGUAGE TemplateHaskell #-}
module Main where

import Control.Concurrent (threadDelay)
import Language.Haskell.TH.Syntax (runIO)
import Zero

waited :: Int
waited = $(runIO (threadDelay 2000000) >> [| 1 |])

main :: IO ()
main = print (zero waited + 1)
"""


def test_who_types_hears_of_the_file_before_its_dependants_are_compiled(agent: Agent) -> None:
    zero = "module Zero where\n\nzero :: Int -> Int\nzero x = x\n"
    agent.sync({"Zero.hs": zero, "Main.hs": SLOW})
    agent.check("Main.hs", SLOW)
    agent.check("Zero.hs", zero)
    before = len(agent.says[""])
    version = agent.edit("Zero.hs", zero.replace("Int -> Int", "Int -> Bool"))
    wait_for_errors(agent, "Main.hs")
    events = [say.event for say in agent.says[""][before:]]
    told = [event.uri for event in events if isinstance(event, Published) and event.diagnostics]
    assert told == ["file:///work/Zero.hs", "file:///work/Main.hs"]  # all at once they come by their names
    assert only(agent.published("Zero.hs", version)).code == "GHC-83865"
    assert [each.version for each in agent.everything_published("Zero.hs")].count(version) == 1


def test_what_was_found_before_a_load_gave_way_to_an_edit_is_told(agent: Agent) -> None:
    zero = "module Zero where\n\nzero :: Int -> Int\nzero x = x\n"
    user = "module User where\n\nimport Zero\n\nuser = zero 1\n\nother :: Int\nother = zero 2\n"
    slow = SLOW.replace("import Zero", "import User").replace("zero waited + 1", "user")
    slow = slow.replace("2000000", "4000000")
    agent.sync({"Zero.hs": zero, "User.hs": user, "Main.hs": slow})
    agent.check("Main.hs", slow)
    changed = zero.replace("Int -> Int", "Int -> Bool").replace("zero x = x", "zero x = x > 1")
    agent.check("Zero.hs", changed)  # User is compiled next, and then Main, which takes its time
    agent.check("Zero.hs", changed + "-- and so on\n")  # for which User need not be compiled again

    def found() -> bool | None:
        return "GHC-83865" in [each.code for each in agent.shown("User.hs")] or None

    agent.wait(found, "the error in User.hs", 15)


def test_a_file_that_kills_ghci_is_never_told_to_be_sound(agent: Agent) -> None:
    agent.sync({"Main.hs": GOOD})
    version = agent.edit("Main.hs", DEADLY)
    assert agent.published("Main.hs", version)
    told = [each for each in agent.everything_published("Main.hs") if each.version == version]
    assert all(each.diagnostics for each in told)


def test_a_parse_error_keeps_what_was_known_of_other_files(agent: Agent) -> None:
    files = {
        "A.hs": "module A where\na :: Int\na = True\n",
        "B.hs": "module B where\nb :: Int\nb = 1\n",
        "Main.hs": GOOD,
    }
    agent.sync(files)
    assert agent.check("A.hs", files["A.hs"])
    assert agent.check("B.hs", "module B where\nb = (\n")
    assert only(agent.shown("A.hs")).code == "GHC-83865"
    assert agent.check("B.hs", files["B.hs"]) == []
    assert only(agent.shown("A.hs")).code == "GHC-83865"


def test_diagnostics_of_the_saved_text_come_after_a_sync(agent: Agent) -> None:
    agent.sync({"Main.hs": "main :: IO ()\nmain = putStrLn 'c'\n"})
    found = wait_for_errors(agent, "Main.hs")
    assert found[0].code == "GHC-83865"
    agent.sync({"Main.hs": GOOD})
    wait_for_none(agent, "Main.hs")


def test_a_file_that_is_gone_has_no_diagnostics(agent: Agent) -> None:
    agent.sync({"Main.hs": GOOD, "Bad.hs": "module Bad where\nx :: Int\nx = 'c'\n"})
    wait_for_errors(agent, "Bad.hs")
    agent.sync({"Main.hs": GOOD})
    wait_for_none(agent, "Bad.hs")


def test_closing_an_editor_brings_the_saved_text_back(agent: Agent) -> None:
    agent.sync({"Main.hs": GOOD})
    assert agent.check("Main.hs", "main :: IO ()\nmain = putStrLn 'c'\n")
    agent.sync({"Main.hs": GOOD})  # closes it
    wait_for_none(agent, "Main.hs")
    assert agent.output({"Main.hs": GOOD}) == "fine\n"


def test_a_burst_of_edits_ends_with_the_last_ones_diagnostics(agent: Agent) -> None:
    agent.sync({"Main.hs": GOOD})
    texts = itertools.cycle(
        ["main :: IO ()\nmain = putStrLn (\n", "main :: IO ()\nmain = putStrLn True\n", GOOD]
    )
    for _, text in zip(range(199), texts, strict=False):
        agent.edit("Main.hs", text)
    last = agent.edit("Main.hs", "main :: IO ()\nmain = putStrLn missing\n")
    assert only(agent.published("Main.hs", last)).code == "GHC-88464"
    time.sleep(1)
    assert only(agent.shown("Main.hs")).code == "GHC-88464"
    assert agent.check("Main.hs", GOOD) == []


def test_an_endless_compile_gives_way_to_the_next_edit(agent: Agent) -> None:
    agent.sync({"Main.hs": GOOD})
    endless = (
        "{-# LANGUAGE TemplateHaskell #-}\nimport Language.Haskell.TH\nmain :: IO ()\n"
        "main = $(let { loop :: Int -> Q Exp; loop n = if n < 0 then [| pure () |] else loop (n + 1) }\n"
        "         in loop 0)\n"
    )
    agent.edit("Main.hs", endless)
    time.sleep(0.7)
    began = time.monotonic()
    assert agent.check("Main.hs", GOOD) == []
    assert time.monotonic() - began < 12
    assert agent.output({"Main.hs": GOOD}) == "fine\n"


def test_a_slow_load_comes_to_its_end_while_somebody_types(agent: Agent) -> None:
    agent.sync({"Main.hs": GOOD})
    slow = (
        "{-# LANGUAGE TemplateHaskell #-}\nimport Control.Concurrent (threadDelay)\n"
        "import Language.Haskell.TH.Syntax (runIO)\nmain :: IO ()\n"
        "main = $(runIO (threadDelay 2000000) >> [| pure () |])\n"
    )
    typed = {agent.edit("Main.hs", slow)}
    for number in range(100):
        time.sleep(0.3)
        typed.add(agent.edit("Main.hs", f"{slow}-- {number}\n"))
        published = {one.version for one in agent.everything_published("Main.hs")}
        if typed & published:
            return
    raise AssertionError("no diagnostics of any text that was typed")


def test_many_messages_are_bounded_and_said(agent: Agent) -> None:
    agent.sync({"Main.hs": GOOD})
    text = "main :: IO ()\nmain = pure ()\n" + "".join(f"v{n} :: Int\nv{n} = True\n" for n in range(700))
    found = agent.check("Main.hs", text)
    assert 400 < len(found) <= 500
    assert agent.check("Main.hs", GOOD) == []


def test_a_run_is_refused_by_errors_in_what_it_imports_alone(agent: Agent) -> None:
    files = {
        "Main.hs": "import A\n\nmain :: IO ()\nmain = print a\n",
        "A.hs": "module A where\n\nimport B\n\na :: Int\na = b\n",
        "B.hs": "module B where\n\nb :: Int\nb = 1\n",
        "Unused.hs": "module Unused where\n\nx :: Int\nx = True\n",
        "Broken.hs": "module Broken where\n\nx = = (\n",
    }
    assert agent.output(files) == "1\n"
    assert agent.output(files, "compile") == "1\n"
    for mode in ("interpret", "compile"):
        run = agent.run(files | {"B.hs": "module B where\n\nb :: Int\nb = True\n"}, mode)
        finished = run.ended()
        assert finished.outcome == "compile_failed"
        assert {one.uri for one in finished.diagnostics if one.severity == 1} == {"file:///work/B.hs"}


def test_deferred_errors_never_show_at_run_time(agent: Agent) -> None:
    program = "main :: IO ()\nmain = if False then print (True + missing) else print 1\n"
    run = agent.run({"Main.hs": program})
    assert run.ended().outcome == "compile_failed"
    assert run.stdout == run.stderr == ""


def test_what_did_not_change_is_not_loaded_again(agent: Agent) -> None:
    slow = "".join(f"data T{n} = A{n} | B{n} deriving (Show, Read, Eq, Ord)\n" for n in range(25))
    agent.sync({"Main.hs": "import Lib\n" + GOOD, "Lib.hs": "module Lib where\n" + slow})
    began = time.monotonic()
    agent.start().ended()
    first = time.monotonic() - began
    began = time.monotonic()
    hints = agent.check("Main.hs", "import Lib\n" + GOOD.replace("fine", "fast"))
    assert [each.severity for each in hints] == [4]
    assert time.monotonic() - began < first / 2
