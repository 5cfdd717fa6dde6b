"""What a program finds around itself is what a native one would find."""

import pytest

from sandbox.messages import Mode
from tests.agent.harness import Agent
from tests.agent.stage import Stage

pytestmark = pytest.mark.engine

MODES: tuple[Mode, ...] = ("interpret", "compile")


def calls(command: str) -> str:
    return f"import System.Process\n\nmain :: IO ()\nmain = callCommand {shown(command)}\n"


def shown(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@pytest.mark.parametrize("mode", MODES)
def test_nothing_but_the_three_streams_is_open(agent: Agent, mode: Mode) -> None:
    out = agent.output({"Main.hs": calls("ls /proc/self/fd")}, mode)
    assert out.split() == ["0", "1", "2", "3"]  # 3 is the folder that ls reads


@pytest.mark.parametrize("mode", MODES)
def test_the_environment_is_short_and_fixed(agent: Agent, mode: Mode) -> None:
    out = agent.output({"Main.hs": calls("env | sort")}, mode)
    names = {line.partition("=")[0] for line in out.splitlines()}
    assert names <= {"HOME", "LANG", "PATH", "PWD", "TMPDIR", "USER", "_", "SHLVL", "OLDPWD"}
    assert "PWD=/work\n" in out


@pytest.mark.parametrize("mode", MODES)
def test_signals_are_as_a_native_programs_children_find_them(agent: Agent, stage: Stage, mode: Mode) -> None:
    program = calls("grep -E 'Sig(Blk|Ign)' /proc/self/status")
    assert agent.output({"Main.hs": program}, mode) == stage.native({"Main.hs": program}).stdout


@pytest.mark.parametrize("mode", MODES)
def test_programs_go_before_ghci_when_memory_is_short(agent: Agent, mode: Mode) -> None:
    assert agent.output({"Main.hs": calls("cat /proc/self/oom_score_adj")}, mode) == "1000\n"


@pytest.mark.parametrize("mode", MODES)
def test_programs_give_way_to_ghci_when_processors_are_short(agent: Agent, mode: Mode) -> None:
    said = agent.output({"Main.hs": calls("while [ $(nice) = 0 ]; do :; done; nice")}, mode)
    assert said == "10\n"


@pytest.mark.parametrize("mode", MODES)
def test_a_program_leads_a_session_of_its_own(agent: Agent, mode: Mode) -> None:
    program = """\
import System.Posix

main :: IO ()
main = do
  me <- getProcessID
  group <- getProcessGroupID
  print (me == group)
"""
    assert agent.output({"Main.hs": program}, mode) == "True\n"


@pytest.mark.parametrize("mode", MODES)
def test_a_terminal_is_the_programs_controlling_one(agent: Agent, mode: Mode) -> None:
    run = agent.run({"Main.hs": calls("echo $TERM; echo hi >/dev/tty; tty")}, mode, terminal=(80, 24))
    assert run.terminal.startswith("xterm-256color\r\nhi\r\n/dev/pts/")


@pytest.mark.parametrize("mode", MODES)
def test_keys_are_read_one_by_one_in_a_terminal(agent: Agent, mode: Mode) -> None:
    program = """\
import System.IO

main :: IO ()
main = do
  hSetBuffering stdin NoBuffering
  hSetEcho stdin False
  putStrLn "ready"
  key <- getChar
  putStrLn ("key " ++ show key)
"""
    agent.sync({"Main.hs": program})
    run = agent.start(mode, terminal=(80, 24))
    run.printed("ready", "terminal")
    run.input("q")
    assert run.ended().exit_code == 0
    assert run.terminal == "ready\r\nkey 'q'\r\n"


@pytest.mark.parametrize(
    "entry", ["a b.hs", "-o.hs", "@args.hs", "ünï.hs", "sub/It's.hs", 'quo"te.hs', "$x.hs"]
)
@pytest.mark.parametrize("mode", MODES)
def test_an_entry_may_have_any_name(agent: Agent, mode: Mode, entry: str) -> None:
    program = "import System.Environment\nmain :: IO ()\nmain = getProgName >>= putStrLn\n"
    assert agent.output({entry: program}, mode) == entry.split("/")[-1].removesuffix(".hs") + "\n"
    found = agent.check(entry, "main :: IO ()\nmain = putStrLn True\n")
    assert [one.code for one in found] == ["GHC-83865"]


@pytest.mark.parametrize("mode", MODES)
def test_a_main_that_is_not_exported_is_like_native(agent: Agent, mode: Mode) -> None:
    program = "module Main (x) where\nx :: Int\nx = 1\nmain :: IO ()\nmain = print x\n"
    finished = agent.run({"Main.hs": program}, mode).ended()
    assert finished.outcome == "compile_failed"
    assert "main" in finished.diagnostics[0].message


@pytest.mark.parametrize("mode", MODES)
def test_a_program_may_fork_itself(agent: Agent, mode: Mode) -> None:
    program = """\
import System.Exit
import System.Posix

main :: IO ()
main = do
  child <- forkProcess (putStrLn "child" >> exitWith (ExitFailure 5))
  status <- getProcessStatus True False child
  print (fmap (== Exited (ExitFailure 5)) status)
"""
    assert agent.output({"Main.hs": program}, mode) == "child\nJust True\n"


@pytest.mark.parametrize("mode", MODES)
def test_template_haskell_reads_the_workspaces_files(agent: Agent, mode: Mode) -> None:
    program = """\
{-# LANGUAGE TemplateHaskell #-}
import Language.Haskell.TH
import Language.Haskell.TH.Syntax

main :: IO ()
main = putStr $(addDependentFile "data/in.txt" >> runIO (readFile "data/in.txt") >>= litE . stringL)
"""
    assert agent.output({"Main.hs": program, "data/in.txt": "one\n"}, mode) == "one\n"
    assert agent.output({"Main.hs": program, "data/in.txt": "two\n"}, mode) == "two\n"
