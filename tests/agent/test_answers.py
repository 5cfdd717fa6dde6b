"""What GHC knows of a text: types, definitions, names, in code that uses packages."""

import re

import pytest

from sandbox.agent.language.text import Text
from sandbox.messages import (
    Candidate,
    Complete,
    Definition,
    Describe,
    Description,
    Highlight,
    Hints,
    Hover,
    Importable,
    Position,
    Range,
    References,
    Rename,
    SignatureAt,
)
from tests.agent.harness import Agent

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

SHAPES = """{-# LANGUAGE TemplateHaskell, TypeFamilies #-}
module Shapes where

import Control.Lens
import qualified Data.Map.Strict as Map

data Shape = Circle { _radius :: Double } | Square { _side :: Double } deriving (Show, Eq)
makeLenses ''Shape

-- | How much room
-- a shape takes.
area :: Shape -> Double
area (Circle r) = pi * r * r
area (Square s) = s * s

class Holds f where
  type Elem f
  content :: f -> [Elem f]

instance Holds (Map.Map k v) where
  type Elem (Map.Map k v) = v
  content = Map.elems
"""
MAIN = """module Main (main) where

import Control.Lens ((^?))
import Control.Monad.State
import Data.Aeson (encode)
import qualified Data.Map.Strict as Map
import Shapes

counted :: [String] -> Map.Map String Int
counted names = Map.fromListWith (+) [(name, 1) | name <- names]

step n = do
  old <- get
  put (old + n)

main :: IO ()
main = do
  print (area (Square 2))
  print (Square 2 ^? side)
  print (encode (counted ["a", "b"]))
  print (execState (step 1) 2)
"""
FILES = {"Main.hs": MAIN, "Shapes.hs": SHAPES}


def at(text: str, word: str, nth: int = 1, inside: int = 0) -> Position:
    """Where the word stands for the nth time."""
    place = -1
    for _ in range(nth):
        place = text.index(word, place + 1)
    before = text[: place + inside]
    return Position(line=before.count("\n"), character=len(before) - before.rfind("\n") - 1)


@pytest.fixture
def opened(agent: Agent) -> Agent:
    """The files are in the editor, and loaded."""
    agent.sync(FILES)
    agent.check("Shapes.hs", SHAPES)
    agent.check("Main.hs", MAIN)
    return agent


def hover(agent: Agent, text: str, word: str, nth: int = 1, path: str = "Main.hs") -> Description:
    answer = agent.ask(Hover(path=path, position=at(text, word, nth)))
    assert isinstance(answer, Description), answer
    return answer


def test_hover_tells_the_type_and_the_comment_of_our_own(opened: Agent) -> None:
    found = hover(opened, MAIN, "area")
    assert found.code == "area :: Shape -> Double"
    assert "`Shapes`" in found.text
    assert "How much room\na shape takes." in found.text
    assert found.range == Range(at(MAIN, "area"), at(MAIN, "area", inside=4))


def test_hover_leaves_a_functions_comment_to_the_function(opened: Agent) -> None:
    text = MAIN.replace("counted ::", "-- | How often each is there.\ncounted ::")
    opened.check("Main.hs", text)
    assert "How often" in hover(opened, text, "counted").text
    for local in ("names =", "name, 1", "name <-"):
        assert "How often" not in hover(opened, text, local).text


def test_hover_tells_a_packages_type_and_its_documentation(opened: Agent) -> None:
    found = hover(opened, MAIN, "fromListWith")
    assert found.code.startswith("fromListWith :: Ord k => (a -> a -> a) -> [(k, a)] -> Map.Map k a")
    assert "here: (Int -> Int -> Int)" in found.code
    assert "(containers)" in found.text
    assert "Build a map from a list" in found.text


@pytest.mark.parametrize(
    ("word", "nth", "said"),
    [
        ("old", 1, "old :: "),
        ("name, 1", 1, "name :: String"),
        ("step", 2, "step :: "),
        ("^?", 2, "(^?) ::"),
        ("side", 1, "side :: "),
        ("encode", 2, "encode :: ToJSON a => a -> "),
        ("execState", 1, "execState :: State s a -> s -> s"),
        ("Square", 1, "Square :: Double -> Shape"),
        ("Shapes", 1, "module Shapes"),
    ],
)
def test_hover_knows_locals_constructors_operators_lenses_and_modules(
    opened: Agent, word: str, nth: int, said: str
) -> None:
    assert said in hover(opened, MAIN, word, nth).code


@pytest.mark.parametrize(
    ("word", "said"), [("encode", "serialize a JSON value"), ("^?", "Perform a safe `head`")]
)
def test_hover_documents_what_only_the_images_index_has_words_on(opened: Agent, word: str, said: str) -> None:
    assert said in hover(opened, MAIN, word, 2).text


@pytest.mark.parametrize(
    ("word", "nth", "said"),
    [
        ("makeLenses", 1, "makeLenses :: Name -> DecsQ"),
        ("Shape", 3, "data Shape"),
        ("''Shape", 1, "data Shape"),
    ],
)
def test_a_splice_says_what_is_written_in_it(opened: Agent, word: str, nth: int, said: str) -> None:
    assert said in hover(opened, SHAPES, word, nth, "Shapes.hs").code


def test_a_name_behind_ticks_is_a_use_of_what_it_names(opened: Agent) -> None:
    quote = at(SHAPES, "''Shape", inside=2)
    [place] = opened.ask(Definition(path="Shapes.hs", position=quote)).places
    assert place.range.start.line == at(SHAPES, "data Shape").line
    found = opened.ask(References(path="Shapes.hs", position=at(SHAPES, "data Shape", inside=5))).places
    starts = [place.range.start for place in found if place.path == "Shapes.hs"]
    assert starts == [at(SHAPES, "data Shape", inside=5), quote, at(SHAPES, ":: Shape", inside=3)]


def test_the_tick_of_a_promoted_constructor_counts_as_its_name(opened: Agent) -> None:
    text = (
        "{-# LANGUAGE DataKinds, KindSignatures #-}\nmodule Main (main) where\n"
        "data Light = Red | Green\ndata Lamp (at :: Light) = Lamp\n"
        "lamp :: Lamp 'Green\nlamp = Lamp\nmain :: IO ()\nmain = lamp `seq` print 'G'\n"
    )
    opened.check("Main.hs", text)
    tick = at(text, "'Green")
    assert hover(opened, text, "'Green").code == "Green :: Light"
    [place] = opened.ask(Definition(path="Main.hs", position=tick)).places
    assert place.range.start == at(text, "Green")
    assert "Char" in hover(opened, text, "'G'").code


def test_a_splice_that_lacks_an_import_is_told_where_it_stands(agent: Agent) -> None:
    agent.sync(FILES)
    text = SHAPES.replace("import Control.Lens\n", "")
    [found] = [each for each in agent.check("Shapes.hs", text) if each.severity == 1]
    start = at(text, "makeLenses")
    end = Position(start.line, len("makeLenses ''Shape"))
    assert (found.code, found.range) == ("GHC-87897", Range(start, end))


def test_hover_outside_of_everything_says_nothing(opened: Agent) -> None:
    for line, character in ((1, 0), (10_000, 3), (2**31, 2**31)):
        assert opened.ask(Hover(path="Main.hs", position=Position(line, character))) is None


def test_hover_in_a_module_with_a_type_error_still_answers(opened: Agent) -> None:
    broken = MAIN.replace("print (area (Square 2))", "putStrLn (area (Square 2))")
    opened.check("Main.hs", broken)
    assert hover(opened, broken, "area").code == "area :: Shape -> Double"


def test_hover_in_a_module_that_does_not_parse_answers_from_the_last_good_one(opened: Agent) -> None:
    broken = MAIN.replace("step n = do\n", "step n = do (\n\n\n")
    opened.check("Main.hs", broken)
    found = hover(opened, broken, "area")
    assert found.code == "area :: Shape -> Double"
    assert found.range == Range(at(broken, "area"), at(broken, "area", inside=4))


def test_definition_leads_into_another_module(opened: Agent) -> None:
    [place] = opened.ask(Definition(path="Main.hs", position=at(MAIN, "area"))).places
    assert (place.path, place.range.start) == ("Shapes.hs", at(SHAPES, "area", 2))
    [place] = opened.ask(Definition(path="Main.hs", position=at(MAIN, "Square"))).places
    assert (place.path, place.range.start) == ("Shapes.hs", at(SHAPES, "Square"))
    [place] = opened.ask(Definition(path="Main.hs", position=at(MAIN, "Shapes"))).places
    assert (place.path, place.range.start) == ("Shapes.hs", Position(0, 0))


def test_definition_of_a_local_is_in_the_file_and_of_a_package_nowhere(opened: Agent) -> None:
    [place] = opened.ask(Definition(path="Main.hs", position=at(MAIN, "old", 2))).places
    assert (place.path, place.range.start) == ("Main.hs", at(MAIN, "old"))
    assert opened.ask(Definition(path="Main.hs", position=at(MAIN, "encode", 2))).places == []


def test_definition_follows_an_unsaved_edit_of_the_other_file(opened: Agent) -> None:
    moved = SHAPES.replace("-- | How", "\n\n-- | How")
    opened.check("Shapes.hs", moved)
    [place] = opened.ask(Definition(path="Main.hs", position=at(MAIN, "area"))).places
    assert place.range.start == at(moved, "area", 2)


def test_references_are_found_in_all_files(opened: Agent) -> None:
    found = opened.ask(References(path="Shapes.hs", position=at(SHAPES, "area", 2))).places
    places = {(place.path, place.range.start.line) for place in found}
    assert places == {("Main.hs", 17), ("Shapes.hs", 11), ("Shapes.hs", 12), ("Shapes.hs", 13)}
    used = opened.ask(References(path="Main.hs", position=at(MAIN, "area"), declaration=False)).places
    assert ("Main.hs", 17) in {(place.path, place.range.start.line) for place in used}
    assert ("Shapes.hs", 12) not in {(place.path, place.range.start.line) for place in used}


def test_a_name_is_highlighted_in_its_file(opened: Agent) -> None:
    found = opened.ask(Highlight(path="Main.hs", position=at(MAIN, "old", 2))).places
    assert [(place.range.start, place.binds) for place in found] == [
        (at(MAIN, "old"), True),
        (at(MAIN, "old", 2), False),
    ]


def labels(agent: Agent, typed: str, path: str = "Main.hs") -> dict[str, str]:
    """What is offered when this is typed at the end of Main."""
    text = MAIN + typed
    agent.edit(path, text)
    answer = agent.ask(Complete(path=path, position=at(text + "\0", "\0")))
    return {} if answer is None else {each.label: each.detail for each in answer.candidates}


def test_names_in_scope_are_offered_with_their_types(opened: Agent) -> None:
    found = labels(opened, "  print (cou")
    assert found["counted"] == "[String] -> Map.Map String Int"
    assert labels(opened, "  print (Sq")["Square"] == "Double -> Shape"
    assert "case" in labels(opened, "  ca")


def test_qualified_names_are_offered(opened: Agent) -> None:
    found = labels(opened, "  print (Map.insertW")
    assert found["insertWith"].startswith("Ord k => (a -> a -> a) -> k -> a")
    assert all(name.startswith("insertW") for name in found)
    assert len(labels(opened, "  print (Map.")) > 100


def test_modules_extensions_and_flags_are_offered(opened: Agent) -> None:
    def offered(typed: str) -> set[str]:
        opened.edit("Main.hs", typed)
        position = Position(line=0, character=len(typed))
        return {each.label for each in opened.ask(Complete(path="Main.hs", position=position)).candidates}

    assert {"Data.Map.Strict", "Data.Map"} <= offered("import Data.Ma")
    assert "Shapes" in offered("import Sha")
    assert "OverloadedStrings" in offered("{-# LANGUAGE LambdaCase, Over")
    assert "-Wunused-imports" in offered("{-# OPTIONS_GHC -Wall -Wunused")
    assert "LANGUAGE" in offered("{-# LAN")


def offered_at_end(agent: Agent, text: str) -> dict[str, Candidate]:
    agent.edit("Main.hs", text)
    answer = agent.ask(Complete(path="Main.hs", position=at(text + "\0", "\0")))
    return {each.label: each for each in reversed(answer.candidates)}


@pytest.mark.parametrize(
    ("word", "page"),
    [
        ("fromListWith", r"containers-0\.[\d.]+/docs/Data-Map-Strict(-Internal)?\.html#v:fromListWith"),
        ("^?", r"lens-[\d.]+/docs/Control-Lens-Fold\.html#v:-94--63-"),
        ("Map.Map", r"containers-0\.[\d.]+/docs/Data-Map(-\w+)*\.html#t:Map"),
        ("putStrLn", r"base-4\.[\d.]+/docs/[\w-]+\.html#v:putStrLn"),
    ],
)
def test_hover_leads_to_a_packages_documentation(opened: Agent, word: str, page: str) -> None:
    text = MAIN + "  putStrLn mempty\n"
    opened.check("Main.hs", text)
    found = hover(opened, text, word, 2 if word == "^?" else 1)
    assert re.search(rf"\(https://hackage\.haskell\.org/package/{page}\)", found.text), found.text[-200:]
    assert "hackage" not in hover(opened, text, "area").text


@pytest.mark.parametrize(
    ("typed", "name", "module", "kind", "parent"),
    [
        ("sortO", "sortOn", "Data.List", "function", ""),
        ("eitherDec", "eitherDecode", "Data.Aeson", "function", ""),
        ("IntMa", "IntMap", "Data.IntMap", "type", ""),
        ("toListO", "toListOf", "Control.Lens", "function", ""),
    ],
)
def test_names_that_are_not_in_scope_are_offered_with_their_module(
    opened: Agent, typed: str, name: str, module: str, kind: str, parent: str
) -> None:
    one = offered_at_end(opened, f"{MAIN}  print ({typed}")[name]
    assert (one.module, one.missing) == (module, Importable(kind=kind, parent=parent))
    assert opened.ask(Describe(path="Main.hs", module=module, name=name)).text


def test_what_another_module_of_the_workspace_exports_is_offered(opened: Agent) -> None:
    text = MAIN.replace("import Shapes\n", "")
    opened.check("Main.hs", text)
    found = offered_at_end(opened, f"{text}  print (conte")["content"]
    assert (found.module, found.missing) == ("Shapes", Importable(kind="method", parent="Holds"))


def test_names_in_scope_are_not_offered_to_be_imported(opened: Agent) -> None:
    assert offered_at_end(opened, f"{MAIN}  print (enco")["encode"].missing is None


def test_an_imports_list_offers_what_the_module_exports(opened: Agent) -> None:
    found = offered_at_end(opened, "module Main where\nimport Data.List (nub,\n  so")
    assert {"sort", "sortOn", "sortBy"} <= set(found)
    assert all(name.startswith("so") for name in found)
    assert "toListOf" in offered_at_end(opened, "import Control.Lens hiding (toLi")
    assert {"area", "Shape", "Holds"} <= set(offered_at_end(opened, "import Shapes ("))
    assert "Circle" not in offered_at_end(opened, "import Shapes (")


def test_behind_a_type_or_class_in_such_a_list_its_parts_are_offered(opened: Agent) -> None:
    assert {"Circle", "_radius"} <= set(offered_at_end(opened, "import Shapes (area, Shape ("))
    assert {"content", "Elem"} & set(offered_at_end(opened, "import Shapes (Holds (con")) == {"content"}
    found = offered_at_end(opened, "import Data.Monoid (Sum (Sum, ")
    assert set(found) == {"getSum"}
    assert set(offered_at_end(opened, "import Control.Monad.State (StateT (run")) == {"runStateT"}


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ("print Circle { ", {"_radius"}),
        ("print (Square {_si", {"_side"}),
        ("print ring { ", {"_radius", "_side"}),
        ("print (Shapes.Circle {", {"_radius"}),
        ("print (id ring) { _ra", {"_radius"}),
        ("print ring { _side = 1, ", {"_radius"}),
    ],
)
def test_the_fields_of_a_record_are_offered_in_its_braces(
    opened: Agent, typed: str, fields: set[str]
) -> None:
    checked = MAIN + "  mapM_ (\\ring -> print (ring :: Shape)) []\n"
    opened.check("Main.hs", checked)
    text = checked.replace("print (ring :: Shape)", f"{typed.rstrip()} }} :: Shape")
    place = text.index(typed.rstrip()) + len(typed.rstrip())
    opened.edit("Main.hs", text)
    before = text[:place]
    here = Position(line=before.count("\n"), character=len(before) - before.rfind("\n") - 1)
    found = opened.ask(Complete(path="Main.hs", position=here)).candidates
    assert {each.label for each in found} == fields
    assert all("Shape" in each.detail for each in found)


def test_extensions_are_offered_on_every_line_of_their_pragma(opened: Agent) -> None:
    assert "OverloadedStrings" in offered_at_end(opened, "{-# LANGUAGE LambdaCase\n  , Over")


def test_nothing_is_offered_in_a_comment(opened: Agent) -> None:
    assert labels(opened, "-- print (cou") == {}


def test_a_name_that_was_offered_is_described(opened: Agent) -> None:
    text = MAIN + "  print (Map.insertWith"
    opened.edit("Main.hs", text)
    offered = opened.ask(Complete(path="Main.hs", position=at(text + "\0", "\0"))).candidates
    [module] = [each.module for each in offered if each.label == "insertWith"]
    described = opened.ask(Describe(path="Main.hs", module=module, name="insertWith"))
    assert "Insert with a function" in described.text
    assert opened.ask(Describe(path="Main.hs", module="No", name="such")) is None


def test_completion_and_signature_help_document_what_the_images_index_knows(opened: Agent) -> None:
    text = MAIN.replace("((^?))", "(view, _1)").replace("Square 2 ^? side", "view _1 (1, 2)")
    opened.check("Main.hs", text)
    said = "View the value pointed to"
    assert said in opened.ask(Describe(path="Main.hs", module="Control.Lens.Getter", name="view")).text
    assert said in opened.ask(SignatureAt(path="Main.hs", position=at(text, "_1", 2))).text


def test_the_signature_of_the_function_being_applied_is_shown(opened: Agent) -> None:
    text = MAIN.replace("print (area (Square 2))", 'print (Map.insertWith (+) "a" 1 Map.empty)')
    opened.check("Main.hs", text)
    answer = opened.ask(SignatureAt(path="Main.hs", position=at(text, '"a" 1 Map')))
    assert answer.label.startswith("insertWith :: Ord k =>")
    start, end = answer.parameters[answer.active]
    assert answer.label[start:end] == "k"
    assert opened.ask(SignatureAt(path="Main.hs", position=Position(0, 0))) is None


@pytest.mark.parametrize(
    ("typed", "label", "parameter"),
    [
        ("  print (Map.insertWith (+) ", "insertWith :: Ord k => ", "k"),
        ("  print (Map.insertWith (+) 'a' (step ", "step :: (MonadState s m, Num s) => ", "s"),
        ("  print (counted (", "counted :: [String] ->", "[String]"),
        ("  print $ Square ", "Square :: Double -> Shape", "Double"),
        ("  let twice f = f . f\n      more = twice (area ", "area :: Shape -> Double", "Shape"),
        ("  print (Map.empty Map.! Map.foldr (\\x -> x + ", "foldr :: (a -> b -> b)", "(a -> b -> b)"),
        ("\nlater :: Char -> Bool -> Int\nlater c = case c of\n  'x' -> later (", "later :: Char", "Char"),
    ],
)
def test_the_signature_is_shown_in_a_bracket_that_is_still_open(
    opened: Agent, typed: str, label: str, parameter: str
) -> None:
    text = MAIN + typed
    opened.edit("Main.hs", text)
    answer = opened.ask(SignatureAt(path="Main.hs", position=at(text + "\0", "\0")))
    assert answer.label.startswith(label)
    start, end = answer.parameters[answer.active]
    assert answer.label[start:end] == parameter


def test_the_signature_is_shown_in_a_file_that_never_parsed(agent: Agent) -> None:
    text = (
        "module Main where\nimport qualified Data.Map as M\nimport Data.List (sortOn)\nmain = print (sortOn ("
    )
    agent.sync({"Main.hs": text})
    agent.check("Main.hs", text)
    for typed, label in (("", "sortOn :: "), ("M.insert ", "insert :: ")):
        agent.edit("Main.hs", text + typed)
        answer = agent.ask(SignatureAt(path="Main.hs", position=at(f"{text}{typed}\0", "\0")))
        assert answer.label.startswith(label)


@pytest.mark.parametrize(
    ("typed", "word", "code"),
    [
        ("  print (area (", "area", "area :: Shape -> Double"),
        ("  print (Map.insertWith (+", "insertWith", "insertWith :: Ord k => "),
        ("  print (Map.insertWith (+", "+", "(+) :: Num a => "),
        ("  print (1 :: Shape, (", "Shape", "type Shape :: *\ndata Shape"),
    ],
)
def test_hover_tells_of_what_was_typed_since_the_text_parsed(
    opened: Agent, typed: str, word: str, code: str
) -> None:
    text = MAIN + typed
    opened.edit("Main.hs", text)
    place = len(MAIN) + typed.index(word)
    found = opened.ask(Hover("Main.hs", Text(text).position(place)))
    assert found.code.startswith(code)
    assert found.range == Text(text).range(place, place + len(word))


def test_inferred_types_are_hints_where_there_is_no_signature(opened: Agent) -> None:
    everything = Range(Position(0, 0), Position(100, 0))
    found = {
        (hint.position.line, hint.position.character): hint.label
        for hint in opened.ask(Hints("Main.hs", everything)).hints
    }
    assert "MonadState s m" in found[11, 4]
    assert found[11, 4].endswith("=> s -> m ()")
    assert (11, 6) not in found  # what it is given
    assert 16 not in {line for line, _ in found}  # `main` has a signature


def test_a_binding_has_its_type_shown_though_something_else_of_its_name_has_a_signature(agent: Agent) -> None:
    text = """module Main (main) where

data Pair = Pair { left :: Int, right :: Int }

size :: Int
size = 1

plain (Pair _ few) = let left = 'a'; size = [left]; (one, two) = (few, left) in size

data Unit = Unit deriving (Show)

instance Semigroup Pair where
  _ <> other = other

signed = size
  where
    size :: Int
    size = 2

main :: IO ()
main = do
  read' <- pure (\\other -> case other of one | one > 'a' -> two one; two -> two)
  print (plain (Pair 1 2), signed, read' 'a')
  where
    two = pred
"""
    agent.sync({"Main.hs": text})
    agent.check("Main.hs", text)
    found = agent.ask(Hints("Main.hs", Range(Position(0, 0), Position(100, 0)))).hints
    assert {(hint.position.line, hint.position.character, hint.label) for hint in found} == {
        (7, 5, ":: Pair -> [Char]"),
        (7, 29, ":: Char"),
        (7, 41, ":: [Char]"),
        (7, 56, ":: Int"),
        (7, 61, ":: Char"),
        (14, 6, ":: Int"),
        (21, 7, ":: Char -> Char"),
        (24, 7, ":: Char -> Char"),
    }


METHODS = """module Main (main) where

import Data.Aeson

class Says m where
  sayIt :: m -> Int

data Config = Config {name :: String, size :: Int}

instance FromJSON Config where
  parseJSON = withObject "Config" $ \\o -> Config <$> o .: "name" <*> o .: "size"

instance Says Config where
  sayIt = size

main :: IO ()
main = do
  print (sayIt <$> decode "{}")
"""


def test_an_instances_methods_have_no_hint_and_are_offered_once(agent: Agent) -> None:
    text = METHODS.replace("module", "{-# LANGUAGE OverloadedStrings #-}\nmodule", 1)
    agent.sync({"Main.hs": text})
    agent.check("Main.hs", text)
    assert agent.ask(Hints("Main.hs", Range(Position(0, 0), Position(100, 0)))).hints == []
    agent.edit("Main.hs", text + "  print (say")
    answer = agent.ask(Complete("Main.hs", at(f"{text}  print (say\0", "\0")))
    offered = [(each.label, each.detail) for each in answer.candidates if each.label == "sayIt"]
    assert offered == [("sayIt", "Says m => m -> Int")]


METHOD_OF_A_MONAD = """module Main (main) where

import Control.Monad.IO.Class

newtype App a = App {runApp :: IO a}
  deriving newtype (Functor, Applicative, Monad, MonadIO)

class Monad m => Says m where
  sayIt :: String -> m ()

instance Says App where
  sayIt text = liftIO (putStrLn text)

main :: IO ()
main = runApp (sayIt "a")
"""


def test_a_method_is_renamed_with_its_instances_in_the_same_file(agent: Agent) -> None:
    text = "{-# LANGUAGE DerivingStrategies, GeneralizedNewtypeDeriving #-}\n" + METHOD_OF_A_MONAD
    agent.sync({"Main.hs": text})
    agent.check("Main.hs", text)
    [file] = agent.ask(Rename("Main.hs", at(text, "sayIt"), "tell")).files
    assert [edit.range.start for edit in file.edits] == [at(text, "sayIt", nth) for nth in (1, 2, 3)]


def test_hover_tells_of_a_hole_what_is_bound_and_what_fits(opened: Agent) -> None:
    text = MAIN.replace("put (old + n)", "put (_sum old n)").replace("print (execState", "_ (execState")
    opened.check("Main.hs", text)
    found = hover(opened, text, "_sum")
    assert found.code.startswith("_sum :: ")
    bound, _, fits = found.text.partition("**Would fit**")
    assert "**In scope**" in bound
    assert "old :: " in bound
    assert "const :: forall a b. a -> b -> a" in fits
    assert hover(opened, text, "_ (").code.startswith("_ :: ")


@pytest.mark.parametrize(
    ("chosen", "around", "type_"),
    [
        ("area (Square 2)", "area (Square 2)", "Double"),
        ("(Square 2)", "(Square 2)", "Shape"),
        ('ted ["a"', 'counted ["a", "b"]', "Map.Map String Int"),
        ("area", "area", "area :: Shape -> Double"),
    ],
)
def test_hover_tells_the_type_of_a_selection(opened: Agent, chosen: str, around: str, type_: str) -> None:
    place = at(MAIN, chosen), at(MAIN, chosen, inside=len(chosen))
    found = opened.ask(Hover(path="Main.hs", position=place[0], selection=Range(*place)))
    assert found.code == type_
    assert found.range == Range(at(MAIN, around), at(MAIN, around, inside=len(around)))


def test_answers_come_while_a_program_runs(opened: Agent) -> None:
    text = "main :: IO ()\nmain = getLine >>= putStrLn\n"
    opened.sync({"Main.hs": text})
    run = opened.start()
    run.running()
    assert hover(opened, text, "getLine").code == "getLine :: IO String"
    run.eof()
    run.ended()


def test_a_burst_of_edits_leaves_no_question_without_its_answer(opened: Agent) -> None:
    queries = []
    for number in range(100):
        opened.edit("Main.hs", MAIN + f"-- {number}\n" + ("oops = (\n" if number % 3 == 0 else ""))
        queries.append(opened.put(Hover(path="Main.hs", position=at(MAIN, "area"))))
    answers = [opened.answered(query) for query in queries]
    assert all(each.failure is None for each in answers), [each.failure for each in answers if each.failure]
    assert hover(opened, MAIN, "area").code == "area :: Shape -> Double"


def test_a_file_is_answered_as_soon_as_ghc_has_checked_it(agent: Agent) -> None:
    slow = (
        "{-# LANGUAGE TemplateHaskell #-}\nmodule Main (main) where\nimport Control.Concurrent\n"
        "import Language.Haskell.TH.Syntax (runIO)\nimport Quick\n\nmain :: IO ()\n"
        "main = $(runIO (threadDelay 4000000) >> [| print (twice 21) |])\n"
    )
    quick = "module Quick where\n\ntwice :: Int -> Int\ntwice = (* 2)\n"
    agent.sync({"app/Main.hs": slow, "Quick.hs": quick})
    agent.edit("Quick.hs", quick)
    version = agent.edit("app/Main.hs", slow)
    found = agent.ask(Hover(path="Quick.hs", position=at(quick, "twice =")))
    assert found.code == "twice :: Int -> Int"
    assert version not in {one.version for one in agent.everything_published("app/Main.hs")}
    everywhere = agent.ask(References("Quick.hs", at(quick, "twice ="), declaration=False))
    assert "app/Main.hs" in {place.path for place in everywhere.places}
