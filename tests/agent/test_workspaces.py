"""Where a workspace's modules lie, which one is the program, and what becomes of odd files."""

import pytest

from sandbox.messages import Mode
from tests.agent.harness import Agent, Files

pytestmark = pytest.mark.engine


def says(word: str, module: str = "Main") -> str:
    return f'module {module} (main) where\n\nmain :: IO ()\nmain = putStrLn "{word}"\n'


LIB = 'module Data.Own.Lib (word) where\n\nword :: String\nword = "from lib"\n'
USES = "import Data.Own.Lib\n\nmain :: IO ()\nmain = putStrLn word\n"
CABAL = """\
cabal-version: 2.4
name: thing
version: 0.1

common shared
  default-language: GHC2021
  ghc-options: -Wall -Werror -threaded

library
  import: shared
  hs-source-dirs: library
  exposed-modules: Data.Own.Lib
  build-depends: base
  default-extensions:
    LambdaCase
    OverloadedStrings

executable thing
  import: shared
  main-is: Program.hs
  hs-source-dirs: exe
  build-depends: base, thing
"""
PACKAGE = """\
name: thing
dependencies: base
default-extensions:
  - LambdaCase
ghc-options: -Wall
library:
  source-dirs: library
executables:
  thing:
    main: Program.hs
    source-dirs: exe
"""
LAMBDA_CASE = (
    'module Data.Own.Lib where\n\nword :: String\nword = (\\case { True -> "extended"; False -> "" }) True\n'
)

# --- the program -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"app/Main.hs": says("app"), "src/Main.hs": says("src"), "Main.hs": says("top")}, "app"),
        ({"src/Main.hs": says("src"), "Main.hs": says("top")}, "src"),
        ({"Main.hs": says("top"), "other.hs": says("other")}, "top"),
        ({"src/Tool.hs": says("tool", "Tool"), "src/A.hs": "module A where\n"}, "tool"),
        ({"script.hs": 'main :: IO ()\nmain = putStrLn "script"\n'}, "script"),
        ({"deep/er/place/thing.hs": 'main = putStrLn "deep"\n'}, "deep"),
        ({"Main.lhs": '> main :: IO ()\n> main = putStrLn "literate"\n\nText.\n'}, "literate"),
        ({"Main.hs": says("top"), "test/Spec.hs": says("test")}, "top"),
    ],
)
@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_the_program_is_found(agent: Agent, files: Files, word: str, mode: Mode) -> None:
    assert agent.output(files, mode) == f"{word}\n"


@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_the_entry_that_is_asked_for_runs(agent: Agent, mode: Mode) -> None:
    files = {
        "Main.hs": says("main"),
        "Tool.hs": says("tool", "Tool"),
        "bin/my-tool.hs": says("bin"),
        "Ünï/Çode.hs": says("marks", "Ünï.Çode"),
        "Жук.hs": says("cyrillic", "Жук"),
    }
    for entry, word in (
        ("Tool.hs", "tool"),
        ("bin/my-tool.hs", "bin"),
        ("Ünï/Çode.hs", "marks"),
        ("Жук.hs", "cyrillic"),
        ("Main.hs", "main"),
    ):
        assert agent.output(files, mode, entry=entry) == f"{word}\n"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, ["main"]),
        ({"A.hs": "module A where\nx :: Int\nx = 1\n"}, ["main"]),
        ({"A.hs": says("a", "A"), "B.hs": says("b", "B")}, ["A.hs", "B.hs"]),
        ({"Main.hs": "module Main where\nx :: Int\nx = 1\n"}, ["main"]),
        ({"readme.txt": "main = 1"}, ["main"]),
    ],
    ids=["nothing", "no main", "two mains", "a Main without main", "no Haskell"],
)
@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_a_workspace_with_no_single_program_is_told(
    agent: Agent, files: Files, words: list[str], mode: Mode
) -> None:
    run = agent.run(files, mode)
    assert run.ended().outcome == "compile_failed"
    said = (run.ended().reason or "") + run.messages
    for word in words:
        assert word in said


@pytest.mark.parametrize("entry", ["Nope.hs", "../Main.hs", "/etc/passwd", "notes.txt", "-o", "@args"])
def test_an_entry_that_is_none_is_told(agent: Agent, entry: str) -> None:
    run = agent.run({"Main.hs": says("x"), "notes.txt": "x"}, entry=entry)
    assert run.ended().outcome == "compile_failed"
    assert entry in (run.ended().reason or "") + run.messages
    assert agent.output({"Main.hs": says("next")}) == "next\n"


# --- source roots ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("root", ["", "src/", "app/", "test/"])
@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_modules_are_found_under_the_usual_roots(agent: Agent, root: str, mode: Mode) -> None:
    files = {"app/Main.hs": USES, f"{root}Data/Own/Lib.hs": LIB}
    assert agent.output(files, mode) == "from lib\n"


@pytest.mark.parametrize("mode", ["interpret", "compile"])
@pytest.mark.parametrize(
    "description",
    [{"thing.cabal": CABAL}, {"package.yaml": PACKAGE}],
    ids=["cabal", "package.yaml"],
)
def test_a_package_description_holds(agent: Agent, description: dict[str, str], mode: Mode) -> None:
    files = {
        **description,
        "library/Data/Own/Lib.hs": LAMBDA_CASE,
        "exe/Program.hs": "module Main (main) where\n\n" + USES,
        "Main.hs": says("wrong"),
    }
    run = agent.run(files, mode)
    assert run.ended().outcome == "exited", run.events
    assert run.stdout == "extended\n"


def test_options_of_a_description_give_warnings(agent: Agent) -> None:
    files = {
        "package.yaml": PACKAGE,
        "library/Data/Own/Lib.hs": LAMBDA_CASE,
        "exe/Program.hs": "module Main (main) where\nimport Data.List\n" + USES,
    }
    finished = agent.run(files).ended()
    assert finished.outcome == "exited"
    assert [one.severity for one in finished.diagnostics] == [2]


def test_a_description_that_changes_is_followed(agent: Agent) -> None:
    files = {"Main.hs": 'main :: IO ()\nmain = putStrLn ((\\case { 1 -> "one"; _ -> "" }) (1 :: Int))\n'}
    assert agent.run(files).ended().outcome == "compile_failed"
    assert agent.output(files | {"package.yaml": "default-extensions: LambdaCase\n"}) == "one\n"
    assert agent.run(files).ended().outcome == "compile_failed"


@pytest.mark.parametrize(
    "flag",
    [
        "-pgmF ./x",
        "-F -pgmF=./x",
        "-fplugin=X",
        "-o x",
        "-package-db /x",
        "+RTS -M1",
        "@x",
        "-optl-x",
        "x.hs",
    ],
)
def test_flags_outside_the_list_are_left_out(agent: Agent, flag: str) -> None:
    files = {"package.yaml": f"ghc-options: '{flag} -Wall'\n", "Main.hs": says("fine")}
    assert agent.run(files).stdout == "fine\n"
    assert agent.run(files, "compile").stdout == "fine\n"


@pytest.mark.parametrize(
    "description",
    [
        {"package.yaml": "a: [b\n"},
        {"package.yaml": "- 1\n- 2\n"},
        {"package.yaml": "ghc-options: {a: 1}\ndefault-extensions: 7\nlibrary: []\n"},
        {"package.yaml": b"\xff\xfe\x00"},
        {"x.cabal": "executable\n  main-is\n{{{\n"},
        {"x.cabal": ""},
        {"x.cabal": CABAL, "y.cabal": CABAL},
    ],
)
def test_a_description_that_cannot_be_read_harms_nothing(agent: Agent, description: Files) -> None:
    run = agent.run({**description, "Main.hs": says("fine")})
    assert run.stdout == "fine\n" or run.ended().outcome == "compile_failed"
    assert agent.output({"Main.hs": says("next")}) == "next\n"
