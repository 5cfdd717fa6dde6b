"""What native programs show of themselves, and the check that runs nothing."""

import pytest

from sandbox.limits import RunLimits
from sandbox.messages import Benchmark, Coverage, CoveredModule, Mark, Measured, Report, Statistics
from tests.agent.harness import Agent, Run

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

LENSES = """\
{-# LANGUAGE TemplateHaskell #-}
module Shape (Point, origin, area, moved, side) where

import Control.Lens

data Point = Point { _across :: Int, _down :: Int } deriving Show
makeLenses ''Point

origin :: Point
origin = Point 0 0

moved :: Int -> Point -> Point
moved n = across +~ n

area :: Int -> Int
area n
  | n < 0 = 0
  | otherwise = n * n

side :: Bool -> String
side up = if up then "up" else "down"
"""
SHAPES = """\
module Main (main) where

import Control.Monad.State
import qualified Data.Map.Strict as Map
import Shape

unused :: Int
unused = length "never"

main :: IO ()
main = do
  print (moved 3 origin, area 4, side True)
  print (execState (mapM_ (\\n -> modify (Map.insert n (n * n))) [1 .. 2000 :: Int]) Map.empty Map.! 7)
"""
FILES = {"src/Shape.hs": LENSES, "Main.hs": SHAPES}
PRINTED = '(Point {_across = 3, _down = 0},16,"up")\n49\n'


def measured(run: Run) -> Measured:
    """What a finished run told of itself; the program did as always."""
    run.ended()
    (told,) = [event for event in run.events if isinstance(event, Measured)]
    assert isinstance(run.events[-2], Measured)
    return told


def report(run: Run) -> Report:
    told = measured(run)
    assert told.report is not None, told.failure
    return told.report


def marked(module: CoveredModule, text: str, kind: str) -> list[str]:
    """The first lines of the stretches of this kind."""
    lines = text.split("\n")
    return [_first_line(mark, lines) for mark in module.marks if mark.kind == kind]


def _first_line(mark: Mark, lines: list[str]) -> str:
    start, end = mark.range.start, mark.range.end
    line = lines[start.line]
    return line[start.character : end.character if end.line == start.line else len(line)]


def test_statistics_of_the_runtime_are_told_before_the_end(agent: Agent) -> None:
    run = agent.run(FILES, "compile", insight="statistics")
    assert (run.stdout, run.ended().exit_code) == (PRINTED, 0)
    found = report(run)
    assert isinstance(found, Statistics)
    assert found.allocated_bytes > 100_000
    assert found.peak_memory_bytes >= found.max_residency_bytes
    assert 0 < found.mutator_cpu_seconds < 30


def test_the_program_neither_sees_nor_takes_options_of_the_runtime(agent: Agent) -> None:
    program = (
        'import System.Environment\nmain = do\n  lookupEnv "SANDBOX_INSIGHT" >>= print\n  getArgs >>= print\n'
    )
    run = agent.run({"Main.hs": program}, "compile", insight="statistics", args=["+RTS", "-N4", "-RTS"])
    assert run.stdout == 'Nothing\n["+RTS","-N4","-RTS"]\n'
    assert isinstance(report(run), Statistics)


def test_coverage_tells_what_was_executed(agent: Agent) -> None:
    run = agent.run(FILES, "compile", insight="coverage")
    assert run.stdout == PRINTED
    found = report(run)
    assert isinstance(found, Coverage)
    modules = {module.module: module for module in found.modules}
    assert {name: module.path for name, module in modules.items()} == {
        "Main": "Main.hs",
        "Shape": "src/Shape.hs",
    }
    shape, main = modules["Shape"], modules["Main"]
    assert marked(shape, LENSES, "alwaysTrue") == ["otherwise", "up"]
    assert marked(shape, LENSES, "alwaysFalse") == ["n < 0"]
    assert {'"down"', "0"} <= set(marked(shape, LENSES, "never"))
    assert 'length "never"' in marked(main, SHAPES, "never")
    assert main.bindings.covered == main.bindings.total - 1
    assert 0 < shape.expressions.covered < shape.expressions.total
    assert [mark.count for mark in main.marks if mark.range.start.line == 10] == [1]


def test_each_run_is_counted_alone_and_a_changed_text_anew(agent: Agent) -> None:
    counts = []
    for text in (SHAPES, SHAPES, SHAPES.replace("area 4", "area (-4)")):
        found = report(agent.run(FILES | {"Main.hs": text}, "compile", insight="coverage"))
        assert isinstance(found, Coverage)
        shape = next(module for module in found.modules if module.module == "Shape")
        counts.append((marked(shape, LENSES, "alwaysFalse"), [mark.count for mark in shape.marks]))
    assert counts[0] == counts[1]
    assert (counts[0][0], counts[2][0]) == (["n < 0"], [])


def test_coverage_of_the_tests_shows_what_they_reach(agent: Agent) -> None:
    spec = """\
import Shape
import Test.Hspec

main :: IO ()
main = hspec $ describe "area" $ it "squares" $ area 3 `shouldBe` 9
"""
    run = agent.run(FILES | {"test/Spec.hs": spec}, "test", insight="coverage")
    assert "1 example, 0 failures" in run.stdout
    found = report(run)
    assert isinstance(found, Coverage)
    shape = next(module for module in found.modules if module.module == "Shape")
    assert (shape.conditions.covered, shape.conditions.total) == (0, 3)
    assert "across +~ n" in marked(shape, LENSES, "never")


PLACES = 'p, c :: String\np = "/work/.session/insight/statistics"\nc = "/work/.session/insight/program.tix"\n'


@pytest.mark.parametrize(
    ("insight", "main"),
    [
        ("statistics", 'removeLink p >> createSymbolicLink "/etc/passwd" p'),
        ("statistics", "signalProcess sigKILL =<< getProcessID"),
        ("coverage", "createNamedPipe c 0o600 >> exitImmediately ExitSuccess"),
        ("coverage", 'writeFile c "Tix [ TixModule \\"Main\\" 1 1 [1]]" >> exitImmediately ExitSuccess'),
        ("coverage", 'writeFile c "Tix" >> setFileSize c 100000000 >> exitImmediately ExitSuccess'),
    ],
    ids=["a link elsewhere", "killed", "a pipe", "other counts", "huge"],
)
def test_what_the_program_puts_in_the_place_of_the_report_is_no_report(
    agent: Agent, insight: str, main: str
) -> None:
    program = f"import System.Exit\nimport System.Posix\nmain :: IO ()\nmain = {main}\n{PLACES}"
    limits = RunLimits(compile_seconds=60, run_seconds=3)
    told = measured(agent.run({"Main.hs": program}, "compile", insight=insight, limits=limits))
    assert told.report is None
    assert told.failure


def test_a_benchmark_runs_the_program_again_and_again(agent: Agent) -> None:
    program = 'main :: IO ()\nmain = interact (\\text -> show (sum [1 .. read text :: Int]) ++ "\\n")\n'
    run = agent.run({"Main.hs": program}, "compile", insight="benchmark", repeats=7, stdin="200000\n")
    assert run.stdout == "20000100000\n"
    found = report(run)
    assert isinstance(found, Benchmark)
    assert (len(found.wall_seconds), len(found.cpu_seconds), found.shortfall) == (7, 7, None)
    assert all(0 < seconds < 10 for seconds in found.wall_seconds)


def test_a_benchmark_ends_with_the_time_of_a_run_and_with_a_stop(agent: Agent) -> None:
    sleeps = 'import Control.Concurrent\nmain :: IO ()\nmain = putStrLn "once" >> threadDelay 600000\n'
    limits = RunLimits(compile_seconds=60, run_seconds=2)
    run = agent.run({"Main.hs": sleeps}, "compile", insight="benchmark", limits=limits, stdin="")
    found = report(run)
    assert isinstance(found, Benchmark)
    assert 1 <= len(found.wall_seconds) <= 2
    assert "fitted into the time" in (found.shortfall or "")
    assert run.ended().outcome == "exited"
    stopped = agent.start("compile", insight="benchmark", repeats=200, stdin="")
    stopped.printed("once")
    stopped.stop()
    assert measured(stopped)


def test_a_failing_program_is_not_run_again(agent: Agent) -> None:
    run = agent.run({"Main.hs": 'main :: IO ()\nmain = error "no"\n'}, "compile", insight="benchmark")
    assert run.ended().exit_code == 1
    assert measured(run).failure == "Only a program that ends with 0 is run again."


def test_a_profile_needs_the_packages_for_it(agent: Agent) -> None:
    ended = agent.run(FILES, "compile", insight="profile").ended()
    assert (ended.outcome, ended.reason) == (
        "compile_failed",
        "This toolchain has no packages for profiling.",
    )


def test_a_check_says_what_ghc_says_of_every_module_and_runs_nothing(agent: Agent) -> None:
    library = {
        "src/Shape.hs": LENSES,
        "src/Odd.hs": "{-# OPTIONS_GHC -Wall #-}\nmodule Odd where\nodd' n = n\n",
    }
    good = agent.run(library, "check").ended()
    assert (good.outcome, good.exit_code, good.phase) == ("exited", 0, "compile")
    assert [(each.severity, each.uri) for each in good.diagnostics] == [(2, "file:///work/src/Odd.hs")]
    bad = agent.run(library | {"src/Bad.hs": "module Bad where\nbad = missing\n"}, "check").ended()
    assert bad.outcome == "compile_failed"
    assert "missing" in bad.diagnostics[0].message
