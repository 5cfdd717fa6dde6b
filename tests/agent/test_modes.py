"""Compiled programs, the REPL, and the workspace's tests."""

import time
from typing import Any

import pytest

from sandbox.limits import RunLimits
from tests.agent.harness import Agent, Run
from tests.agent.stage import Stage

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

HELLO = 'main :: IO ()\nmain = putStrLn "Hello, world"\n'
LIB = "module Lib (double) where\n\ndouble :: Int -> Int\ndouble = (* 2)\n"
USES_LIB = "module Main (main) where\n\nimport Lib\n\nmain :: IO ()\nmain = print (double 21)\n"

# --- compile -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimization", [0, 1, 2])
def test_a_program_is_compiled_and_run(agent: Agent, optimization: int) -> None:
    run = agent.run({"Main.hs": HELLO}, "compile", optimization=optimization)
    assert run.stdout == "Hello, world\n"
    assert run.stderr == ""
    assert run.phases == ["compile", "run"]
    finished = run.ended()
    assert (finished.outcome, finished.phase, finished.exit_code) == ("exited", "run", 0)
    assert finished.timings.compile_seconds > 0
    assert finished.usage.cpu_seconds > 0


def test_a_compiled_program_holds_no_copy_of_its_packages(agent: Agent) -> None:
    program = """\
import qualified Data.Map as Map
import System.Environment
import System.IO

main :: IO ()
main = do
  print (Map.size (Map.fromList [(1 :: Int, ())]))
  getExecutablePath >>= \\path -> withFile path ReadMode hFileSize >>= print
"""
    entries, size = agent.output({"Main.hs": program}, "compile").split()
    assert entries == "1"
    assert int(size) < 200_000


def test_what_did_not_change_is_not_compiled_again(agent: Agent) -> None:
    slow = "".join(f"data T{n} = A{n} | B{n} deriving (Show, Read, Eq, Ord)\n" for n in range(25))
    files = {"Main.hs": "import Lib\n" + HELLO, "Lib.hs": "module Lib where\n" + slow}
    first = agent.run(files, "compile").ended()
    second = agent.run(files, "compile").ended()
    assert second.timings.compile_seconds < first.timings.compile_seconds / 2
    edited = agent.run(files | {"Main.hs": "import Lib\n" + HELLO.replace("Hello", "Hi")}, "compile")
    assert edited.stdout == "Hi, world\n"
    assert edited.ended().timings.compile_seconds < first.timings.compile_seconds / 1.5


def test_two_edits_within_a_moment_are_told_apart(agent: Agent) -> None:
    for number in range(4):
        files = {"Main.hs": USES_LIB, "Lib.hs": LIB.replace("2", str(number))}
        assert agent.output(files, "compile", optimization=0) == f"{21 * number}\n"


def test_a_compiled_program_has_a_native_buffer(agent: Agent) -> None:
    agent.sync({"Main.hs": 'main :: IO ()\nmain = putStrLn "asked" >> getLine >>= putStrLn\n'})
    run = agent.start("compile")
    run.running("run")
    time.sleep(1)
    assert run.stdout == ""
    run.input("answer\n")
    run.ended()
    assert run.stdout == "asked\nanswer\n"


def test_a_compiled_program_has_a_terminal(agent: Agent) -> None:
    agent.sync({"Main.hs": 'main :: IO ()\nmain = putStr "name? " >> getLine >>= putStrLn . ("hi " ++)\n'})
    run = agent.start("compile", terminal=(80, 24))
    run.running("run")
    time.sleep(0.3)
    run.input("Bob\n")
    run.ended()
    assert run.terminal.replace("\r\n", "\n") in ("name? Bob\nhi Bob\n", "Bob\nname? hi Bob\n")


def test_compiled_endings_are_native(agent: Agent, stage: Stage) -> None:
    program = """\
import GHC.Stack

main :: IO ()
main = deep 1

deep :: HasCallStack => Int -> IO ()
deep n = error ("boom" ++ show n)
"""
    run = agent.run({"Main.hs": program}, "compile", optimization=0)
    native = stage.native({"Main.hs": program})
    assert (run.stderr, run.ended().exit_code) == (native.stderr, native.code)


def test_a_compiled_segfault_is_named(agent: Agent) -> None:
    program = "import Foreign\nmain :: IO ()\nmain = peek (nullPtr :: Ptr Int) >>= print\n"
    finished = agent.run({"Main.hs": program}, "compile").ended()
    assert (finished.outcome, finished.signal) == ("signalled", "SIGSEGV")


def test_arguments_are_no_options_of_the_runtime(agent: Agent) -> None:
    program = (
        "import System.Environment\nmain :: IO ()\nmain = getProgName >>= putStrLn >> getArgs >>= print\n"
    )
    args = ["+RTS", "-s", "-RTS", "--help"]
    out = agent.output({"Main.hs": program}, "compile", args=args)
    assert out == 'Main\n["+RTS","-s","-RTS","--help"]\n'


def test_template_haskell_over_a_module_of_ones_own_compiles(agent: Agent) -> None:
    files = {
        "Gen.hs": (
            "{-# LANGUAGE TemplateHaskell #-}\nmodule Gen where\nimport Language.Haskell.TH\n\n"
            "answer :: Q Exp\nanswer = [| 42 :: Int |]\n"
        ),
        "Main.hs": "{-# LANGUAGE TemplateHaskell #-}\nimport Gen\n\nmain :: IO ()\nmain = print $(answer)\n",
    }
    assert agent.output(files, "compile") == "42\n"
    assert agent.output(files) == "42\n"


def test_an_error_refuses_the_run_with_its_place(agent: Agent) -> None:
    run = agent.run({"Main.hs": 'main :: IO ()\nmain = putStrLn (1 + "x" :: Int)\n'}, "compile")
    finished = run.ended()
    assert (finished.outcome, finished.phase) == ("compile_failed", "compile")
    assert "run" not in run.phases
    errors = [one for one in finished.diagnostics if one.severity == 1]
    assert {one.uri for one in errors} == {"file:///work/Main.hs"}
    assert {one.range.start.line for one in errors} == {1}
    assert "GHC-83865" in {one.code for one in errors}


def test_the_linkers_own_words_are_told(agent: Agent) -> None:
    program = "foreign import ccall nowhere :: IO ()\n\nmain :: IO ()\nmain = nowhere\n"
    run = agent.run({"Main.hs": program}, "compile")
    assert run.ended().outcome == "compile_failed"
    assert "undefined symbol: nowhere" in run.messages


def test_warnings_come_with_a_run(agent: Agent) -> None:
    program = "{-# OPTIONS_GHC -Wall #-}\nmodule Main (main) where\nimport Data.List\n\n" + HELLO
    for mode in ("compile", "interpret"):
        finished = agent.run({"Main.hs": program}, mode).ended()
        assert finished.outcome == "exited"
        assert [one.severity for one in finished.diagnostics] == [2]
        assert "Data.List" in finished.diagnostics[0].message


# --- repl --------------------------------------------------------------------------------------------------


def repl(agent: Agent, files: dict[str, str], **more: Any) -> Run:
    agent.sync(files)
    run = agent.start("repl", terminal=(80, 24), **more)
    run.printed("ghci> ", "terminal")
    return run


def test_the_repl_knows_the_workspaces_modules(agent: Agent) -> None:
    run = repl(agent, {"Main.hs": USES_LIB, "Lib.hs": LIB})
    run.input("double 50\n")
    run.printed("100\r\n", "terminal")
    run.input("main\n")
    run.printed("42\r\n", "terminal")
    run.input(":type double\n")
    run.printed("double :: Int -> Int", "terminal")
    run.input(":quit\n")
    finished = run.ended()
    assert (finished.outcome, finished.exit_code) == ("exited", 0)


def test_nothing_of_ours_shows_in_the_repl(agent: Agent) -> None:
    run = repl(agent, {"Main.hs": HELLO})
    run.input(":show imports\n")
    run.input(":show modules\n")
    run.input('putStrLn ("e" ++ "nd")\n')
    run.printed("end\r\n", "terminal")
    assert "andbox" not in run.terminal
    assert ".session" not in run.terminal
    assert "Loaded GHCi configuration" not in run.terminal
    run.stop()
    run.ended()


def test_an_interrupt_leaves_the_repl_alive(agent: Agent) -> None:
    run = repl(agent, {"Main.hs": HELLO})
    run.input("let loop = loop :: Int in mapM_ print [1 ..]\n")
    run.printed("100\r\n", "terminal")
    run.input("\x03")
    run.printed("Interrupted.", "terminal")
    run.input("6 * 7 * 1000\n")
    run.printed("42000", "terminal")
    run.stop()
    assert run.ended(8).outcome == "stopped"


def test_the_repl_comes_up_with_a_broken_module(agent: Agent) -> None:
    run = repl(agent, {"Main.hs": "main :: IO ()\nmain = putStrLn 1\n", "Lib.hs": LIB})
    assert "Main.hs:2:17" in run.terminal.replace("\x1b", "")
    run.input("1 + 1 + 40\n")
    run.printed("42\r\n", "terminal")
    run.stop()
    run.ended()


def test_the_repl_ends_by_idleness_alone(agent: Agent) -> None:
    agent.sync({"Main.hs": HELLO})
    limits = RunLimits(run_seconds=1, compile_seconds=20, idle_seconds=10)
    run = agent.start("repl", limits, terminal=(80, 24))
    run.printed("ghci> ", "terminal")
    time.sleep(3)
    run.input("20 + 22\n")
    run.printed("42\r\n", "terminal")
    assert run.ended(16).outcome == "timed_out"


def test_the_repl_and_a_run_live_side_by_side(agent: Agent) -> None:
    run = repl(agent, {"Main.hs": HELLO})
    other = agent.start()
    other.ended()
    assert other.stdout == "Hello, world\n"
    run.input("20 + 22\n")
    run.printed("42\r\n", "terminal")
    run.eof()
    assert run.ended(8).outcome == "exited"


# --- test --------------------------------------------------------------------------------------------------

HSPEC = """\
import Lib
import Test.Hspec

main :: IO ()
main = hspec $ describe "double" $ do
  it "doubles" $ double 2 `shouldBe` 4
  it "SECOND" $ double 3 `shouldBe` WANTED
"""
TASTY = """\
import Lib
import Test.Tasty
import Test.Tasty.HUnit

main :: IO ()
main = defaultMain (testGroup "all" [testCase "double" (double 2 @?= WANTED)])
"""
QUICKCHECK = """\
import Lib
import System.Exit
import Test.QuickCheck

main :: IO ()
main = do
  result <- quickCheckResult (\\n -> double n == n WANTED n)
  if isSuccess result then pure () else exitFailure
"""
DOCTEST = """\
import Test.DocTest

main :: IO ()
main = doctest ["-isrc", "src/Doc.hs"]
"""
DOCUMENTED = """\
module Doc where

-- | Doubles.
--
-- >>> twice 21
-- WANTED
twice :: Int -> Int
twice = (* 2)
"""


@pytest.mark.parametrize(
    ("program", "good", "bad", "sign"),
    [
        (HSPEC, "6", "7", "2 examples"),
        (TASTY, "4", "5", "double"),
        (QUICKCHECK, "+", "-", "tests"),
    ],
    ids=["hspec", "tasty", "QuickCheck"],
)
def test_a_test_program_runs(agent: Agent, program: str, good: str, bad: str, sign: str) -> None:
    files = {"src/Lib.hs": LIB, "test/Spec.hs": program.replace("WANTED", good)}
    passing = agent.run(files, "test")
    assert (passing.ended().outcome, passing.ended().exit_code) == ("exited", 0), passing.events
    assert sign in passing.stdout
    failing = agent.run(files | {"test/Spec.hs": program.replace("WANTED", bad)}, "test")
    assert (failing.ended().outcome, failing.ended().exit_code) == ("exited", 1)


def test_doctest_runs(agent: Agent) -> None:
    files = {"src/Doc.hs": DOCUMENTED.replace("WANTED", "42"), "test/doctests.hs": DOCTEST}
    passing = agent.run(files, "test", entry="test/doctests.hs")
    assert (passing.ended().outcome, passing.ended().exit_code) == ("exited", 0), passing.events
    failing = agent.run(
        files | {"src/Doc.hs": DOCUMENTED.replace("WANTED", "43")}, "test", entry="test/doctests.hs"
    )
    assert failing.ended().exit_code == 1
    assert "42" in failing.stdout + failing.stderr


def test_documented_examples_are_tests_where_there_is_no_other(agent: Agent) -> None:
    run = agent.run({"src/Doc.hs": DOCUMENTED.replace("WANTED", "43")}, "test")
    assert run.ended().outcome == "exited"
    assert run.ended().exit_code == 1
    assert "expected: 43" in run.stdout + run.stderr


def test_specs_are_discovered(agent: Agent) -> None:
    files = {
        "src/Lib.hs": LIB,
        "test/Spec.hs": "{-# OPTIONS_GHC -F -pgmF hspec-discover #-}\n",
        "test/LibSpec.hs": (
            "module LibSpec (spec) where\nimport Lib\nimport Test.Hspec\n\n"
            'spec :: Spec\nspec = it "found me" $ double 2 `shouldBe` 4\n'
        ),
    }
    run = agent.run(files, "test")
    assert (run.ended().outcome, run.ended().exit_code) == ("exited", 0), run.events
    assert "found me" in run.stdout


def test_a_workspace_without_tests_says_so(agent: Agent) -> None:
    finished = agent.run({"Main.hs": HELLO}, "test").ended()
    assert finished.outcome == "compile_failed"
    assert "test" in (finished.reason or "")


def test_the_programs_own_main_does_not_get_in_the_tests_way(agent: Agent) -> None:
    files = {
        "app/Main.hs": USES_LIB,
        "src/Lib.hs": LIB,
        "test/Main.hs": "module Main (main) where\nimport Lib\n\nmain :: IO ()\nmain = print (double 1)\n",
    }
    assert agent.output(files, "test") == "2\n"
    assert agent.output(files) == "42\n"
    assert agent.output(files, "compile") == "42\n"


def test_an_editor_that_opens_the_program_does_not_make_it_the_tests(agent: Agent) -> None:
    files = {"app/Main.hs": HELLO, "test/Spec.hs": 'main :: IO ()\nmain = putStrLn "tested"\n'}
    for extension in ("BlockArguments", "MultiWayIf", "TupleSections"):
        agent.sync({**files, "package.yaml": f"default-extensions: [LambdaCase, {extension}]\n"})
        run = agent.start("test")
        agent.edit("app/Main.hs", HELLO)
        assert run.ended().exit_code == 0
        assert run.stdout == "tested\n"


RULED = """module Main (main) where

said :: String
said = "as written"
{-# NOINLINE said #-}
{-# RULES "said" said = "optimised" #-}

main :: IO ()
main = putStrLn said
"""
CABAL = "executable go\n  main-is: Main.hs\n  ghc-options: {}\n"


def test_where_a_run_says_no_level_of_optimisation_the_package_does(agent: Agent) -> None:
    for options, said in (("-O0", "as written\n"), ("-O2", "optimised\n"), ("-Wall", "optimised\n")):
        assert agent.output({"Main.hs": RULED, "x.cabal": CABAL.format(options)}, "compile") == said
    assert agent.output({"Main.hs": RULED, "x.cabal": CABAL.format("-O0")}, "compile", optimization=1) == (
        "optimised\n"
    )
