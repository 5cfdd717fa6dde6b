"""A program under the debugger: where it stands, what is bound there, and nothing else at stake."""

import pytest

from sandbox.limits import RunLimits
from sandbox.messages import Breakpoint, Debug, DebugAction, Debugged
from tests.agent.harness import LIMITS, Agent, Run

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

SHAPES = """module Shapes (square) where

square :: Int -> Int
square n =
  let m = n * n
  in m + 0
"""
MAIN = """module Main (main) where

import qualified Data.Map as Map
import Shapes
import System.Exit

data Pair = Pair { left :: Int, right :: [String] }

main :: IO ()
main = do
  name <- getLine
  putStrLn ("hello " ++ name)
  print (total (Pair 3 [name, "𝔘"]))
  print (sum (map square [1 .. 3]))
  print (Map.toList (Map.fromList [(1 :: Int, 'a')]))
  exitWith (ExitFailure 3)

total :: Pair -> Int
total p = left p + length (right p)
"""
POINTS = """{-# LANGUAGE TemplateHaskell #-}
module Points (Point, across, down, origin, squares) where

import Control.Lens
import Language.Haskell.TH

data Point = Point { _across :: Int, _down :: Int } deriving Show
makeLenses ''Point

origin :: Point
origin = Point 0 $(litE (integerL (product [1 .. 5])))

squares :: Int -> [Int]
squares n =
  let made = $(listE [ [| n * k |] | k <- [1 .. 3 :: Int] ])
  in reverse made
"""
MOVES = """module Main (main) where

import Control.Lens
import qualified Data.Map as Map
import Points

moved :: Int -> Map.Map String Point -> Map.Map String Point
moved n points =
  let further = points & at "a" ?~ origin & traversed . across +~ n
  in further & traversed . down *~ 2

main :: IO ()
main = do
  print (moved 3 Map.empty ^.. traversed . down)
  print (squares 2)
"""
PARTIAL = """main :: IO ()
main = print (f [])
f :: [Int] -> Int
f (x : _) = x
f [] = error "no"
"""
FILES = {"app/Main.hs": MAIN, "src/Shapes.hs": SHAPES}


class Debugger:
    """A run of mode `debug`."""

    def __init__(self, agent: Agent, *breakpoints: Breakpoint, limits: RunLimits = LIMITS) -> None:
        self._agent = agent
        self.run: Run = agent.start("debug", limits, breakpoints=list(breakpoints))
        self._seen = 0

    @property
    def states(self) -> list[Debugged]:
        return [event for event in self.run.events if isinstance(event, Debugged)]

    def stands(self) -> Debugged:
        """Where it stands next."""

        def found() -> Debugged | None:
            new = [state for state in self.states[self._seen :] if state.state == "paused"]
            assert new or self.run.finished is None, self.run.events
            return new[0] if new else None

        state = self._agent.wait(found, f"a stop after {self.states[-2:]}, {self.run.events[-3:]}")
        self._seen = self.states.index(state, self._seen) + 1
        return state

    def do(self, action: DebugAction, text: str = "") -> None:
        self._agent.deliver(Debug(self.run.id, action, text))

    def after(self, action: DebugAction, text: str = "") -> Debugged:
        self.do(action, text)
        return self.stands()


def where(state: Debugged) -> tuple[str | None, int, str]:
    assert state.at is not None
    assert state.at.range is not None
    return state.at.path, state.at.range.start.line, state.at.name


def values(state: Debugged) -> dict[str, tuple[str, str]]:
    return {each.name: (each.type, each.value) for each in state.locals}


def test_a_program_is_walked_through(agent: Agent) -> None:
    agent.sync(FILES)
    debugger = Debugger(agent, Breakpoint("app/Main.hs", 18), Breakpoint("src/Shapes.hs", 5))
    run = debugger.run
    run.input("you\n")
    stop = debugger.stands()
    assert where(stop) == ("app/Main.hs", 18, "total")
    assert run.stdout == "hello you\n"
    assert [each.line for each in stop.breakpoints] == [18, 5]
    assert values(stop)["p"][0] == "Pair"
    assert stop.history[0].name == "main"
    assert stop.history[0].path == "app/Main.hs"

    assert values(debugger.after("force", "p"))["p"][1] == 'Pair 3 ["you","𝔘"]'
    debugger.after("evaluate", "left p + 1")
    debugger.after("evaluate", "nonsense")
    run.printed("4\n")
    run.printed("Variable not in scope: nonsense", "stderr")

    assert where(debugger.after("step"))[1:] == (18, "total")
    assert where(debugger.after("stepLocal"))[0] == "app/Main.hs"
    inner = debugger.after("continue")
    assert where(inner) == ("src/Shapes.hs", 5, "square")
    assert values(inner)["m"][0] == "Int"
    back = debugger.after("back")
    assert (back.position, back.at == inner.history[0]) == (1, True)
    assert debugger.after("forward").position == 0

    agent.deliver(Debug(run.id, "breakpoints"))
    debugger.do("continue")
    finished = run.ended()
    assert (finished.outcome, finished.exit_code) == ("exited", 3)
    assert run.stdout.endswith("5\n14\n[(1,'a')]\n")
    assert agent.output({"Main.hs": "main = print 1\n"}) == "1\n"


def test_lenses_and_template_haskell_are_walked_through(agent: Agent) -> None:
    agent.sync({"app/Main.hs": MOVES, "src/Points.hs": POINTS})
    debugger = Debugger(agent, Breakpoint("app/Main.hs", 9), Breakpoint("src/Points.hs", 15))
    run = debugger.run
    stop = debugger.stands()
    assert where(stop) == ("app/Main.hs", 9, "moved")
    assert values(stop)["further"][0] == "Map String Point"
    assert values(debugger.after("force", "further"))["further"][1] == 'Bin 1 "a" (Point 3 120) Tip Tip'
    debugger.after("evaluate", 'further ^? ix "a" . across')
    run.printed("Just 3\n")
    stop = debugger.after("step")
    assert where(stop)[0] == "app/Main.hs"

    stop = debugger.after("continue")
    assert where(stop) == ("src/Points.hs", 15, "squares")
    assert values(debugger.after("force", "made"))["made"] == ("[Int]", "[2,4,6]")
    debugger.do("continue")
    finished = run.ended()
    assert (finished.outcome, finished.exit_code) == ("exited", 0)
    assert run.stdout.endswith("[240]\n[6,4,2]\n")


def test_it_stands_at_an_exception_and_can_be_stopped(agent: Agent) -> None:
    agent.sync({"Main.hs": PARTIAL})
    debugger = Debugger(agent)
    stop = debugger.stands()
    assert stop.exception
    assert "_exception" in values(stop)
    debugger.run.stop()
    assert debugger.run.ended().outcome == "stopped"


def test_errors_are_told_and_what_means_nothing_is_passed_over(agent: Agent) -> None:
    agent.sync({"Main.hs": "main :: IO ()\nmain = print (1 + 'a' :: Int)\n"})
    refused = Debugger(agent).run.ended()
    assert refused.outcome == "compile_failed"
    assert refused.diagnostics
    agent.sync({"Main.hs": "main :: IO ()\nmain = getLine >>= putStrLn\n"})
    debugger = Debugger(agent, Breakpoint("Other.hs", 3), Breakpoint("Main.hs", 10**9))
    debugger.run.running()
    for action in ("step", "back", "force", "continue"):
        debugger.do(action, "x\ty\n")
    debugger.run.input("over\n")
    assert debugger.run.ended().exit_code == 0
    assert debugger.run.stdout == "over\n"
    assert all(state.state == "running" for state in debugger.states)


HOSTILE = """import Control.Monad
import System.IO
import System.Posix.IO
main :: IO ()
main = do
  forM_ [1 .. 2000 :: Int] $ \\_ -> fdWrite 3 "{\\"type\\":\\"paused\\",\\"locals\\":7}\\n{{{\\n"
  putStrLn "Stopped in Main.main, Main.hs:3:1-10"
  line <- getLine
  putStrLn line
"""


def test_a_program_that_speaks_for_the_debugger_is_not_believed(agent: Agent) -> None:
    agent.sync({"Main.hs": HOSTILE})
    debugger = Debugger(agent)
    debugger.run.input("end\n")
    debugger.run.ended()
    assert len(debugger.states) <= 5
    assert agent.output({"Main.hs": "main = print 1\n"}) == "1\n"


def test_an_endless_program_ends_by_its_clock_and_one_that_stands_by_idleness(agent: Agent) -> None:
    short = RunLimits(compile_seconds=60, run_seconds=3, test_seconds=60, idle_seconds=10)
    agent.sync({"Main.hs": "main :: IO ()\nmain = print (length [1 ..])\n"})
    endless = Debugger(agent, limits=short)
    assert endless.run.ended().outcome == "timed_out"
    standing = Debugger(agent, Breakpoint("Main.hs", 1), limits=short)
    standing.stands()
    assert standing.run.ended().outcome == "timed_out"
    assert standing.run.ended().timings.run_seconds > 8
