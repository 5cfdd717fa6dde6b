"""What of a package description is not used is told where it stands."""

import time

import pytest

from sandbox.agent.diagnostics import INFORMATION
from sandbox.agent.remarks import remarks
from tests.agent.harness import Agent

CABAL = """\
cabal-version: 2.4
-- ghc-options: -O2
common shared
  ghc-options: -Wall -O2 -threaded

library
  import: shared
  default-language: GHC2021
  cc-options: -O3
  GHC-Options:
    -Wcompat,
    "-with-rtsopts=-N"  -Werror=name-shadowing

executable go
  default-language: Haskell2010
  main-is: Go.hs
  if os(linux)
    ghc-options: -optl-static
"""
YAML = b"""\
# ghc-options: -O1
language: GHC2021
ghc-options:
- -Wall
- -O2
library: {source-dirs: src}
executables:
  go:
    main: Go.hs
    ghc-options: [-threaded, -rtsopts]
    language: Haskell2010
"""


def told(path: str, text: bytes) -> list[tuple[int, str]]:
    """The line and the text of each place."""
    lines = text.decode().splitlines()
    found = remarks({path: text, "Go.hs": b""})[path]
    assert {each.severity for each in found} <= {INFORMATION}
    places = [(each.range.start, each.range.end) for each in found]
    assert all(start.line == end.line for start, end in places)
    return [(start.line, lines[start.line][start.character : end.character]) for start, end in places]


def test_each_option_and_language_of_a_cabal_file_that_is_not_used_is_told_at_its_place() -> None:
    assert told("x.cabal", CABAL.encode()) == [
        (11, "-with-rtsopts=-N"),
        (11, "-Werror=name-shadowing"),
        (14, "Haskell2010"),
        (17, "-optl-static"),
    ]


def test_so_it_is_in_a_package_yaml() -> None:
    assert told("package.yaml", YAML) == [(9, "-rtsopts"), (10, "Haskell2010")]


@pytest.mark.parametrize(
    ("flag", "why"),
    [
        ("-rtsopts", "no options of GHC's runtime"),
        ("-Werror", "never keeps a program from running"),
        ("-package-db=x", "Warnings, extensions and some"),
    ],
)
def test_the_reason_is_told(flag: str, why: str) -> None:
    (remark,) = remarks({"x.cabal": f"library\n  ghc-options: {flag}\n".encode()})["x.cabal"]
    assert remark.message.startswith(f"{flag} is not used here. ")
    assert why in remark.message


def test_a_description_that_is_not_read_and_one_that_cannot_be_have_none() -> None:
    both = {"x.cabal": b"library\n", "package.yaml": b"ghc-options: -O2\n"}
    assert remarks(both) == {"x.cabal": [], "package.yaml": []}
    assert remarks({"package.yaml": b"ghc-options: [\n"}) == {"package.yaml": []}
    assert remarks({"sub/x.cabal": b"library\n  ghc-options: -O2\n"}) == {}


@pytest.mark.engine
def test_an_editor_is_told_and_no_longer_once_it_is_mended(agent: Agent) -> None:
    cabal = "executable go\n  main-is: Main.hs\n  ghc-options: -rtsopts\n"
    agent.sync({"x.cabal": cabal, "Main.hs": "main :: IO ()\nmain = print 1\n"})
    (remark,) = agent.check("x.cabal", cabal)
    assert (remark.range.start.line, remark.message.split()[0]) == (2, "-rtsopts")
    assert agent.start().ended().diagnostics == []
    assert agent.check("x.cabal", cabal.replace("-rtsopts", "-O2")) == []


def test_a_long_line_takes_time_with_its_length_and_no_more() -> None:
    def seconds(words: int) -> float:
        text = "library\n  other-modules: " + ", ".join(f"A{number}" for number in range(words))
        began = time.process_time()
        assert told("x.cabal", text.encode()) == []
        return time.process_time() - began

    assert seconds(20_000) < 0.05 + 8 * seconds(5_000)
