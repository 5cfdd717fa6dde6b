"""Sources and programs that mean harm cost at most their own run."""

import json
import time

import pytest

from sandbox.limits import DIAGNOSTICS, FRAME_BYTES, RunLimits
from sandbox.messages import Close, Mode, Published, encode
from tests.agent.harness import LIMITS, Agent
from tests.agent.stage import Stage

pytestmark = pytest.mark.engine

HELLO = 'main :: IO ()\nmain = putStrLn "fine"\n'
PATIENT = RunLimits(compile_seconds=100, run_seconds=100)
SHORT = RunLimits(compile_seconds=3, run_seconds=3)


def spliced(action: str) -> str:
    """A program that does something while it is compiled."""
    return f"""\
{{-# LANGUAGE TemplateHaskell #-}}
import Control.Concurrent
import Control.Monad
import Language.Haskell.TH
import System.Directory
import System.Environment
import System.Exit
import System.IO
import System.Posix

main :: IO ()
main = $(runIO ({action}) >> [| putStrLn "spliced" |])
"""


def forged(line: str) -> str:
    """Prints a line as GHC might."""
    return f"putStrLn {json.dumps(line)}"


SPLICES = {
    "another folder": 'setCurrentDirectory "/"',
    "no output": "hClose stdout",
    "no error output": "hClose stderr",
    "no input": "hClose stdin",
    "eats the input": "void getLine",
    "exits": "exitWith (ExitFailure 3)",
    "kills itself": "raiseSignal sigKILL",
    "stops itself": "raiseSignal sigSTOP",
    "ends the process": "exitImmediately (ExitFailure 3)",
    "prints slowly in a thread": 'void (forkIO (forever (putStrLn "x" >> hFlush stdout >> threadDelay 999)))',
    "prints in a thread": 'void (forkIO (forever (putStrLn "x" >> hFlush stdout)))',
    "prints for ever": "forever (putStrLn (replicate 200 'x'))",
    "ignores interrupts": "void (installHandler sigINT Ignore Nothing)",
    "forges a prompt": 'putStrLn "ghci> " >> hFlush stdout',
    "forges a message": forged('{"span":null,"doc":"x","messageClass":"MCFatal"}'),
    "closes everything": "mapM_ closeFd [0 .. 20]",
    "sets the arguments": 'setEnv "GHCRTS" "-M1m" >> setEnv "PATH" ""',
    "removes the sources": 'removeFile "Main.hs"',
    "answers for a program": 'void (fdWrite 3 "\\SOH\\NUL\\NUL\\NUL")',
    "lowers a limit": "let n = ResourceLimit 9 in setResourceLimit ResourceOpenFiles (ResourceLimits n n)",
    "forges deep messages": 'putStrLn ("{\\"span\\":" ++ replicate 100000 \'[\')',
    "forges half messages": forged('{"span":{"startLine":1},"doc":"","messageClass":"MCFatal"}'),
    "forges half letters": forged('{"span":null,"doc":"\\ud800","messageClass":"MCFatal"}'),
}


# A compiler of its own has less to lose than the warm GHCi.
TO_THE_COMPILER = ("stops itself", "prints for ever", "closes everything", "removes the sources")


@pytest.mark.parametrize(
    ("mode", "what"),
    [*(("interpret", what) for what in SPLICES), *(("compile", what) for what in TO_THE_COMPILER)],
)
def test_what_a_splice_does_ends_with_its_compile(agent: Agent, mode: Mode, what: str) -> None:
    agent.run({"Main.hs": spliced(SPLICES[what])}, mode, limits=SHORT).ended()
    for following in dict.fromkeys([mode, "interpret"]):
        run = agent.run({"Main.hs": HELLO}, following, limits=PATIENT)
        assert (run.stdout, run.ended().outcome) == ("fine\n", "exited"), run.events
    assert agent.check("Main.hs", "main :: IO ()\nmain = putStrLn True\n")


@pytest.mark.parametrize("what", ["prints slowly in a thread", "prints in a thread"])
def test_a_thread_that_prints_holds_up_neither_ghci_nor_the_program(agent: Agent, what: str) -> None:
    for _ in range(5):
        run = agent.run({"Main.hs": spliced(SPLICES[what])}, limits=PATIENT)
        assert (run.stdout, run.ended().outcome) == ("spliced\n", "exited"), run.events
        assert agent.output({"Main.hs": HELLO}, limits=PATIENT) == "fine\n"


@pytest.mark.parametrize(
    "pragma",
    [
        '{-# LINE 1 "' + "x" * 3000 + '.hs" #-}',
        '{-# LINE 7 "../../etc/passwd" #-}',
        '{-# LINE 7 "/etc/passwd" #-}',
        '{-# LINE 99999999999999999 "Main.hs" #-}',
        '{-# LINE 99999999999999999999999999 "Main.hs" #-}',
        '{-# LINE 7 "" #-}',
        '{-# LINE 7 "a\\nb" #-}',
    ],
    ids=range(7),
)
def test_an_error_in_an_invented_place_is_told(agent: Agent, pragma: str) -> None:
    agent.sync({"Main.hs": HELLO})
    agent.check("Main.hs", f"main :: IO ()\n{pragma}\nmain = putStrLn True\n")
    run = agent.start()
    finished = run.ended()
    assert finished.outcome == "compile_failed"
    assert finished.diagnostics
    assert agent.output({"Main.hs": HELLO}) == "fine\n"


def test_many_long_messages_fit_a_frame(agent: Agent) -> None:
    wrong = "".join(f'w{n} :: Int\nw{n} = "{"x" * 8000}"\n' for n in range(60))
    files = {"Main.hs": "import Long\n" + HELLO + wrong, "Long.hs": "module Long where\n" + wrong}
    for mode in ("interpret", "compile"):
        found = agent.run(files, mode).ended().diagnostics
        assert "not shown" in found[-1].message
        assert 256_000 < len(encode(Published("", None, found))) < FRAME_BYTES
    assert agent.output({"Main.hs": HELLO}) == "fine\n"


def test_many_warnings_and_a_linker_that_fails_fit_a_frame(agent: Agent) -> None:
    unused = "".join(f"import Data.Char as C{n}\n" for n in range(DIAGNOSTICS + 50))
    head = "{-# OPTIONS_GHC -Wunused-imports #-}\nmodule Main (main) where\n"
    foreign = 'foreign import ccall "no_such_symbol" nowhere :: IO ()\nmain :: IO ()\nmain = nowhere\n'
    finished = agent.run({"Main.hs": head + unused + foreign}, "compile").ended()
    assert finished.outcome == "compile_failed"
    assert "not shown" in finished.diagnostics[-1].message


@pytest.mark.parametrize("number", [34, 40, 64])
def test_signals_without_a_name_are_told(agent: Agent, number: int) -> None:
    program = f"import System.Posix\nmain :: IO ()\nmain = raiseSignal {number}\n"
    finished = agent.run({"Main.hs": program}).ended()
    assert finished.outcome == "signalled"
    assert finished.signal


@pytest.mark.parametrize("number", ["9", "STOP", "INT", "TERM", "SEGV"])
def test_a_program_that_hits_ghci_costs_a_new_ghci(agent: Agent, number: str) -> None:
    command = "for p in /proc/[0-9]*; do grep -q interactive $p/cmdline && [ $p != /proc/$PPID ] && "
    command += f"kill -{number} ${{p#/proc/}}; done; true"
    program = f'import System.Process\nmain :: IO ()\nmain = callCommand "{command}"\n'
    agent.run({"Main.hs": program}, limits=SHORT)
    assert agent.output({"Main.hs": HELLO}, limits=PATIENT) == "fine\n"
    assert agent.check("Main.hs", "main :: IO ()\nmain = putStrLn True\n")


def test_a_burst_of_starts_ends_each_run_once(agent: Agent) -> None:
    agent.sync({"Main.hs": HELLO})
    runs = [agent.start() for _ in range(12)]
    assert runs[-1].ended().outcome == "exited"
    assert {run.ended().outcome for run in runs[:-1]} <= {"stopped", "exited"}


def test_a_burst_of_starts_in_all_modes_leaves_nothing(agent: Agent, stage: Stage) -> None:
    agent.sync({"Main.hs": HELLO, "test/Spec.hs": HELLO})
    modes: list[Mode] = ["interpret", "compile", "test", "repl"]
    runs = [agent.start(mode) for _ in range(4) for mode in modes]
    for run in runs:
        run.stop()
    for run in runs:
        run.ended()
    deadline = time.monotonic() + 10
    while len(stage.processes(agent)) > 4 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert len(stage.processes(agent)) <= 4, stage.processes(agent)


def test_files_that_stand_in_each_others_way_do_not_stop_the_session(agent: Agent) -> None:
    run = agent.run({"Main.hs": HELLO, "a": "x", "a/b": "y", "Main.hs/c": "z"})
    assert run.ended()
    assert agent.output({"Main.hs": HELLO}) == "fine\n"


def test_two_files_of_one_module_are_told_or_chosen(agent: Agent) -> None:
    lib = 'module Lib where\nname :: String\nname = "{}"\n'
    files = {
        "app/Main.hs": "import Lib\nmain :: IO ()\nmain = putStrLn name\n",
        "src/Lib.hs": lib.format("src"),
        "app/Lib.hs": lib.format("app"),
    }
    for mode in ("interpret", "compile"):
        assert agent.run(files, mode).stdout == "src\n"


def test_input_for_a_program_that_does_not_read_is_bounded(agent: Agent, stage: Stage) -> None:
    program = "import Control.Concurrent\nmain :: IO ()\nmain = threadDelay 60000000\n"
    agent.sync({"Main.hs": program})
    run = agent.start(limits=LIMITS)
    run.running()
    memory = stage.memory_bytes(agent)
    for _ in range(200):
        run.input("x" * 300_000)
    agent.received(agent.deliver(Close("nothing")))
    assert stage.memory_bytes(agent) < memory + (40 << 20)
    run.stop()
    assert run.ended().outcome == "stopped"
