from collections.abc import Mapping

import pytest

from ide.workspaces import cabal
from ide.workspaces.example import all_examples
from tests.ide.packages import SAMPLES

MODULES = {
    "Data.List": "base",
    "Data.List.Extra": "extra",
    "Data.Map.Strict": "containers",
    "Data.Text": "text",
    "Test.QuickCheck": "QuickCheck",
}


def files_for(texts: Mapping[str, str]) -> dict[str, str]:
    return cabal.files_for("x", texts, MODULES)


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("My Project", "my-project"),
        ("Advent of Code 2025!", "advent-of-code-n2025"),
        ("λ", "workspace"),
        ("", "workspace"),
        ("stm", "stm-workspace"),
        ("lens family", "lens-family-workspace"),
        ("../../etc", "etc"),
        ("a" * 200, "a" * 60),
    ],
)
def test_a_name_becomes_one_that_cabal_takes_and_no_librarys(name: str, package: str) -> None:
    assert cabal.package_name(name, {"stm": "2.5", "lens-family": "2.1"}) == package


def test_a_workspace_with_its_own_cabal_file_gets_none() -> None:
    assert files_for({"x.cabal": "", "Main.hs": ""}) == {}


def test_a_workspace_without_haskell_gets_none() -> None:
    assert files_for({"README.md": ""}) == {}


def test_imports_say_which_packages_are_needed() -> None:
    text = (
        "import qualified Data.Map.Strict as M\nimport Data.List\nimport safe Test.QuickCheck (x)\nmain = x\n"
    )
    made = files_for({"Main.hs": text})["x.cabal"]
    assert "build-depends: base, QuickCheck, containers\n" in made


def test_the_toolchain_says_whose_a_module_is_and_what_it_lacks_is_left_out() -> None:
    text = "import Data.List.Extra\nimport Data.Map.Strict.Elsewhere\nmain = x\n"
    made = files_for({"Main.hs": text})["x.cabal"]
    assert "build-depends: base, extra\n" in made


def test_own_modules_are_not_looked_for_in_packages() -> None:
    made = files_for(
        {"Main.hs": "import Data.Text\nmain = x\n", "src/Data/Text.hs": "module Data.Text where\n"}
    )
    assert "build-depends: base\n" in made["x.cabal"]
    assert "other-modules: Data.Text\n" in made["x.cabal"]


def test_an_entry_of_another_name_is_named_to_ghc() -> None:
    made = files_for({"Prog.hs": "module Prog where\nmain :: IO ()\nmain = pure ()\n"})["x.cabal"]
    assert "main-is: Prog.hs\n" in made
    assert "ghc-options: -main-is Prog\n" in made


def test_a_package_yaml_is_followed() -> None:
    made = files_for(SAMPLES["stack"])["my-thing.cabal"]
    assert "library\n  hs-source-dirs: src\n  exposed-modules: Lib\n" in made
    assert "executable my-thing-exe\n  main-is: Main.hs\n" in made
    assert "build-depends: base >= 4.7 && < 5, containers, my-thing, hspec\n" in made
    assert "default-extensions: LambdaCase, OverloadedStrings\n" in made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1, 2",
        "- a",
        "name: [x]\nlibrary: 3",
        "a: &a [*a]",
        "? " * 5000,
        "library:\n  source-dirs: {a: b}",
    ],
)
def test_a_package_yaml_that_is_none_does_not_stop_the_archive(text: str) -> None:
    assert files_for({"package.yaml": text, "Main.hs": "main = pure ()\n"}).keys() == {"x.cabal"}


def test_nothing_in_a_package_yaml_makes_lines_of_its_own() -> None:
    text = 'library:\n  source-dirs: "src\\nbuild-type: Custom"\n  dependencies: "x\\nfoo: bar"\n'
    (made,) = files_for({"package.yaml": text, "src/A.hs": "module A where\n"}).values()
    assert [line for line in made.splitlines() if line.startswith("build-type")] == ["build-type: Simple"]


def test_examples_have_what_the_page_shows() -> None:
    for example in all_examples():
        assert example.title
        assert example.summary.endswith(".") or example.summary.endswith("?")
        assert example.entry in example.files
