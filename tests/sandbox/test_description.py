"""Whose a file is, and what its component names."""

from unittest.mock import Mock

import pytest
import yaml

from sandbox.description import components, name_of, owning

CABAL = """cabal-version: 3.0
name: tool

flag fast
  default: False

common deps
  build-depends: base >= 4.7 && < 5,
                 lens

-- a comment
Library
  import:          deps
  hs-source-dirs:  src, ./gen/
  exposed-modules: Tool
  other-modules:
    Tool.Inner
  if flag(fast)
    build-depends: vector:{vector, other}
  else
    build-depends: array
  build-depends: text

executable  tool
  main-is: Main.hs
  hs-source-dirs: app
  build-depends: base,tool:tool

executable other
  main-is: Other.hs
  hs-source-dirs: app
"""
YAML = """name: tool
dependencies:
  - base >= 4.7
library:
  source-dirs: src
  dependencies: {text: ">= 2"}
  when:
    - condition: flag(fast)
      then: {dependencies: vector}
      else: {dependencies: [array]}
executables:
  tool: {main: Main.hs, source-dirs: app, dependencies: {name: lens, version: 5}}
  other: {main: Other.hs, source-dirs: app}
tests:
  spec:
    main: Spec.hs
    dependencies:
    - name: hspec
      version: ">= 2"
"""


def of(name: str, text: str, path: str) -> list[str]:
    return [each.title for each in owning(components(name, text), path)]


@pytest.mark.parametrize(
    ("path", "titles"),
    [
        ("src/Tool.hs", ["library"]),
        ("gen/Tool/Inner.hs", ["library"]),
        ("src/Unlisted.hs", ["library"]),
        ("app/Main.hs", ["executable tool"]),
        ("app/Other.hs", ["executable other"]),
        ("app/Shared.hs", ["executable tool", "executable other"]),
        ("elsewhere/X.hs", []),
    ],
)
def test_a_file_is_of_the_components_that_name_it_or_have_its_folder(path: str, titles: list[str]) -> None:
    assert of("tool.cabal", CABAL, path) == titles


def test_a_package_yaml_gives_its_components_all_that_lies_in_their_folders() -> None:
    assert of("package.yaml", YAML, "src/Tool.hs") == ["library"]
    assert of("package.yaml", YAML, "app/Other.hs") == ["executable other"]
    assert of("package.yaml", YAML, "app/Shared.hs") == ["executable tool", "executable other"]
    assert of("package.yaml", YAML, "Spec.hs") == ["test-suite spec"]


def test_a_component_has_its_own_packages_those_it_imports_and_those_of_conditions() -> None:
    found = {each.title: each.packages for each in components("tool.cabal", CABAL)}
    assert found == {
        "library": {"base", "lens", "vector", "array", "text"},
        "executable tool": {"base", "tool"},
        "executable other": frozenset(),
    }
    described = {each.title: each.packages for each in components("package.yaml", YAML)}
    assert described["library"] == {"base", "text", "vector", "array"}
    assert described["test-suite spec"] == {"base", "hspec"}


@pytest.mark.parametrize("text", ["", "- a\n", "library: [\n", "a: &a [*b]\n", "\x00"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        components("package.yaml", text)
    assert components("tool.cabal", text) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[" * 60_000, "nests deeper than 64 brackets"),
        ("{a: " * 10_000, "nests deeper than 64 brackets"),
        ("a: b\n" * 100_000, "longer than 65,536 letters"),
    ],
)
def test_what_would_take_long_to_read_is_refused_at_once(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        components("package.yaml", text)


@pytest.mark.parametrize("text", ["library:\n", "tests: 1\n"])
def test_what_says_nothing_of_components_has_none(text: str) -> None:
    assert components("package.yaml", text) == ()


def test_a_package_yaml_without_components_has_options_for_all_files() -> None:
    for text in (
        "dependencies: text\nghc-options: -Wall -O2\n",
        "dependencies: &a [text, *a]\nghc-options: -Wall -O2\n",
    ):
        (whole,) = components("package.yaml", text)
        assert set(whole.flags) == {"-Wall", "-O2"}
        assert whole.roots == ("", "src", "app", "test")
        assert of("package.yaml", text, "src/Any.hs") == []


def test_a_cabal_file_at_the_root_comes_first() -> None:
    assert name_of(["a/b.cabal", "package.yaml", "z.cabal", "Main.hs"]) == "z.cabal"
    assert name_of(["package.yaml"]) == "package.yaml"
    assert name_of(["Main.hs", "a/b.cabal"]) is None


def test_what_cannot_be_read_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compose = Mock(wraps=yaml.compose)
    monkeypatch.setattr(yaml, "compose", compose)
    for _ in range(3):
        with pytest.raises(ValueError, match="while parsing a flow"):
            components("package.yaml", "read: [once")
    assert compose.call_count == 1
