"""Odd files, files that cannot be compiled, and files that programs change."""

import time

import pytest

from sandbox.limits import FILE_BYTES
from sandbox.messages import Mode
from tests.agent.harness import Agent, Files

pytestmark = pytest.mark.engine


def says(word: str, module: str = "Main") -> str:
    return f'module {module} (main) where\n\nmain :: IO ()\nmain = putStrLn "{word}"\n'


# --- what cannot be compiled -------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_a_cyclic_import_is_told_of_the_files(agent: Agent, mode: Mode) -> None:
    files = {
        "Main.hs": "import A\nmain :: IO ()\nmain = print a\n",
        "A.hs": "module A where\nimport B\na :: Int\na = b\n",
        "B.hs": "module B where\nimport A\nb :: Int\nb = a\n",
    }
    run = agent.run(files, mode)
    assert run.ended().outcome == "compile_failed"
    assert "cycle" in run.messages
    assert "A" in run.messages
    assert agent.output({"Main.hs": says("next")}, mode) == "next\n"


@pytest.mark.parametrize("mode", ["interpret", "compile"])
@pytest.mark.parametrize("module", ["Data.NoSuch", "Distribution.Nope.Package"])
def test_an_unknown_package_is_told(agent: Agent, mode: Mode, module: str) -> None:
    run = agent.run({"Main.hs": f"import {module}\n\nmain :: IO ()\nmain = pure ()\n"}, mode)
    finished = run.ended()
    assert finished.outcome == "compile_failed"
    assert module in run.messages
    assert finished.diagnostics[0].uri == "file:///work/Main.hs"
    assert finished.diagnostics[0].range.start.line == 0


# --- odd files ---------------------------------------------------------------------------------------------

GOOD = says("fine")


@pytest.mark.parametrize(
    "content",
    [
        'main :: IO ()\nmain = do\n\tputStrLn "fine"\n',
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        "\ufeff" + GOOD.replace("\n", "\r\n"),
        GOOD.rstrip("\n"),
        "-- 🎉 ünïcödé\n" + GOOD,
        "#!/usr/bin/env runghc\n" + GOOD,
        "{-# LANGUAGE CPP #-}\n" + GOOD,
    ],
    ids=["tab", "CRLF", "BOM", "BOM and CRLF", "no newline", "unicode", "shebang", "CPP"],
)
@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_an_odd_source_runs(agent: Agent, content: str, mode: Mode) -> None:
    assert agent.run({"Main.hs": content}, mode).stdout == "fine\n"


@pytest.mark.parametrize(
    "content",
    [GOOD.replace("fine", "gr\u00fcn").encode("latin-1"), bytes(range(256)) * 20, b"", b"\0" * 5000],
    ids=["latin-1", "binary", "empty", "zeros"],
)
@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_a_source_that_is_no_text_is_told(agent: Agent, content: bytes, mode: Mode) -> None:
    run = agent.run({"Main.hs": content}, mode)
    finished = run.ended()
    assert finished.outcome == "compile_failed"
    assert finished.reason or finished.diagnostics
    assert agent.output({"Main.hs": GOOD}, mode) == "fine\n"


def test_odd_files_beside_the_program_do_not_matter(agent: Agent) -> None:
    files: Files = {
        "Main.hs": GOOD,
        "picture.png": bytes(range(256)) * 100,
        "empty.txt": b"",
        "Empty.hs": b"",
        "Latin.hs": "module Latin where\n-- gr\u00fcn\n".encode("latin-1"),
        "-flag.hs": "module Flag where\n",
        "@args": "-o x",
        "a b/c d.txt": "x",
        "ünï/cödé.txt": "x",
        ".ghci": ':! touch /work/ran\n:set prompt "gotcha"\n',
        "cabal.project": "packages: .",
        "Setup.hs": "import Distribution.Simple\nmain = defaultMain\n",
        "lower.hs": "x = 1\n",
        "Main.o": b"\x7fELF",
        "Main.hi": b"nonsense",
    }
    assert agent.output(files) == "fine\n"
    assert agent.output(files, "compile") == "fine\n"
    probe = 'import System.Directory\nmain :: IO ()\nmain = doesFileExist "/work/ran" >>= print\n'
    assert agent.output({**files, "Main.hs": probe}) == "False\n"


def test_a_program_reads_the_workspaces_files(agent: Agent) -> None:
    files = {
        "Main.hs": 'main :: IO ()\nmain = readFile "data/in.txt" >>= putStr\n',
        "data/in.txt": "content\n",
    }
    for mode in ("interpret", "compile"):
        assert agent.output(files, mode) == "content\n"


def test_large_and_many_files_are_taken(agent: Agent) -> None:
    files = {f"src/M{n}.hs": f"module M{n} where\n" for n in range(60)}
    files["big.txt"] = "x" * FILE_BYTES
    files["Main.hs"] = 'main :: IO ()\nmain = readFile "big.txt" >>= print . length\n'
    assert agent.output(files) == f"{FILE_BYTES}\n"


def test_a_large_source_is_checked(agent: Agent) -> None:
    lines = "".join(f"-- {'x' * 95}\n" for _ in range(5000))
    assert agent.output({"Main.hs": lines + 'main :: IO ()\nmain = putStrLn "large"\n'}) == "large\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Main.hs", "\n" * 300_000 + "main = print 1\n"),
        ("Main.hs", "main = print 1\n" + "".join(f"x{n} = {n}\n" for n in range(3000))),
        ("Main.hs", "main = print 1" + "".join(f"; x{n} = {n}" for n in range(3000)) + "\n"),
        ("Main.lhs", "> main = print 1\n" + "\n" * 300_000),
        ("x.cabal", "executable x\n  main-is: Main.hs\n  other-modules: " + "Abc, " * 80_000),
        ("x.cabal", "executable x\n  main-is: Main.hs\n  default-extensions: " + "X" * 100_000),
    ],
    ids=["empty lines", "many warnings", "many in one line", "literate", "a long line", "a long name"],
)
def test_a_file_that_is_much_of_one_thing_holds_nobody_up(agent: Agent, name: str, text: str) -> None:
    files = {"Main.hs": "main = print 1\n"} if name == "x.cabal" else {}
    assert agent.output({**files, name: text}) == "1\n"


# --- files and programs ------------------------------------------------------------------------------------


def test_a_program_that_overwrites_its_source_is_not_what_runs_next(agent: Agent) -> None:
    evil = 'main :: IO ()\nmain = writeFile "Main.hs" "main = putStrLn \\"evil\\"" >> putStrLn "fine"\n'
    for mode in ("interpret", "compile"):
        for _ in range(2):
            assert agent.output({"Main.hs": evil}, mode) == "fine\n"


def test_a_program_that_replaces_its_source_by_a_link_or_folder_is_not_followed(agent: Agent) -> None:
    program = """\
import System.Process
main :: IO ()
main = do
  callCommand "rm -rf Main.hs src; ln -s /etc/passwd Main.hs; ln -s /tmp src; mkdir -p data"
  putStrLn "done"
"""
    files = {"Main.hs": program, "src/Lib.hs": "module Lib where\n", "data/in.txt": "in"}
    for _ in range(2):
        assert agent.run(files).stdout == "done\n"
    assert agent.output({**files, "Main.hs": says("after")}) == "after\n"


def test_a_source_that_a_program_writes_is_not_compiled_into_another_run(agent: Agent) -> None:
    writer = 'main :: IO ()\nmain = writeFile "Lib.hs" "module Lib where\\nx = 1\\n"\n'
    assert agent.output({"Main.hs": writer}) == ""
    run = agent.run({"Main.hs": "import Lib\nmain :: IO ()\nmain = print x\n"})
    # Whether GHC may see it is the layout's choice; the session must not be confused by it.
    assert run.ended().outcome in ("compile_failed", "exited")
    remover = 'import System.Directory\nmain :: IO ()\nmain = removeFile "Lib.hs"\n'
    assert agent.output({"Main.hs": remover}) == ""


def test_what_a_program_writes_is_there_for_the_next_run(agent: Agent) -> None:
    writer = 'main :: IO ()\nmain = writeFile "kept.txt" "kept"\n'
    reader = 'main :: IO ()\nmain = readFile "kept.txt" >>= putStr\n'
    assert agent.output({"Main.hs": writer}) == ""
    assert agent.output({"Main.hs": reader}) == "kept"
    assert agent.output({"Main.hs": reader}, "compile") == "kept"


def test_renaming_and_removing_modules_is_followed(agent: Agent) -> None:
    files = {
        "Main.hs": "import A\nmain :: IO ()\nmain = putStrLn a\n",
        "A.hs": 'module A where\na :: String\na = "a"\n',
    }
    assert agent.output(files) == "a\n"
    moved = {"Main.hs": files["Main.hs"], "src/A.hs": files["A.hs"].replace('"a"', '"moved"')}
    assert agent.output(moved) == "moved\n"
    assert agent.run({"Main.hs": files["Main.hs"]}).ended().outcome == "compile_failed"
    assert agent.output(files) == "a\n"


def test_the_session_survives_a_program_that_removes_everything(agent: Agent) -> None:
    program = """\
import System.Process
main :: IO ()
main = callCommand "rm -rf /work/* /work/.[a-z]* 2>/dev/null; true" >> putStrLn "gone"
"""
    assert agent.output({"Main.hs": program}) == "gone\n"
    time.sleep(0.2)
    assert agent.output({"Main.hs": says("after")}) == "after\n"
    assert agent.output({"Main.hs": says("compiled")}, "compile") == "compiled\n"
