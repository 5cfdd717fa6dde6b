"""The resident compiler: quick, and nobody can tell it from plain GHC, nor break a compile by breaking it."""

import itertools
import os
import signal
import time
from collections.abc import Callable

import pytest

from sandbox.limits import RunLimits
from sandbox.messages import Finished
from tests.agent.harness import LIMITS, Agent
from tests.agent.stage import Stage

pytestmark = pytest.mark.engine

RESIDENT = "/opt/agent/lib/resident-compiler"
_edits = itertools.count()


def spliced(action: str) -> str:
    """A program that prints what this action gave while it was compiled; no two are the same."""
    return f"""\
{{-# LANGUAGE TemplateHaskell #-}}
import Control.Concurrent
import Control.Exception
import Control.Monad
import Language.Haskell.TH.Syntax
import System.Environment
import System.Process

main :: IO ()
main = putStrLn $(runIO ({action}) >>= lift)
-- {next(_edits)}
"""


WHO = "getExecutablePath"


def compiler(agent: Agent) -> str:
    """Who compiles at the moment."""
    return agent.output({"Main.hs": spliced(WHO)}, "compile", optimization=1).strip()


def is_plain(path: str) -> bool:
    return path.startswith("/usr/lib/ghc/bin/ghc")


def until(agent: Agent, wanted: Callable[[str], bool]) -> None:
    for _ in range(40):
        if wanted(compiler(agent)):
            return
        time.sleep(1)  # it starts while nothing compiles
    raise AssertionError("the compiler did not change")


@pytest.fixture
def resident(agent: Agent) -> Agent:
    """An agent whose next compile is the resident compiler's."""
    until(agent, lambda path: path == RESIDENT)
    return agent


def processes(stage: Stage, agent: Agent) -> list[int]:
    return [pid for pid, args in stage.processes(agent).items() if args.startswith(RESIDENT)]


def test_a_first_compile_is_plain_ghcs_and_the_next_the_residents(stage: Stage) -> None:
    agent = stage.fresh()
    assert is_plain(compiler(agent))
    until(agent, lambda path: path == RESIDENT)
    stage.remove(agent)


SAID = {
    "warnings": '{-# OPTIONS_GHC -Wall #-}\nimport Data.List\nmain = print x where x = read "1"\n',
    "ambiguous": 'main :: IO ()\nmain = print (read "1")\n',
    "types": "import Data.Map\nmain :: IO ()\nmain = putStrLn (lookup 1) >> missing\n",
    "parse": "main :: IO ()\nmain = do\n  let x =\n",
    "import": "import Not.There\nmain :: IO ()\nmain = pure ()\n",
    "flag": "{-# OPTIONS_GHC -Wnonsense #-}\nmain :: IO ()\nmain = pure ()\n",
    "link": (
        "{-# OPTIONS_GHC -Wall #-}\nmodule Main (main) where\nimport Data.List\n"
        "foreign import ccall nowhere :: IO ()\nmain :: IO ()\nmain = nowhere\n"
    ),
    "below": "import Lib\nmain :: IO ()\nmain = missing\n",
}
LIB = "{-# OPTIONS_GHC -Wall #-}\nmodule Lib where\nimport Data.Char\n"


def test_it_says_what_plain_ghc_says(resident: Agent, stage: Stage) -> None:
    def said(text: str, end: str) -> Finished:
        files = {"Main.hs": text.rstrip("\n") + end, "Lib.hs": LIB.rstrip("\n") + end}
        return resident.run(files, "compile", optimization=1).ended()

    quick = {name: said(text, "\n") for name, text in SAID.items()}
    for name, text in SAID.items():
        for pid in processes(stage, resident):
            os.kill(pid, signal.SIGKILL)
        plain = said(text, " -- again\n")
        assert plain.diagnostics
        assert quick[name].diagnostics == plain.diagnostics
        assert (quick[name].outcome, quick[name].reason) == (plain.outcome, plain.reason)
    assert len(quick["link"].diagnostics) == len(quick["below"].diagnostics) == 2


def test_both_take_over_what_the_other_compiled(resident: Agent, stage: Stage) -> None:
    files = {"Main.hs": "import Lib\nmain :: IO ()\nmain = putStrLn who\n", "Lib.hs": _lib()}
    assert resident.output(files, "compile", optimization=1) == f"{RESIDENT}\n"
    for pid in processes(stage, resident):
        os.kill(pid, signal.SIGKILL)
    assert resident.output(files, "compile", optimization=1) == f"{RESIDENT}\n"
    files["Lib.hs"] = _lib()
    assert is_plain(resident.output(files, "compile", optimization=1))
    until(resident, lambda path: path == RESIDENT)
    assert is_plain(resident.output(files, "compile", optimization=1))


def _lib() -> str:
    return (
        spliced(WHO)
        .replace("import Control.Conc", "module Lib where\nimport Control.Conc", 1)
        .replace("main :: IO ()\nmain = putStrLn", "who :: String\nwho =")
    )


def test_optimisations_do_not_mix(resident: Agent) -> None:
    program = spliced(WHO)
    assert resident.output({"Main.hs": program}, "compile", optimization=2) == f"{RESIDENT}\n"
    assert is_plain(resident.output({"Main.hs": program}, "compile", optimization=0))


def test_a_splice_that_kills_it_costs_only_its_speed(resident: Agent) -> None:
    # GHCi runs the splice too, and must not kill the compile.
    by_compile = f"test $(readlink /proc/$PPID/exe) = {RESIDENT}"
    is_other = f"test $(readlink $p/exe) = {RESIDENT} -a ${{p#/proc/}} != $PPID"
    kill = f"for p in /proc/[0-9]*; do {is_other} && kill -9 ${{p#/proc/}}; done"
    program = spliced(f'callCommand "{by_compile} && {kill}; true" >> {WHO}')
    assert resident.output({"Main.hs": program}, "compile", optimization=1) == f"{RESIDENT}\n"
    assert is_plain(compiler(resident))
    until(resident, lambda path: path == RESIDENT)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV])
def test_when_it_was_killed_or_stopped_plain_ghc_compiles(
    resident: Agent, stage: Stage, number: signal.Signals
) -> None:
    for pid in processes(stage, resident):
        os.kill(pid, number)
    assert is_plain(compiler(resident))


def test_it_outlives_the_clean_up_after_a_run(resident: Agent, stage: Stage) -> None:
    before = processes(stage, resident)
    assert resident.output({"Main.hs": "main :: IO ()\nmain = pure ()\n"}) == ""
    assert processes(stage, resident) == before != []


def test_a_compile_stops_at_once(resident: Agent, stage: Stage) -> None:
    before = processes(stage, resident)
    resident.sync({"Main.hs": spliced('forever (threadDelay 1000) >> pure ""')})
    run = resident.start("compile", optimization=1)
    run.running("compile")
    time.sleep(1)
    run.stop()
    assert run.ended(5).outcome == "stopped"
    assert processes(stage, resident) == before
    assert compiler(resident) == RESIDENT


def test_a_compile_ends_when_its_time_is_over(resident: Agent, stage: Stage) -> None:
    before = processes(stage, resident)
    limits = RunLimits(compile_seconds=3, run_seconds=LIMITS.run_seconds)
    files = {"Main.hs": spliced('forever (threadDelay 1000) >> pure ""')}
    run = resident.run(files, "compile", optimization=1, limits=limits).ended()
    assert (run.outcome, run.phase) == ("timed_out", "compile")
    assert 2.5 < run.timings.compile_seconds < 5
    assert processes(stage, resident) == before


def test_a_compile_that_eats_the_memory_is_told_so(resident: Agent) -> None:
    files = {
        "Main.hs": spliced(
            'let xs = [1 .. 10 ^ (9 :: Int)] :: [Int] in print (sum xs) >> print (length xs) >> pure ""'
        )
    }
    run = resident.run(files, "compile", optimization=1).ended()
    assert (run.outcome, run.phase) == ("out_of_memory", "compile")
    assert compiler(resident).startswith("/")
