"""Runs are stopped, superseded and cleaned up after."""

import time
from typing import Any

import pytest

from sandbox.messages import Mode
from tests.agent.harness import LIMITS, Agent, Run
from tests.agent.stage import Stage

pytestmark = pytest.mark.engine

UP = "import Control.Concurrent\nimport System.IO\n"
WAITS = UP + 'main :: IO ()\nmain = putStrLn "up" >> hFlush stdout >> threadDelay 60000000\n'
SPINS = UP + 'main :: IO ()\nmain = putStrLn "up" >> hFlush stdout >> print (sum [1 :: Integer ..])\n'
TIGHT = (
    UP
    + """\
loop :: Int -> Int
loop n = loop (n + 1)

main :: IO ()
main = putStrLn "up" >> hFlush stdout >> print (loop 0)
"""
)
HANDLES = (
    UP
    + """\
import Control.Exception
main :: IO ()
main = (putStrLn "up" >> hFlush stdout >> threadDelay 60000000) `catch` \\e ->
  putStrLn ("caught " ++ show (e :: AsyncException)) >> throwIO (userError "leaving")
"""
)
IGNORES = (
    UP
    + """\
import System.Posix.Signals
main :: IO ()
main = do
  _ <- installHandler sigINT Ignore Nothing
  _ <- installHandler sigTERM Ignore Nothing
  putStrLn "up" >> hFlush stdout >> threadDelay 60000000
"""
)
ENDLESS_COMPILE = """\
{-# LANGUAGE TemplateHaskell #-}
import Language.Haskell.TH
main :: IO ()
main = $(let loop :: Int -> Q Exp; loop n = if n < 0 then [| pure () |] else loop (n + 1) in loop 0)
"""


def up(agent: Agent, program: str, mode: Mode = "interpret", **more: Any) -> Run:
    agent.sync({"Main.hs": program})
    run = agent.start(mode, **more)
    run.printed("up")
    return run


@pytest.mark.parametrize("program", [WAITS, SPINS], ids=["waiting", "computing"])
def test_a_program_is_stopped_by_an_interrupt(agent: Agent, program: str) -> None:
    run = up(agent, program)
    began = time.monotonic()
    run.stop()
    assert run.ended(5).outcome == "stopped"
    assert time.monotonic() - began < 3


def test_a_loop_that_never_allocates_is_killed(agent: Agent) -> None:
    run = up(agent, TIGHT, "compile")
    run.stop()
    assert run.ended(5).outcome == "stopped"


def test_a_program_may_clean_up_when_it_is_stopped(agent: Agent) -> None:
    run = up(agent, HANDLES)
    run.stop()
    assert run.ended(5).outcome == "stopped"
    assert "caught user interrupt" in run.stdout
    assert "leaving" in run.stderr


@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_a_program_that_ignores_the_interrupt_is_killed(agent: Agent, mode: Mode) -> None:
    run = up(agent, IGNORES, mode)
    began = time.monotonic()
    run.stop()
    assert run.ended(8).outcome == "stopped"
    assert 0.5 < time.monotonic() - began < 5


@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_a_compile_is_stopped(agent: Agent, mode: Mode) -> None:
    agent.sync({"Main.hs": ENDLESS_COMPILE})
    run = agent.start(mode)
    time.sleep(1.5)
    run.stop()
    finished = run.ended(8)
    assert finished.outcome == "stopped"
    assert "run" not in run.phases
    assert agent.output({"Main.hs": "main :: IO ()\nmain = print 1\n"}) == "1\n"


def test_a_run_is_stopped_before_it_began(agent: Agent) -> None:
    agent.sync({"Main.hs": WAITS})
    run = agent.start()
    run.stop()
    assert run.ended(8).outcome == "stopped"


def test_stopping_twice_is_like_once(agent: Agent) -> None:
    run = up(agent, WAITS)
    run.stop()
    run.stop()
    assert run.ended(5).outcome == "stopped"
    run.stop()
    assert agent.output({"Main.hs": "main :: IO ()\nmain = print 1\n"}) == "1\n"


def test_a_newer_run_of_the_same_mode_stops_the_older(agent: Agent) -> None:
    older = up(agent, WAITS)
    newer = agent.start()
    newer.printed("up")
    assert older.ended(5).outcome == "stopped"
    newer.stop()
    assert newer.ended(5).outcome == "stopped"


def test_a_run_of_another_mode_goes_on(agent: Agent) -> None:
    interpreted = up(agent, WAITS)
    compiled = agent.start("compile")
    compiled.printed("up")
    assert interpreted.finished is None
    compiled.stop()
    assert compiled.ended(5).outcome == "stopped"
    assert interpreted.finished is None
    interpreted.stop()
    assert interpreted.ended(5).outcome == "stopped"


def test_editing_and_checking_go_on_while_a_program_runs(agent: Agent) -> None:
    run = up(agent, SPINS)
    assert agent.check("Main.hs", "main :: IO ()\nmain = putStrLn 1\n")
    assert agent.check("Main.hs", "main :: IO ()\nmain = print 1\n") == []
    assert run.finished is None
    run.stop()
    assert run.ended(5).outcome == "stopped"


def test_a_start_that_comes_twice_runs_once(agent: Agent) -> None:
    agent.sync({"Main.hs": 'main :: IO ()\nmain = putStrLn "once"\n'})
    run = agent.start(run_id="twice")
    again = agent.start(run_id="twice")
    assert run.ended().exit_code == 0
    late = agent.start(run_id="twice")
    time.sleep(1)
    assert late.id == again.id
    assert run.stdout == "once\n"
    assert [type(event).__name__ for event in run.events].count("Finished") == 1


# --- what a run leaves behind ------------------------------------------------------------------------------

LEAVES_A_DAEMON = """\
import System.Process
main :: IO ()
main = callCommand "setsid sleep 31415 >/dev/null 2>&1 </dev/null & sleep 0.2" >> putStrLn "started"
"""
HOLDS_THE_PIPE = """\
import System.Process
main :: IO ()
main = callCommand "setsid sleep 31416 &" >> putStrLn "started"
"""


def sleepers(stage: Stage, agent: Agent) -> list[str]:
    return [args for args in stage.processes(agent).values() if "sleep 314" in args]


def gone(stage: Stage, agent: Agent, seconds: float = 4) -> bool:
    deadline = time.monotonic() + seconds
    while sleepers(stage, agent):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_a_daemon_ends_with_its_run(agent: Agent, stage: Stage, mode: Mode) -> None:
    run = agent.run({"Main.hs": LEAVES_A_DAEMON}, mode)
    assert run.ended().exit_code == 0
    assert gone(stage, agent)


@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_a_daemon_of_a_splice_ends_with_a_compile_that_fails(agent: Agent, stage: Stage, mode: Mode) -> None:
    command = "setsid sleep 31417 >/dev/null 2>&1 </dev/null & sleep 0.2"
    program = (
        "{-# LANGUAGE TemplateHaskell #-}\nimport Language.Haskell.TH\nimport System.Process\n"
        f'main :: IO ()\nmain = $(runIO (callCommand "{command}") >> fail "no")\n'
    )
    assert agent.run({"Main.hs": program}, mode).ended().outcome == "compile_failed"
    assert gone(stage, agent)


def test_a_child_that_holds_the_output_open_does_not_hold_the_run(agent: Agent, stage: Stage) -> None:
    began = time.monotonic()
    run = agent.run({"Main.hs": HOLDS_THE_PIPE})
    assert run.ended().exit_code == 0
    assert run.stdout == "started\n"
    assert time.monotonic() - began < 15
    assert gone(stage, agent)


def test_a_child_of_a_live_run_is_spared(agent: Agent, stage: Stage) -> None:
    program = (
        UP
        + """\
import System.Process
main :: IO ()
main = do
  callCommand "setsid sleep 31417 >/dev/null 2>&1 </dev/null &"
  putStrLn "up" >> hFlush stdout >> threadDelay 60000000
"""
    )
    other = up(agent, program, "compile")
    assert agent.output({"Main.hs": "main :: IO ()\nmain = print 1\n"}) == "1\n"
    time.sleep(0.5)
    assert sleepers(stage, agent)
    assert other.finished is None
    other.stop()
    other.ended(5)
    assert gone(stage, agent)


def test_a_stopped_run_takes_its_whole_family_along(agent: Agent, stage: Stage) -> None:
    program = (
        UP
        + """\
import System.Process
main :: IO ()
main = putStrLn "up" >> hFlush stdout >> callCommand "trap '' INT; sleep 31418; sleep 31419"
"""
    )
    run = up(agent, program)
    run.stop()
    assert run.ended(8).outcome == "stopped"
    assert gone(stage, agent)


def test_late_output_of_a_large_program_is_whole(agent: Agent) -> None:
    program = (
        "main :: IO ()\nmain = mapM_ (\\n -> putStrLn (show n ++ replicate 90 'x')) [1 .. 10000 :: Int]\n"
    )
    run = agent.run({"Main.hs": program}, limits=LIMITS)
    lines = run.stdout.splitlines()
    assert len(lines) == 10000
    assert lines[-1].startswith("10000x")
