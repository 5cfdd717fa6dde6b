"""Which files are modules, which one is the program, and what it needs."""

import time

import pytest

from sandbox.agent.haskell_source import Source
from sandbox.agent.layout import Layout, Options, layout, program_name
from sandbox.limits import KIB


def of(options: Options | None = None, **files: str) -> Layout:
    """Files by name, with `__` for `/` and no suffix."""
    contents = {f"{name.replace('__', '/')}.hs": text.encode() for name, text in files.items()}
    return layout(contents, options or Options())


MAIN = "main = print 1"


def test_the_usual_places_of_a_program_come_in_order() -> None:
    assert of(app__Main=MAIN, src__Main=MAIN, Main=MAIN).default_entry() == "app/Main.hs"
    assert of(src__Main=MAIN, Main=MAIN).default_entry() == "src/Main.hs"
    assert of(Main=MAIN, Other=MAIN).default_entry() == "Main.hs"


def test_the_only_file_with_a_main_is_the_program_whatever_its_module() -> None:
    assert of(Game=f"module Game where\n{MAIN}", Lib="module Lib where").default_entry() == "Game.hs"
    assert of(A=MAIN, B=MAIN).default_entry() is None
    assert of(A=MAIN, test__Spec=MAIN).default_entry() == "A.hs"


def test_a_described_program_comes_first() -> None:
    options = Options(roots=("exe",), mains=("exe/Go.hs",))
    assert of(options, exe__Go=MAIN, Main=MAIN).default_entry() == "exe/Go.hs"


def test_ghci_gets_the_libraries_and_one_main() -> None:
    made = of(app__Main=MAIN, test__Spec=MAIN, src__Lib="module Lib where", Setup="main = defaultMain")
    assert made.targets("app/Main.hs") == ["app/Main.hs", "src/Lib.hs"]
    assert made.targets("test/Spec.hs") == ["src/Lib.hs", "test/Spec.hs"]
    assert made.targets(None) == ["src/Lib.hs"]


def test_of_two_files_with_one_module_name_the_focused_one_is_loaded() -> None:
    made = of(src__Lib="module Lib where", app__Lib="module Lib where")
    assert made.targets("app/Lib.hs") == ["app/Lib.hs"]


def test_of_two_files_with_one_module_name_the_one_that_the_compiler_finds_is_loaded() -> None:
    made = of(src__Lib="module Lib where", app__Lib="module Lib where", app__Main=f"import Lib\n{MAIN}")
    assert made.targets("app/Main.hs") == ["app/Main.hs", "src/Lib.hs"]
    deep = of(a__src__Lib="module Lib where", app__Lib="module Lib where")
    assert deep.targets(None) == ["app/Lib.hs"]


def test_the_closure_follows_imports_and_survives_a_cycle() -> None:
    made = of(
        Main="import A\nmain = a",
        A="module A where\nimport qualified B as Q\nimport Data.Map",
        B="module B where\nimport safe A",
        C="module C where",
    )
    assert made.closure("Main.hs") == {"Main.hs", "A.hs", "B.hs"}


def test_discovered_specs_are_part_of_the_test_program() -> None:
    made = of(
        test__Spec="{-# OPTIONS_GHC -F -pgmF hspec-discover #-}",
        test__Data__ListSpec="module Data.ListSpec where\nimport Lib",
        src__Lib="module Lib where",
    )
    assert made.test_entry() == "test/Spec.hs"
    assert made.closure("test/Spec.hs") == {"test/Spec.hs", "test/Data/ListSpec.hs", "src/Lib.hs"}


@pytest.mark.parametrize(
    ("text", "module", "has_main"),
    [
        ("-- | module Wrong where\nmodule Right.Name (main) where\nmain :: IO ()", "Right.Name", True),
        ("{- module Wrong where {- nested -} main = -}\nmain=1", "Main", True),
        ("{-# LANGUAGE CPP #-}\n{- -}module\n  Odd\n  where", "Odd", False),
        ("\ufeffmodule Bom where\r\nmain\r\n  = x", "Bom", True),
        ("module A where\nmainly = 1\nx = let main = 2 in main", "A", False),
        ("-->  is an operator\nmain = 1", "Main", True),
        ("module Äpfel.Über'all_1 (main) where\nmain = 1", "Äpfel.Über'all_1", True),
        ("module \u01c5ep where", "\u01c5ep", False),
        ("module U\u0308ber where", "U\u0308ber", False),
        ("", "Main", False),
    ],
)
def test_a_source_is_told_by_its_looks(text: str, module: str, has_main: bool) -> None:
    source = Source.parse(text)
    assert (source.module, source.defines_main) == (module, has_main)


def test_literate_sources_are_read_in_both_styles() -> None:
    bird = "Words.\n\n> module Bird where\n> import A\n> main = 1\n"
    latex = "\\begin{code}\nmodule Latex where\nmain = 1\n\\end{code}\nmodule No where\n"
    assert Source.parse(bird, literate=True) == Source("Bird", ("A",), defines_main=True)
    assert Source.parse(latex, literate=True).module == "Latex"


@pytest.mark.parametrize(
    "piece", ["\n", " ", "{-", "-- ", "module ", "import A\n", ">\n", "\\begin{code}\n", "main\n", "A."]
)
@pytest.mark.parametrize("literate", [False, True])
def test_a_source_takes_time_with_its_length_and_no_more(piece: str, literate: bool) -> None:
    def seconds(size: int) -> float:
        began = time.process_time()
        Source.parse(piece * (size // len(piece)), literate=literate)
        return time.process_time() - began

    assert seconds(256 * KIB) < 0.05 + 8 * seconds(64 * KIB)


def test_only_flags_on_the_list_reach_ghc() -> None:
    flags = (
        *("-Wall", "-Wno-unused-imports", "-XCPP", "-threaded", "-w"),
        *(
            "-Werror",
            "-pgmF",
            "./evil",
            "-fplugin=Evil",
            "-optl-Wl,x",
            "-o",
            "-F",
            "@file",
            "-package-db",
            "-ddump-asm",
            *(flag + "a" * 64 for flag in ("-X", "-W", "-fno-warn-", "-fprint-", "-funbox-")),
        ),
    )
    options = Options(flags=flags, extensions=("LambdaCase", "Bad -o x", "X" * 65, "λ"), language="GHC2021")
    assert options.ghc == [
        *("-XGHC2021", "-XLambdaCase", "-Wall", "-Wno-unused-imports", "-XCPP", "-threaded", "-w"),
    ]
    assert options.extension_flags == ["-XLambdaCase"]


def test_the_program_is_called_as_its_file() -> None:
    assert (program_name("app/Main.hs"), program_name("Game.lhs")) == ("Main", "Game")


def test_a_files_dependents_are_those_with_it_in_their_closures() -> None:
    made = of(
        Main="import A\nmain = a",
        A="module A where\nimport B",
        B="module B where\nimport C",
        C="module C where\nimport B",
        D="module D where",
        src__D="module D where\nimport C",
        test__Spec="{-# OPTIONS_GHC -F -pgmF hspec-discover #-}",
        test__DSpec="module DSpec where\nimport D",
    )
    for path in made.sources:
        assert made.dependents(path) == {other for other in made.sources if path in made.closure(other)}
