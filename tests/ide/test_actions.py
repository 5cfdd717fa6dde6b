"""Code actions, from recorded messages of GHC's to the text that they make."""

import re
import time

import pytest

from ide.actions import fixes, fixes_of_all, packages
from ide.actions.fix import Problem, apply
from ide.actions.imports import added, imports
from ide.actions.names import Names
from ide.actions.source import Source
from sandbox.agent.language.text import Text
from sandbox.messages import Diagnostic, Position, Range
from tests.ide.action_cases import cases, found, known, recorded

CASES = cases()


@pytest.mark.parametrize("toolchain", ["ghc-9.6", "ghc-9.10"])
@pytest.mark.parametrize("name", CASES)
def test_a_message_leads_to_its_actions(name: str, toolchain: str) -> None:
    case, told = CASES[name], recorded(toolchain)[name]
    titles = found(case.text, told, known())
    assert [title for title in case.titles if title not in titles] == []


@pytest.mark.parametrize("name", CASES)
def test_both_compilers_messages_lead_to_the_same_text(name: str) -> None:
    case = CASES[name]
    old, new = (found(case.text, recorded(toolchain)[name], known()) for toolchain in ("ghc-9.6", "ghc-9.10"))
    for title in case.titles:
        assert apply(case.text, old[title][1].edits) == apply(case.text, new[title][1].edits)


def made(name: str, title: str) -> str:
    case = CASES[name]
    return apply(case.text, found(case.text, recorded("ghc-9.6")[name], known())[title][1].edits)


def test_an_import_goes_behind_the_others_or_behind_the_head() -> None:
    assert made("not imported", "Add import Data.List (sortOn)").startswith(
        "module Main (main) where\n\nimport Data.List (sortOn)\n\nmain ::"
    )
    assert "import Data.Set (fromList, Set)\n" in made(
        "import list type", "Add Set to the import of Data.Set"
    )
    assert made("no module header", "Add import Data.Maybe (fromMaybe)").startswith(
        "import Data.Maybe (fromMaybe)\n\nmain ="
    )


@pytest.mark.parametrize("line", ["import A (\n", "import A (b, (c\n", "module A\n"])
def test_lists_and_heads_that_are_not_ended_take_time_with_their_number_and_no_more(line: str) -> None:
    def seconds(count: int) -> float:
        began = time.process_time()
        added(Source(line * count), "import B")
        return time.process_time() - began

    assert seconds(8000) < 0.1 + 8 * seconds(2000)


def test_a_list_that_is_not_ended_ends_before_the_next_import() -> None:
    first, second = imports(Source("import A (a,\n  b\nimport C (c)\n"))
    assert (first.module, first.list, second.module) == ("A", (10, 16), "C")


def test_a_pragma_goes_to_the_top_or_behind_the_others() -> None:
    assert made("lambdacase", "Turn on LambdaCase").startswith("{-# LANGUAGE LambdaCase #-}\n\nmodule")
    assert made("bang 2010", "Turn on BangPatterns").startswith(
        "{-# LANGUAGE Haskell2010 #-}\n{-# LANGUAGE BangPatterns #-}\nmodule"
    )


def test_missing_alternatives_stand_in_the_column_of_the_first() -> None:
    text = made("case missing several", "Add the 3 missing patterns")
    assert "    Circle r -> r\n    Square _ -> _\n    Rect _ _ -> _\n    Unit -> _\n    -- the end\n" in text
    assert "{ True -> 1; False -> _ }" in made("case braces", "Add the missing pattern")
    assert "\n  _ -> _\n" in made("case int missing", "Add the missing pattern")


def test_missing_equations_stand_behind_the_last() -> None:
    text = made("equation missing where", "Add the missing pattern")
    assert "    go2 = n\nf Nothing = _\n" in text or "    go True = 1\n    go False = _\n" in text
    assert "\n(<+>) (Just _) Nothing = _\n" in made("equation infix", "Add the 2 missing patterns")


def test_what_is_not_used_goes_with_its_signature_and_its_equations() -> None:
    text = made("unused top", "Remove helper")
    assert "helper" not in text
    assert "\n\n\n" not in text
    assert "let" not in made("unused local", "Remove unused")


def test_an_import_keeps_the_names_that_are_used() -> None:
    text = made("unused import names", "Remove mapMaybe from the import")
    assert "  ( fromMaybe,\n  )\n" in text
    assert "import Data.Monoid (Sum (Sum))\n" in made(
        "unused import types", "Remove <>, Product, Sum(getSum) from the import"
    )


@pytest.mark.parametrize(
    ("listed", "unused", "left"),
    [
        ("ToJSON (..), FromJSON (..), Value (Null, Number)", "FromJSON, Null, Number, Value", "ToJSON (..)"),
        ("Value (Null, Number), encode", "Null, encode", "Value (Number)"),
        ("Value (Null, Number), encode", "Null, Number", "Value, encode"),
        ("Value (..), (.:), (.=)", ".:", "Value (..), (.=)"),
        ("Ixed (ix, (%%)), At (at)", "%%, At, at", "Ixed (ix)"),
    ],
)
def test_constructors_and_methods_are_told_by_their_own_names(listed: str, unused: str, left: str) -> None:
    text = f"import Data.Aeson ({listed})\n"
    message = f"The import of ‘{unused}’\nfrom module ‘Data.Aeson’ is redundant"
    span = Range(Position(0, 0), Position(0, len(text) - 1))
    told = Diagnostic("file:///work/Main.hs", span, 2, "-Wunused-imports", "ghc", message)
    [fix] = fixes(Problem(Source(text), told, Names()))
    assert apply(text, fix.edits) == f"import Data.Aeson ({left})\n"


def test_all_unused_imports_go_at_once() -> None:
    case = CASES["unused import names"]
    source = Source(case.text)
    problems = [Problem(source, each, known()) for each in recorded("ghc-9.10")["unused import names"]]
    [fix] = fixes_of_all(problems)
    assert set(fix.about) == {each.diagnostic for each in problems if "import of" in each.flat}
    text = apply(case.text, fix.edits)
    assert (
        "import Data.Char (toUpper)\nimport Data.List (sort)\nimport Data.Maybe\n  ( fromMaybe,\n  )" in text
    )


def test_a_type_goes_with_its_comment_and_a_constructor_with_its_bar() -> None:
    text = made("unused types", "Remove the type Never")
    assert text.startswith("module Main (main) where\n\nimport Data.Kind (Type)\n\ntype Alias = Int\n")
    assert "useless" not in made("unused types", "Remove the class Useless").lower()
    assert "data Never = Never Int\n\n" in made("unused types", "Remove the constructor Ever")
    sides = {
        name: made("unused constructors", f"Remove the constructor {name}") for name in ("West", "North")
    }
    assert "data Side = East | North\n" in sides["West"]
    assert "data Side = West | East\n" in sides["North"]
    assert "  | Green Int -- ^ as grass\n\ndata Side" in made(
        "unused constructors", "Remove the constructor Blue"
    )


@pytest.mark.parametrize(
    "marked",
    [
        "«data T = A»\n\nf = A\n",  # its constructor
        "«data T = A {b :: Int}»\n\nf = b\n",  # its field
        "«class T a where\n  m, n :: a»\n\nf = n\n",  # its method
        "«data T = A»\n\nmakeLenses ''T\n",
        "«class T a»\n\ninstance T Int\n",
        "type T :: Type\n«data T»\n",
        "«data T = Int :+: Int»\n",
        "«type family T a»\n",
        "«data family T a»\n",
        "class C a where\n  «data T a»\n",
        "data T = «A»\n",  # the only one
        "newtype T = «A Int»\n",
        "data T where\n  «A :: T»\n  B :: T\n",
        "data T = B | «A»\n\nf = 'A\n",
        "data T = B | «A {b :: Int}»\n\nf = b\n",
    ],
)
def test_what_others_may_need_is_not_removed(marked: str) -> None:
    before, what, after = re.split("[«»]", marked)
    text = before + what + after
    kind = "data constructor ‘A’" if what.startswith("A") else "type constructor or class ‘T’"
    start, end = (Text(text).position(place) for place in (len(before), len(before + what)))
    told = complaint(f"Defined but not used: {kind}", start, end)
    assert fixes(Problem(Source(text), told, known())) == []


def test_a_constraint_joins_those_that_are_there() -> None:
    assert "same :: (Show a, Eq a) => a -> a -> Bool" in made(
        "missing constraint", "Add Eq a to the type of same"
    )
    assert "shout :: Show a => a -> String" in made("missing constraint", "Add Show a to the type of shout")


def test_a_binding_does_not_fill_its_own_hole() -> None:
    titles = found(CASES["hole"].text, recorded("ghc-9.6")["hole"], known())
    assert "Fill the hole with f" not in titles


def test_a_name_that_nobody_is_known_to_export_is_not_imported() -> None:
    text = CASES["type not imported"].text
    [told] = [each for each in recorded("ghc-9.6")["type not imported"] if each.severity == 1]
    assert fixes(Problem(Source(text), told, Names())) == []


def defined(said: str, text: str = "import Data.Map\nf = g 1\n") -> list[str]:
    told = Diagnostic("file:///work/Main.hs", Range(Position(1, 4), Position(1, 5)), 1, None, "ghc", said)
    return [fix.title for fix in fixes(Problem(Source(text), told, known())) if "Define" in fix.title]


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Variable not in scope: g :: t0 -> a0 -> t1 -> a", "Define g :: t -> a0 -> t1 -> a"),
        ("• Variable not in scope: g :: Int -> t0\n• In the expression: g 1", "Define g :: Int -> t"),
        ("Variable not in scope: g :: Data.Map.Map a b", "Define g :: Data.Map.Map a b"),
        ("Variable not in scope: g :: Data.Set.Set a", None),
        ("Variable not in scope: g :: t0", None),
        ("Variable not in scope: g", None),
        ("Exception when trying to run compile-time code:\n  Variable not in scope: g :: Int -> Exp", None),
    ],
)
def test_a_name_is_defined_with_a_type_that_is_known_and_can_be_written(said: str, title: str | None) -> None:
    assert defined(said) == ([] if title is None else [title])


def test_of_a_splice_the_name_alone_is_replaced() -> None:
    text = "f = $(ltiE (integerL 1))\n"
    said = "compile-time code: Variable not in scope: ltiE :: t0 Perhaps use ‘litE’ (imported from TH)"
    told = Diagnostic("file:///work/Main.hs", Range(Position(0, 5), Position(0, 24)), 1, None, "ghc", said)
    [fix] = fixes(Problem(Source(text), told, known()))
    assert apply(text, fix.edits) == "f = $(litE (integerL 1))\n"
    assert fixes(Problem(Source("main = 1\n"), told, known())) == []


def complaint(message: str, start: Position, end: Position) -> Diagnostic:
    return Diagnostic("file:///work/Main.hs", Range(start, end), 1, None, "ghc", message)


@pytest.mark.parametrize("name", CASES)
def test_a_place_outside_the_text_makes_nothing_fail(name: str) -> None:
    beyond = Position(10_000, 10_000)
    for told in recorded("ghc-9.6")[name]:
        for text in ("", "x", "module Main where\n"):
            fixes(Problem(Source(text), complaint(told.message, beyond, beyond), known()))


@pytest.mark.parametrize(
    "text",
    [
        "f = '\"' -- \"x\n",
        'f = "-- no comment" ++ "\\"" -- "one\n',
        "a --> b = {- {- nested -} -} 1\n",
        "{- open\nf = 1\n",
        "f' = x' 'y' '\\''\n",
        'f = "gap \\\n  \\ goes on" -- x\n',
        '𝔘 = "𝔘"\n',
    ],
)
def test_only_code_is_left_and_every_offset_stays(text: str) -> None:
    code = Source(text).code
    assert len(code) == len(text)
    assert [place for place, letter in enumerate(text) if letter == "\n"] == [
        place for place, letter in enumerate(code) if letter == "\n"
    ]
    for word in ("comment", "one", "nested", "goes", "open"):
        assert word not in code


PROGRAM = "executable x\n  main-is: Main.hs\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  build-depends: base\n", "  build-depends: base, aeson\n"),
        ("  build-depends:\n    base\n", "  build-depends:\n    aeson,\n    base\n"),
        ("  build-depends:\n    , base\n", "  build-depends:\n    , aeson\n    , base\n"),
        ("  build-depends:\n", "  build-depends: aeson\n"),
        ("  if os(linux)\n    build-depends: unix\n", None),
        ("  build-depends: base, aeson >= 2\n", ""),
        ("  build-depends: base, aeson>=2 && <3\n", ""),
        ("", None),
    ],
)
def test_a_cabal_file_gets_a_package_in_its_own_style(before: str, after: str | None) -> None:
    found = [
        apply(PROGRAM + before, fix.edits)
        for fix in packages.fixes("x.cabal", PROGRAM + before, "Main.hs", ["aeson"])
    ]
    made = f"executable x\n  build-depends: aeson\n  main-is: Main.hs\n{before}"
    assert found == ([] if after == "" else [made if after is None else PROGRAM + after])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    main: Main.hs\n", "    dependencies:\n    - aeson\n    main: Main.hs\n"),
        ("    dependencies:\n    - base\n", "    dependencies:\n    - aeson\n    - base\n"),
        ("    dependencies:\n      - base\n", "    dependencies:\n      - aeson\n      - base\n"),
        ("    dependencies: [base]\n", "    dependencies: [aeson, base]\n"),
        ("    dependencies: base\n", "    dependencies: [base, aeson]\n"),
        ("    dependencies:\n    main: Main.hs\n", "    dependencies: [aeson]\n    main: Main.hs\n"),
        (
            "    dependencies:\n      base: '>= 4'\n",
            "    dependencies:\n      aeson: \">= 0\"\n      base: '>= 4'\n",
        ),
        ("    {main: Main.hs}\n", "    {dependencies: [aeson], main: Main.hs}\n"),
        ("    dependencies: aeson >= 2\n", ""),
    ],
)
def test_a_package_yaml_gets_a_package_in_its_own_style(before: str, after: str) -> None:
    head = "name: x\nsynopsis: about aeson\nexecutables:\n  x:\n"
    found = packages.fixes("package.yaml", head + before, "Main.hs", ["aeson"])
    assert [apply(head + before, fix.edits) for fix in found] == ([head + after] if after else [])


def test_a_package_yaml_that_cannot_be_read_gets_none() -> None:
    assert list(packages.fixes("package.yaml", "library: [", "Main.hs", ["aeson"])) == []


DESCRIPTION = """cabal-version: 3.0
name: text-tool
synopsis: A small text tool with aeson

common shared
  build-depends: containers

library
  import: shared
  hs-source-dirs: src
  exposed-modules: Tool
  build-depends:
    base,
    aeson,

executable tool
  import: shared
  hs-source-dirs: app
  main-is: Main.hs

test-suite spec
  type: exitcode-stdio-1.0
  hs-source-dirs: test
  main-is: Spec.hs
  build-depends: base, text
"""


def test_a_package_goes_to_the_component_of_the_module_alone() -> None:
    wanted = ["aeson", "text", "containers"]
    named = {
        path: [fix.title for fix in packages.fixes("t.cabal", DESCRIPTION, path, wanted)]
        for path in ("src/Tool.hs", "app/Main.hs", "test/Spec.hs", "other/Z.hs")
    }
    assert named == {
        "src/Tool.hs": ["Add text to t.cabal (library)"],
        "app/Main.hs": ["Add aeson to t.cabal (executable tool)", "Add text to t.cabal (executable tool)"],
        "test/Spec.hs": [
            "Add aeson to t.cabal (test-suite spec)",
            "Add containers to t.cabal (test-suite spec)",
        ],
        "other/Z.hs": [],
    }
    [fix, _] = packages.fixes("t.cabal", DESCRIPTION, "app/Main.hs", wanted)
    assert apply(DESCRIPTION, fix.edits) == DESCRIPTION.replace(
        "executable tool\n  import: shared\n",
        "executable tool\n  import: shared\n  build-depends: aeson\n",
    )


def hinted(text: str, found: str, instead: str | None, hint: str = "Use it") -> str | None:
    """The text with hlint's suggestion for the first place where `found` stands."""
    start = text.index(found)
    line, column = text.count("\n", 0, start), start - (text.rfind("\n", 0, start) + 1)
    end = Position(line, column + len(found))
    proposal = "Why not remove it." if instead is None else f"Why not:\n  {instead}"
    said = f"{hint}\nFound:\n  {found}\n{proposal}\nNote: x"
    told = Diagnostic("file:///work/Main.hs", Range(Position(line, column), end), 3, hint, "hlint", said)
    fixed = fixes(Problem(Source(text), told, known()))
    return apply(text, fixed[0].edits) if fixed else None


def test_a_suggestion_keeps_what_stands_around_it() -> None:
    assert hinted("f x = not (elem x [1])\n", "elem x [1]", "x `elem` [1]") == "f x = not (x `elem` [1])\n"
    assert hinted("f x = id fmap g x\n", "fmap g x", "g <$> x") == "f x = id (g <$> x)\n"
    assert hinted("a = (show 1)\n", "(show 1)", "show 1", "Redundant bracket") == "a = show 1\n"
    assert hinted("a = print $ 1\n", "$", "print 1", "Redundant $") == "a = print 1\n"
    assert hinted(
        "data A = A Int\n", "data A = A Int", "newtype A\n  = A Int", "Use newtype instead of data"
    ) == ("newtype A = A Int\n")


def test_a_suggestion_brings_its_imports() -> None:
    text = "module Main where\nf c = if c then a else pure ()\n"
    made_of_it = hinted(text, "if c then a else pure ()", "Control.Monad.when c a")
    assert made_of_it == "module Main where\n\nimport Control.Monad (when)\n\nf c = when c a\n"


def test_what_is_not_needed_goes_with_its_line() -> None:
    assert hinted("{-# LANGUAGE CPP #-}\na = 1\n", "{-# LANGUAGE CPP #-}", None) == "a = 1\n"


def test_a_suggestion_that_is_no_code_or_would_lose_a_comment_is_not_applied() -> None:
    assert hinted("a = 1\n", "a = 1", "Combine with Main.hs:3:1") is None
    assert hinted("a_b = 1\n", "a_b = 1", "aB = ...") is None
    text = "f = concat {- why -} (map g x)\n"
    start, end = Position(0, 4), Position(0, 30)
    said = "Use concatMap\nFound:\n  concat (map g x)\nWhy not:\n  concatMap g x"
    told = Diagnostic("file:///work/Main.hs", Range(start, end), 3, None, "hlint", said)
    assert fixes(Problem(Source(text), told, known())) == []
