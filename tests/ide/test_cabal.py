import pytest

from ide.workspaces import cabal
from ide.workspaces.example import all_examples
from ide.workspaces.modules import package_of
from tests.ide.packages import SAMPLES


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("My Project", "my-project"),
        ("Advent of Code 2025!", "advent-of-code-n2025"),
        ("λ", "workspace"),
        ("", "workspace"),
        ("stm", "stm-workspace"),
        ("../../etc", "etc"),
        ("a" * 200, "a" * 60),
    ],
)
def test_a_name_becomes_one_that_cabal_takes(name: str, package: str) -> None:
    assert cabal.package_name(name) == package


def test_no_package_has_the_name_of_a_library_of_the_toolchain() -> None:
    assert cabal.package_name("lens family", {"lens-family"}) == "lens-family-workspace"


def test_a_workspace_with_its_own_cabal_file_gets_none() -> None:
    assert cabal.files_for("x", {"x.cabal": "", "Main.hs": ""}) == {}


def test_a_workspace_without_haskell_gets_none() -> None:
    assert cabal.files_for("x", {"README.md": ""}) == {}


def test_imports_say_which_packages_are_needed() -> None:
    text = (
        "import qualified Data.Map.Strict as M\nimport Data.List\nimport safe Test.QuickCheck (x)\nmain = x\n"
    )
    made = cabal.files_for("x", {"Main.hs": text})["x.cabal"]
    assert "build-depends: base, QuickCheck, containers\n" in made


def test_own_modules_are_not_looked_for_in_packages() -> None:
    made = cabal.files_for(
        "x", {"Main.hs": "import Data.Text\nmain = x\n", "src/Data/Text.hs": "module Data.Text where\n"}
    )
    assert "build-depends: base\n" in made["x.cabal"]
    assert "other-modules: Data.Text\n" in made["x.cabal"]


def test_an_entry_of_another_name_is_named_to_ghc() -> None:
    made = cabal.files_for("x", {"Prog.hs": "module Prog where\nmain :: IO ()\nmain = pure ()\n"})["x.cabal"]
    assert "main-is: Prog.hs\n" in made
    assert "ghc-options: -main-is Prog\n" in made


def test_a_package_yaml_is_followed() -> None:
    made = cabal.files_for("ignored", SAMPLES["stack"])["my-thing.cabal"]
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
    assert cabal.files_for("x", {"package.yaml": text, "Main.hs": "main = pure ()\n"}).keys() == {"x.cabal"}


def test_nothing_in_a_package_yaml_makes_lines_of_its_own() -> None:
    text = 'library:\n  source-dirs: "src\\nbuild-type: Custom"\n  dependencies: "x\\nfoo: bar"\n'
    (made,) = cabal.files_for("x", {"package.yaml": text, "src/A.hs": "module A where\n"}).values()
    assert [line for line in made.splitlines() if line.startswith("build-type")] == ["build-type: Simple"]


def test_the_longest_prefix_says_the_package() -> None:
    assert package_of("Data.Text.Encoding") == "text"
    assert package_of("Control.Monad.Trans.Resource") == "resourcet"
    assert package_of("Data.Bifunctor") is None
    assert package_of("My.Own") is None


def test_examples_have_what_the_page_shows() -> None:
    for example in all_examples():
        assert example.title
        assert example.summary.endswith(".") or example.summary.endswith("?")
        assert example.entry in example.files
