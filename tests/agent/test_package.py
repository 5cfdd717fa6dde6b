"""What a package description says of sources and options."""

from sandbox.agent.layout import Options
from sandbox.agent.package import options_of

CABAL = """\
cabal-version: 2.4
name: stats

common shared
  default-language: Haskell2010
  ghc-options: -Wall -Wno-orphans

library
  import: shared
  hs-source-dirs: lib, ./more
  default-extensions:
    LambdaCase,
    TupleSections
  -- a comment: with a colon
  if os(linux)
    default-extensions: CPP

executable stats
  import: shared
  hs-source-dirs: exe
  main-is: Go.hs

test-suite spec
  type: exitcode-stdio-1.0
  hs-source-dirs: checks
  main-is: Spec.hs

source-repository head
  type: git
"""


def test_a_cabal_file_gives_roots_options_and_programs() -> None:
    options, complaints = options_of({"stats.cabal": CABAL.encode(), "package.yaml": b"x: ["})
    assert complaints == {}
    assert options == Options(
        roots=("lib", "more", "exe", "checks"),
        extensions=("LambdaCase", "TupleSections", "CPP"),
        language="Haskell2010",
        flags=("-Wall", "-Wno-orphans"),
        mains=("exe/Go.hs",),
        tests=("checks/Spec.hs",),
    )


def test_a_package_yaml_gives_the_same() -> None:
    text = b"""\
default-extensions: LambdaCase
ghc-options: [-Wall]
library: {source-dirs: lib}
executables:
  stats: {main: Go.hs, source-dirs: exe}
tests:
  spec: {main: Spec.hs, source-dirs: checks}
"""
    options, complaints = options_of({"package.yaml": text})
    assert complaints == {}
    assert (options.roots, options.extensions, options.flags) == (
        ("lib", "exe", "checks"),
        ("LambdaCase",),
        ("-Wall",),
    )
    assert (options.mains, options.tests) == (("exe/Go.hs",), ("checks/Spec.hs",))


def test_a_package_yaml_without_components_keeps_the_usual_roots() -> None:
    options, _ = options_of({"package.yaml": b"default-extensions: LambdaCase"})
    assert (options.roots, options.extensions) == (Options().roots, ("LambdaCase",))


def test_without_a_description_the_usual_holds() -> None:
    assert options_of({"Main.hs": b"", "sub/other.cabal": b"library\n  hs-source-dirs: x"}) == (Options(), {})


def test_a_description_that_cannot_be_read_is_told() -> None:
    for text in (b"a: [", b"- 1", b"\xff", b"a: &a [*a, *b]"):
        options, complaints = options_of({"package.yaml": text})
        assert options == Options()
        assert complaints["package.yaml"].startswith("package.yaml ")


LEVELS = """\
library
  exposed-modules: Lib
  ghc-options: -O0

executable fast
  main-is: Fast.hs
  ghc-options: -O0 -O3

executable usual
  main-is: Usual.hs
  ghc-options: -O
"""


def test_a_program_has_its_own_level_of_optimisation_or_the_librarys() -> None:
    options, _ = options_of({"x.cabal": LEVELS.encode()})
    assert [options.level(path) for path in ("Fast.hs", "Usual.hs", "Other.hs")] == [2, 1, 0]
    assert Options().level("Main.hs") == 1
    common = b"ghc-options: -O2\nexecutables:\n  go:\n    main: Main.hs\n"
    assert options_of({"package.yaml": common})[0].level("Main.hs") == 2
