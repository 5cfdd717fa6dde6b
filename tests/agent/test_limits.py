"""Every limit bites, is named, and the session goes on."""

import time
from collections.abc import Iterator

import pytest

from sandbox.limits import MIB, ContainerLimits, RunLimits
from sandbox.messages import Mode
from tests.agent.harness import Agent, Run
from tests.agent.stage import Stage

pytestmark = pytest.mark.engine

HELLO = 'main :: IO ()\nmain = putStrLn "fine"\n'
PATIENT = RunLimits(compile_seconds=100, run_seconds=100, test_seconds=100)
SHORT_COMPILE = RunLimits(compile_seconds=3)
SHORT_RUN = RunLimits(compile_seconds=100, run_seconds=2, test_seconds=3)
ENDLESS_COMPILE = """\
{-# LANGUAGE TemplateHaskell #-}
import Language.Haskell.TH
main :: IO ()
main = $(let loop :: Int -> Q Exp; loop n = if n < 0 then [| pure () |] else loop (n + 1) in loop 0)
"""
COMPILE_BOMB = """\
{-# LANGUAGE TemplateHaskell #-}
import Control.Exception
import qualified Data.ByteString as B
import Language.Haskell.TH

main :: IO ()
main = $(do
  let grow kept = evaluate (B.replicate 4194304 7) >>= grow . (: kept)
  _ <- runIO (grow []) :: Q ()
  [| pure () |])
"""
SLEEP = 'import Control.Concurrent\nmain :: IO ()\nmain = putStrLn "up" >> threadDelay 60000000\n'
# Constant memory at each level: under -O1 a loop in IO that never returns leaks hundreds of MB a second.
SPIN = "main :: IO ()\nmain = print (length (filter even [1 :: Integer ..]))\n"
HEAP_BOMB = """\
import Data.IORef
import Data.Array.Unboxed

main :: IO ()
main = do
  kept <- newIORef []
  let grow n = do
        let block = listArray (0, 524287) (repeat n) :: UArray Int Int
        block ! 0 `seq` modifyIORef' kept (block :)
        grow (n + 1)
  grow 0
"""
MALLOC_BOMB = """\
import Foreign
main :: IO ()
main = do
  place <- mallocBytes (1 `shiftL` 20) :: IO (Ptr Word8)
  fillBytes place 1 (1 `shiftL` 20)
  main
"""
SMALL = ContainerLimits(memory_bytes=512 * MIB, disk_bytes=64 * MIB)
FORK_BOMB = """\
import Control.Exception
import Control.Monad
import System.Exit
import System.Process

main :: IO ()
main = forever (try (system "b() { b | b & }; b") :: IO (Either IOException ExitCode))
"""
COMPILE_FORK_BOMB = """\
{-# LANGUAGE TemplateHaskell #-}
import Control.Exception
import Control.Monad
import Language.Haskell.TH
import System.Exit
import System.Process

main :: IO ()
main = $(runIO (forever (try (system "b() { b | b & }; b") :: IO (Either IOException ExitCode))))
"""
FLOOD = """\
import qualified Data.ByteString.Char8 as B
main :: IO ()
main = mapM_ B.putStrLn (replicate 1000000 (B.replicate 99 'x'))
"""

BINARY_FLOOD = """\
import qualified Data.ByteString as B
main :: IO ()
main = B.putStr (B.replicate 65536 255) >> main
"""


@pytest.fixture(scope="module")
def small(stage: Stage) -> Agent:
    """A container that is soon full."""
    return stage.fresh(SMALL)


@pytest.fixture(scope="module")
def small_too(stage: Stage) -> Agent:
    """Another one, whose GHCi no bomb has made large."""
    return stage.fresh(SMALL)


@pytest.fixture
def small_agent(small: Agent) -> Iterator[Agent]:
    yield from goes_on(small)


@pytest.fixture
def disk_agent(small_too: Agent) -> Iterator[Agent]:
    yield from goes_on(small_too)


def goes_on(agent: Agent) -> Iterator[Agent]:
    """Whatever happens, the session goes on."""
    assert agent.tidy()
    yield agent
    assert agent.output({"Main.hs": HELLO}) == "fine\n"


def verdict(run: Run) -> tuple[str, str | None]:
    finished = run.ended()
    return finished.outcome, finished.phase


# --- time --------------------------------------------------------------------------------------------------


@pytest.mark.toolchains
@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_an_endless_compile_times_out(agent: Agent, mode: Mode) -> None:
    run = agent.run({"Main.hs": ENDLESS_COMPILE}, mode, limits=SHORT_COMPILE)
    assert verdict(run) == ("timed_out", "compile")
    assert run.phases == ["compile"]
    assert run.ended().timings.compile_seconds >= 2.9
    assert agent.output({"Main.hs": HELLO}, mode) == "fine\n"


@pytest.mark.toolchains
@pytest.mark.parametrize("program", [SLEEP, SPIN], ids=["sleeping", "computing"])
@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_an_endless_run_times_out(agent: Agent, mode: Mode, program: str) -> None:
    run = agent.run({"Main.hs": program}, mode, limits=SHORT_RUN)
    assert verdict(run) == ("timed_out", "run")
    assert 1.9 <= run.ended().timings.run_seconds < 20


def test_an_endless_test_program_times_out_by_its_own_clock(agent: Agent) -> None:
    run = agent.run({"test/Spec.hs": SLEEP, "src/Lib.hs": "module Lib where\n"}, "test", limits=SHORT_RUN)
    assert verdict(run) == ("timed_out", "run")
    assert run.ended().timings.run_seconds >= 2.9


def test_waiting_for_input_counts_as_running(agent: Agent) -> None:
    run = agent.run({"Main.hs": "main :: IO ()\nmain = getLine >>= putStrLn\n"}, limits=SHORT_RUN)
    assert verdict(run) == ("timed_out", "run")


def test_an_exit_code_of_a_timeout_is_no_timeout(agent: Agent) -> None:
    program = "import System.Exit\nmain :: IO ()\nmain = exitWith (ExitFailure 124)\n"
    finished = agent.run({"Main.hs": program}, limits=SHORT_RUN).ended()
    assert (finished.outcome, finished.exit_code) == ("exited", 124)


# --- memory ------------------------------------------------------------------------------------------------


@pytest.mark.toolchains
@pytest.mark.parametrize("program", [HEAP_BOMB, MALLOC_BOMB], ids=["heap", "malloc"])
@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_a_memory_bomb_is_out_of_memory(small_agent: Agent, mode: Mode, program: str) -> None:
    run = small_agent.run({"Main.hs": program}, mode, limits=PATIENT)
    assert verdict(run) == ("out_of_memory", "run")
    assert run.ended().usage.peak_memory_bytes > 100 * MIB


@pytest.mark.toolchains
@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_a_compile_that_needs_too_much_is_out_of_memory(small_agent: Agent, mode: Mode) -> None:
    run = small_agent.run({"Main.hs": COMPILE_BOMB}, mode, limits=PATIENT)
    assert verdict(run) == ("out_of_memory", "compile")
    assert "run" not in run.phases


def test_an_exit_after_a_child_was_out_of_memory_is_an_exit(small_agent: Agent) -> None:
    program = """\
import System.Exit
import System.Process
main :: IO ()
main = do
  code <- system "exec python3 -c 'x = bytearray(700000000)'"
  print code
  exitWith (ExitFailure 3)
"""
    finished = small_agent.run({"Main.hs": program}, limits=PATIENT).ended()
    # The kernel now and then takes the program, too, while its child still ends: that is no exit.
    taken = finished.signal == "SIGKILL"
    assert (finished.outcome, finished.exit_code) == (("out_of_memory", None) if taken else ("exited", 3))


def test_kill_9_without_any_lack_of_memory_is_a_signal(small_agent: Agent) -> None:
    program = "import System.Posix\nmain :: IO ()\nmain = raiseSignal sigKILL\n"
    finished = small_agent.run({"Main.hs": program}).ended()
    assert (finished.outcome, finished.signal) == ("signalled", "SIGKILL")


# --- processes ---------------------------------------------------------------------------------------------
def bombed(stage: Stage, agent: Agent) -> bool:
    """Whether more processes than the agent's own and its GHCs' are still there after a while."""
    deadline = time.monotonic() + 20
    while len(stage.processes(agent)) > 8:
        if time.monotonic() > deadline:
            return True
        time.sleep(0.2)
    return False


@pytest.mark.toolchains
@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_a_fork_bomb_ends_with_the_time_of_its_run(small_agent: Agent, stage: Stage, mode: Mode) -> None:
    run = small_agent.run({"Main.hs": FORK_BOMB}, mode, limits=SHORT_RUN)
    assert verdict(run) == ("timed_out", "run")
    assert not bombed(stage, small_agent)


def test_a_fork_bomb_in_a_splice_ends_with_the_time_to_compile(small_agent: Agent, stage: Stage) -> None:
    run = small_agent.run({"Main.hs": COMPILE_FORK_BOMB}, limits=SHORT_COMPILE)
    assert verdict(run) == ("timed_out", "compile")
    assert not bombed(stage, small_agent)


def test_a_fork_bomb_can_be_stopped(small_agent: Agent) -> None:
    small_agent.sync({"Main.hs": FORK_BOMB})
    run = small_agent.start()
    run.running()
    time.sleep(0.5)
    run.stop()
    assert run.ended(8).outcome == "stopped"


# --- output ------------------------------------------------------------------------------------------------


@pytest.mark.toolchains
@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_a_flood_of_output_ends_at_its_limit(agent: Agent, mode: Mode) -> None:
    limits = RunLimits(output_bytes=1 * MIB)
    run = agent.run({"Main.hs": FLOOD}, mode, limits=limits)
    assert verdict(run) == ("output_limit", "run")
    assert len(run.stdout) == 1 * MIB


@pytest.mark.parametrize("terminal", [None, (80, 24)], ids=["pipes", "terminal"])
def test_endless_output_that_is_no_text_ends_at_its_limit(
    agent: Agent, terminal: tuple[int, int] | None
) -> None:
    run = agent.run({"Main.hs": BINARY_FLOOD}, limits=RunLimits(output_bytes=1 * MIB), terminal=terminal)
    assert verdict(run) == ("output_limit", "run")
    printed = run.terminal if terminal else run.stdout
    assert 1 * MIB - 3 < len(printed.encode()) <= 1 * MIB


def test_both_streams_count_for_the_output(agent: Agent) -> None:
    program = """\
import System.IO
main :: IO ()
main = mapM_ (\\_ -> putStrLn (replicate 99 'o') >> hPutStrLn stderr (replicate 99 'e')) [1 .. 10000 :: Int]
"""
    run = agent.run({"Main.hs": program}, limits=RunLimits(output_bytes=200_000))
    assert verdict(run) == ("output_limit", "run")
    assert len(run.stdout) + len(run.stderr) == 200_000


def test_a_flood_in_a_terminal_ends_at_its_limit(agent: Agent) -> None:
    run = agent.run({"Main.hs": FLOOD}, limits=RunLimits(output_bytes=100_000), terminal=(80, 24))
    assert verdict(run) == ("output_limit", "run")
    assert len(run.terminal) == 100_000


def test_output_of_exactly_the_limit_is_fine(agent: Agent) -> None:
    program = "main :: IO ()\nmain = putStr (replicate 4096 'x')\n"
    run = agent.run({"Main.hs": program}, limits=RunLimits(output_bytes=4096))
    assert (run.ended().outcome, len(run.stdout)) == ("exited", 4096)


# --- disk --------------------------------------------------------------------------------------------------

FILLS = """\
import qualified Data.ByteString as B
import System.Directory
import System.Environment
import System.IO

main :: IO ()
main = getArgs >>= \\args -> case args of
  ["clear"] -> removeFile "fill.bin"
  _ -> withFile "fill.bin" WriteMode $ \\file -> do
    hSetBuffering file NoBuffering
    mapM_ (\\_ -> B.hPut file (B.replicate 1024 7)) [1 .. 200000 :: Int]
"""


@pytest.mark.toolchains
def test_a_full_disk_is_the_programs_own_affair(disk_agent: Agent) -> None:
    run = disk_agent.run({"Main.hs": FILLS}, limits=PATIENT)
    assert (run.ended().outcome, run.ended().exit_code) == ("exited", 1)
    assert "No space left on device" in run.stderr
    assert disk_agent.output({"Main.hs": FILLS}, args=["clear"]) == ""


def test_compiling_on_a_full_disk_fails_with_the_reason(disk_agent: Agent) -> None:
    disk_agent.run({"Main.hs": FILLS}, limits=PATIENT).ended()
    for files in ({"Main.hs": FILLS}, {"Main.hs": FILLS, "large.txt": "x" * 400_000}):
        run = disk_agent.run(files, "compile", limits=PATIENT)
        assert run.ended().outcome == "compile_failed"
        assert "No space left on device" in run.messages + (run.ended().reason or "")
    assert disk_agent.output({"Main.hs": FILLS}, args=["clear"]) == ""


def test_a_program_may_fill_the_inodes_without_harm_to_the_next(disk_agent: Agent) -> None:
    program = """\
import Control.Exception
import Control.Monad
import System.Directory
main :: IO ()
main = do
  createDirectory "many"
  let make = forM_ [1 :: Int ..] (\\n -> writeFile ("many/" ++ show n) "")
  make `catch` \\e -> print (e :: IOException)
  removeDirectoryRecursive "many"
"""
    run = disk_agent.run({"Main.hs": program}, limits=PATIENT)
    assert run.ended().exit_code == 0
    assert "No space left on device" in run.stdout
