"""A program that GHCi runs looks as it would from a shell."""

import json
import signal
import time

import pytest

from sandbox.limits import INPUT_BYTES
from sandbox.messages import Finished, InputRefused, Mode, Say, encode
from tests.agent.harness import Agent, Run
from tests.agent.stage import Native, Stage

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

HELLO = 'main :: IO ()\nmain = putStrLn "Hello, world"\n'
ECHO = """\
import System.IO

main :: IO ()
main = do
  hSetBuffering stdout LineBuffering
  mapM_ (putStrLn . reverse) . lines =<< getContents
  putStrLn "over"
"""
ENVIRONMENT = """\
import System.Environment

main :: IO ()
main = do
  getProgName >>= putStrLn
  getArgs >>= print
"""
WAITS = """\
import Control.Concurrent
import System.IO

main :: IO ()
main = putStrLn "up" >> hFlush stdout >> threadDelay 60000000
"""


def exits(code: str) -> str:
    return f'import System.Exit\nmain :: IO ()\nmain = putStrLn "x" >> {code}\n'


def test_a_program_prints_and_exits(agent: Agent) -> None:
    run = agent.run({"Main.hs": HELLO})
    finished = run.ended()
    assert run.stdout == "Hello, world\n"
    assert run.stderr == ""
    assert (finished.outcome, finished.phase, finished.exit_code) == ("exited", "run", 0)
    assert finished.signal is None
    assert finished.diagnostics == []


def test_it_is_told_when_ghc_begins_and_what_is_loaded_already_starts_at_once(agent: Agent) -> None:
    first = agent.run({"Main.hs": HELLO.replace("world", "all")})
    assert first.phases == ["compile", "run"]
    version = agent.edit("Main.hs", HELLO)
    agent.published("Main.hs", version)
    again = agent.start()
    assert again.ended().outcome == "exited"
    assert again.phases == ["run"]


def test_what_it_took_is_told(agent: Agent) -> None:
    program = "main :: IO ()\nmain = print (sum [1 .. 3000000 :: Integer])\n"
    finished = agent.run({"Main.hs": program}).ended()
    assert 0 < finished.timings.compile_seconds < 20
    assert 0 < finished.timings.run_seconds < 10
    assert 0 < finished.usage.cpu_seconds < 20
    assert 1 << 20 < finished.usage.peak_memory_bytes < 1 << 30


def test_the_newest_text_is_run(agent: Agent) -> None:
    agent.sync({"Main.hs": HELLO})
    for number in range(5):
        agent.edit("Main.hs", HELLO.replace("world", str(number)))
        run = agent.start()
        assert run.ended().exit_code == 0
        assert run.stdout == f"Hello, {number}\n"


def test_the_manifest_of_a_start_is_what_runs(agent: Agent) -> None:
    agent.sync({"Main.hs": HELLO})
    run = agent.start(manifest=agent.manifest({"Main.hs": HELLO.replace("world", "manifest")}))
    run.ended()
    assert run.stdout == "Hello, manifest\n"


@pytest.mark.parametrize("code", [0, 1, 3, 124, 137, 255])
def test_exit_codes_are_shown_as_they_are(agent: Agent, code: int) -> None:
    ending = "exitSuccess" if code == 0 else f"exitWith (ExitFailure {code})"
    run = agent.run({"Main.hs": exits(ending)})
    assert (run.ended().outcome, run.ended().exit_code, run.stdout) == ("exited", code, "x\n")
    assert run.stderr == ""


ENDINGS = {
    "error": 'error "boom"',
    "an empty list": "print (head ([] :: [Int]))",
    "division by zero": "print (1 `div` (0 :: Int))",
    "userError": 'ioError (userError "mine")',
    "no such file": 'readFile "/no/such/file" >>= putStr',
    "incomplete patterns": "let { f :: Int -> Int; f 1 = 2 } in print (f 3)",
    "fromJust": "print (fromJust (Nothing :: Maybe Int))",
    "blocked for ever": "newEmptyMVar >>= takeMVar >>= putStrLn",
    "undefined": "putStrLn undefined",
    "a loop": "let x = x + 1 :: Int in print x",
    "ThreadKilled": "throwIO ThreadKilled",
    "UserInterrupt": "throwIO UserInterrupt",
    "HeapOverflow": "throwIO HeapOverflow",
    "a code over 255": "throwIO (ExitFailure 300)",
    "a negative code": "throwIO (ExitFailure (-9))",
    "standard error": 'hPutStrLn stderr "to stderr" >> exitWith (ExitFailure 9)',
    "stdout closed": 'hClose stdout >> putStrLn "x"',
    "exit in a thread": 'forkIO (exitWith (ExitFailure 7)) >> threadDelay 100000 >> putStrLn "here"',
    "error in a thread": 'forkIO (error "inner") >> threadDelay 100000 >> putStrLn "here"',
    "trace": 'trace "traced" (putStrLn "x")',
    "assertion": 'assert False (putStrLn "x")',
}
ENDING = """\
module Main (main) where

import Control.Concurrent
import Control.Exception
import Data.Maybe
import Debug.Trace
import System.Environment
import System.Exit
import System.IO

main :: IO ()
main = do
  [name] <- getArgs
  putStrLn ("before " ++ name)
  case name of
""" + "".join(f"    {json.dumps(name)} -> void ({body})\n" for name, body in ENDINGS.items())
ENDING += "    _ -> pure ()\n where\n  void action = action >> pure ()\n"


@pytest.mark.parametrize("name", ENDINGS)
def test_an_ending_looks_as_from_a_native_program(agent: Agent, stage: Stage, name: str) -> None:
    run = agent.run({"Main.hs": ENDING}, args=[name])
    ended_as(run, stage.native({"Main.hs": ENDING}, args=[name]))


@pytest.mark.parametrize("name", ENDINGS)
def test_an_ending_of_an_optimised_program_looks_as_from_a_native_one(
    agent: Agent, stage: Stage, name: str
) -> None:
    run = agent.run({"Main.hs": ENDING}, "compile", args=[name], optimization=1)
    ended_as(run, stage.native({"Main.hs": ENDING}, args=[name], options=["-O1"]))


def ended_as(run: Run, native: Native) -> None:
    assert run.stderr == native.stderr
    assert run.stdout == native.stdout
    if native.code >= 0:
        assert (run.ended().outcome, run.ended().exit_code) == ("exited", native.code)
    else:
        assert (run.ended().outcome, run.ended().signal) == ("signalled", signal.Signals(-native.code).name)


def test_a_call_stack_through_modules_is_like_native(agent: Agent, stage: Stage) -> None:
    files = {
        "Main.hs": "import Lib.Deep\nmain :: IO ()\nmain = print (deep 3)\n",
        "Lib/Deep.hs": (
            "module Lib.Deep (deep) where\nimport GHC.Stack\n\n"
            "deep :: HasCallStack => Int -> Int\n"
            'deep n = if n > 2 then error ("too deep: " ++ show n) else n\n'
        ),
    }
    run = agent.run(files)
    native = stage.native(files)
    assert "Main.hs:3:15 in main:Main" in native.stderr
    # GHC found the module through its default root "."; here it is named as the workspace does.
    assert (run.stderr, run.ended().exit_code) == (native.stderr.replace(" ./", " "), native.code)


def test_a_segfault_ends_the_program_alone(agent: Agent) -> None:
    program = "import Foreign\nmain :: IO ()\nmain = peek (nullPtr :: Ptr Int) >>= print\n"
    finished = agent.run({"Main.hs": program}).ended()
    assert (finished.outcome, finished.signal, finished.exit_code) == ("signalled", "SIGSEGV", None)
    assert agent.output({"Main.hs": HELLO}) == "Hello, world\n"


SIGNALS = {
    "SIGKILL": "sigKILL",
    "SIGTERM": "sigTERM",
    "SIGABRT": "sigABRT",
    "SIGHUP": "sigHUP",
    "SIGPIPE": "sigPIPE",
    "SIGUSR1": "sigUSR1",
}


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_is_named(agent: Agent, stage: Stage, name: str) -> None:
    program = (
        "import Control.Concurrent\nimport System.Posix\n\nmain :: IO ()\n"
        f'main = raiseSignal {SIGNALS[name]} >> threadDelay 200000 >> putStrLn "survived"\n'
    )
    run = agent.run({"Main.hs": program})
    native = stage.native({"Main.hs": program})
    finished = run.ended()
    assert (run.stdout, run.stderr) == (native.stdout, native.stderr)
    if native.code < 0:
        assert (finished.outcome, finished.signal) == ("signalled", name)
        assert signal.Signals(-native.code).name == name
    else:
        assert (finished.outcome, finished.exit_code) == ("exited", native.code)


def test_kill_9_of_itself_is_no_limit(agent: Agent) -> None:
    program = (
        "import System.Process\nimport System.Posix\nmain :: IO ()\n"
        'main = getProcessID >>= \\me -> callCommand ("kill -9 " ++ show me)\n'
    )
    finished = agent.run({"Main.hs": program}).ended()
    assert (finished.outcome, finished.signal) == ("signalled", "SIGKILL")


def test_arguments_and_program_name_are_as_given(agent: Agent) -> None:
    args = ["a b", "", "-x", "+RTS", "-s", "ü🎉", '"quoted"', "$HOME"]
    run = agent.run({"Main.hs": ENVIRONMENT}, args=args)
    name, shown = run.stdout.splitlines()
    assert name == "Main"
    assert shown == '["a b","","-x","+RTS","-s","\\252\\127881","\\"quoted\\"","$HOME"]'


# --- standard input ----------------------------------------------------------------------------------------


def test_input_streams_in(agent: Agent) -> None:
    agent.sync({"Main.hs": ECHO})
    run = agent.start()
    run.running()
    run.input("abc\n")
    run.printed("cba\n")
    run.input("de")
    run.input("f\n")
    run.printed("fed\n")
    run.eof()
    assert run.ended().exit_code == 0
    assert run.stdout == "cba\nfed\nover\n"


def test_input_given_whole_ends_with_end_of_file(agent: Agent) -> None:
    run = agent.run({"Main.hs": ECHO}, stdin="one\ntwo\n")
    assert run.stdout == "eno\nowt\nover\n"


def test_empty_input_is_end_of_file_at_once(agent: Agent, stage: Stage) -> None:
    program = "main :: IO ()\nmain = getLine >>= putStrLn\n"
    run = agent.run({"Main.hs": program}, stdin="")
    native = stage.native({"Main.hs": program})
    assert (run.stderr, run.ended().exit_code) == (native.stderr, native.code)


def test_large_input_comes_through_whole(agent: Agent) -> None:
    program = "main :: IO ()\nmain = getContents >>= print . length\n"
    run = agent.run({"Main.hs": program}, stdin="0123456789" * 60_000)
    assert run.stdout == "600000\n"


def test_input_for_a_program_that_does_not_read_is_refused_in_the_end_and_harms_nobody(agent: Agent) -> None:
    agent.sync({"Main.hs": WAITS})
    run = agent.start()
    run.printed("up")
    for _ in range(80):
        run.input("x" * 60_000)
    run.stop()
    assert run.ended().outcome == "stopped"
    assert [event for event in run.events if isinstance(event, InputRefused)] == [InputRefused(INPUT_BYTES)]


def test_input_after_the_end_is_ignored(agent: Agent) -> None:
    run = agent.run({"Main.hs": HELLO})
    run.input("late\n", eof=True)
    run.resize(10, 10)
    run.stop()
    assert agent.output({"Main.hs": HELLO}) == "Hello, world\n"


def test_a_prompt_is_seen_before_the_answer_is_read(agent: Agent) -> None:
    program = """\
main :: IO ()
main = do
  putStr "Your name? "
  name <- getLine
  putStrLn ("Hi " ++ name)
"""
    agent.sync({"Main.hs": program})
    run = agent.start()
    run.printed("Your name? ", seconds=10)
    run.input("Ada\n")
    run.ended()
    assert run.stdout == "Your name? Hi Ada\n"


def test_output_does_not_wait_for_the_end(agent: Agent) -> None:
    program = 'main :: IO ()\nmain = putStrLn "a" >> hFlush stdout >> getLine >>= putStrLn\n'
    agent.sync({"Main.hs": "import System.IO\n" + program})
    run = agent.start()
    run.printed("a\n")
    run.input("b\n")
    assert run.ended().exit_code == 0


# --- terminal ----------------------------------------------------------------------------------------------


def test_in_a_terminal_there_is_one_stream_with_echo(agent: Agent) -> None:
    program = """\
import System.IO
main :: IO ()
main = do
  mapM hIsTerminalDevice [stdin, stdout, stderr] >>= print
  getLine >>= putStrLn . reverse
  hPutStrLn stderr "err"
"""
    agent.sync({"Main.hs": program})
    run = agent.start(terminal=(80, 24))
    run.printed("[True,True,True]\r\n", "terminal")
    run.input("abc\n")
    run.ended()
    assert run.terminal == "[True,True,True]\r\nabc\r\ncba\r\nerr\r\n"
    assert run.stdout == run.stderr == ""


def test_the_terminal_has_the_size_that_the_page_says(agent: Agent) -> None:
    program = """\
import System.Process
main :: IO ()
main = do
  callCommand "stty size"
  _ <- getLine
  callCommand "stty size"
"""
    agent.sync({"Main.hs": program})
    run = agent.start(terminal=(100, 30))
    run.printed("30 100", "terminal")
    run.resize(120, 50)
    time.sleep(0.2)
    run.input("\n")
    run.ended()
    assert "50 120" in run.terminal


def test_end_of_file_in_a_terminal_is_control_d(agent: Agent) -> None:
    agent.sync({"Main.hs": "main :: IO ()\nmain = getContents >>= print . length\n"})
    run = agent.start(terminal=(80, 24))
    run.running()
    run.input("abc\n")
    run.eof()
    assert run.ended().exit_code == 0
    assert run.terminal.endswith("4\r\n")


@pytest.mark.parametrize(("text", "length"), [("abc\n", 4), ("abc", 3), ("", 0)])
def test_input_given_whole_ends_with_end_of_file_in_a_terminal(agent: Agent, text: str, length: int) -> None:
    program = "main :: IO ()\nmain = getContents >>= print . length\n"
    run = agent.run({"Main.hs": program}, stdin=text, terminal=(80, 24))
    assert run.ended().exit_code == 0
    assert run.terminal.endswith(f"{length}\r\n")


@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_an_end_of_file_typed_while_ghc_compiles_reaches_the_program(agent: Agent, mode: Mode) -> None:
    program = """\
{-# LANGUAGE TemplateHaskell #-}
import Control.Concurrent
import Language.Haskell.TH

main :: IO ()
main = getContents >>= print . (+ $(runIO (threadDelay 1000000) >> [| 0 |])) . length
"""
    agent.sync({"Main.hs": program})
    run = agent.start(mode, terminal=(80, 24))
    run.input("abc")
    run.eof()
    run.running("compile")
    assert "run" not in run.phases
    assert run.ended().exit_code == 0
    assert run.terminal.endswith("3\r\n")


def test_control_c_in_a_terminal_is_the_programs_interrupt(agent: Agent) -> None:
    agent.sync({"Main.hs": WAITS})
    run = agent.start(terminal=(80, 24))
    run.printed("up", "terminal")
    run.input("\x03")
    finished = run.ended(8)
    assert (finished.outcome, finished.signal) in [("signalled", "SIGINT"), ("exited", None)]


# --- what a program may do ---------------------------------------------------------------------------------


def test_threads_stm_async_and_processes_work(agent: Agent) -> None:
    program = """\
import Control.Concurrent
import Control.Concurrent.Async
import Control.Concurrent.STM
import Control.Monad
import System.Process
import System.Timeout

main :: IO ()
main = do
  counter <- newTVarIO (0 :: Int)
  done <- newEmptyMVar
  let work = replicateM_ 100 (atomically (modifyTVar' counter (+ 1)))
  forM_ [1 .. 10 :: Int] $ \\_ -> forkIO (work >> putMVar done ())
  replicateM_ 10 (takeMVar done)
  readTVarIO counter >>= print
  mapConcurrently (pure . (* 2)) [1, 2, 3 :: Int] >>= print
  timeout 50000 (threadDelay 5000000) >>= print
  readProcess "tr" ["a-z", "A-Z"] "shout\\n" >>= putStr
  readCreateProcess (shell "echo $((6 * 7))") "" >>= putStr
"""
    assert agent.output({"Main.hs": program}) == "1000\n[2,4,6]\nNothing\nSHOUT\n42\n"


def test_threads_take_turns_as_a_native_programs(agent: Agent, stage: Stage) -> None:
    program = """\
import GHC.RTS.Flags

main :: IO ()
main = do
  flags <- getRTSFlags
  let turns = concurrentFlags flags
  print (ctxtSwitchTime turns, fromIntegral (ctxtSwitchTicks turns) * tickInterval (miscFlags flags))
"""
    assert agent.output({"Main.hs": program}) == stage.native({"Main.hs": program}).stdout


def test_top_level_values_are_fresh_in_each_run(agent: Agent) -> None:
    program = """\
import Data.IORef
import System.IO.Unsafe

counter :: IORef Int
counter = unsafePerformIO (newIORef 0)
{-# NOINLINE counter #-}

main :: IO ()
main = modifyIORef counter (+ 1) >> readIORef counter >>= print
"""
    for _ in range(3):
        assert agent.output({"Main.hs": program}) == "1\n"


def test_handles_start_as_a_native_programs(agent: Agent, stage: Stage) -> None:
    program = """\
import System.IO
main :: IO ()
main = do
  mapM_ (\\h -> hGetBuffering h >>= print) [stdin, stdout, stderr]
  mapM_ (\\h -> hGetEncoding h >>= print) [stdin, stdout, stderr]
  mapM_ print [stdin, stdout, stderr]
  putStrLn "Grüße 🎉"
"""
    run = agent.run({"Main.hs": program}, stdin="")
    native = stage.native({"Main.hs": program})
    assert (run.stdout, run.stderr) == (native.stdout, native.stderr)


def test_bytes_that_are_no_text_do_not_stop_the_output(agent: Agent) -> None:
    program = """\
import qualified Data.ByteString as B
main :: IO ()
main = B.putStr (B.pack [0x61, 0xff, 0xc3, 0x28, 0x00, 0x62, 0xe2, 0x82])
"""
    run = agent.run({"Main.hs": program})
    assert run.ended().exit_code == 0
    assert run.stdout.startswith("a\ufffd")
    assert "\0b" in run.stdout


def test_a_program_that_prints_our_frames_is_only_text(agent: Agent) -> None:
    frame = encode(Say("", 1, Finished("exited"))).decode()
    run = agent.run({"Main.hs": f"main :: IO ()\nmain = putStrLn {json.dumps(frame)}\n"})
    assert run.ended().exit_code == 0
    assert run.stdout == frame + "\n"


def test_main_may_have_any_result(agent: Agent) -> None:
    run = agent.run({"Main.hs": 'main :: IO Int\nmain = putStrLn "five" >> pure 5\n'})
    assert (run.stdout, run.ended().exit_code) == ("five\n", 0)


def test_a_main_without_a_signature_or_header_runs(agent: Agent) -> None:
    run = agent.run({"Main.hs": 'main = do { line <- getLine; putStrLn ("got " ++ line) }\n'}, stdin="x\n")
    assert run.stdout == "got x\n"


def test_a_name_of_the_programs_own_does_not_get_in_our_way(agent: Agent) -> None:
    program = """\
module Main where
import Prelude hiding (IO, (>>))
import qualified Prelude as P

data IO = IO
start, program, discard, (>>) :: Int
start = 1
program = 2
discard = 3
(>>) = 4

main :: P.IO ()
main = print (start + program + discard + (Main.>>))
"""
    assert agent.output({"Main.hs": program}) == "10\n"


STAMPED = """\
{-# LANGUAGE TemplateHaskell #-}
module Stamp (stamp) where
import Data.Time.Clock.POSIX (getPOSIXTime)
import Language.Haskell.TH (runIO, stringE)

stamp :: String
stamp = $(runIO getPOSIXTime >>= stringE . show)
"""
STAMPING = "import Stamp\nmain :: IO ()\nmain = putStrLn ((%s) stamp)\n"


def test_a_module_is_compiled_again_when_it_changed_and_only_then(agent: Agent) -> None:
    files = {"Stamp.hs": STAMPED, "Main.hs": STAMPING % "id"}
    stamp = agent.output(files)
    assert agent.output(files | {"Main.hs": STAMPING % "map id"}) == stamp
    assert agent.output(files | {"Main.hs": STAMPING % "id . id"}) == stamp
    assert agent.output(files | {"Stamp.hs": STAMPED + "-- another text\n"}) != stamp
