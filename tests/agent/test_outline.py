"""The outline of a source, from its text alone."""

import time

from sandbox.agent.language.outline import outline
from sandbox.limits import ANSWER_ITEMS

SOURCE = """{-# LANGUAGE TypeFamilies #-}
-- | A module
module Foo (main, bar) where

import qualified Data.Map as M

infixl 6 |>

data Shape a = Circle { radius :: Double, colour, other :: a } | Square Double -- comment "
  | forall b. Show b => Tri b
  deriving (Show, Eq)

newtype Age = Age { unAge :: Int } deriving newtype Num
type Name = String
class (Show a, Eq a) => Thing a where
  type Elem a
  name, title :: a -> String
  name = show
  (<+>) :: a -> a -> a
instance Thing Int where
  name _ = "int = 3"
data G a where
  A :: Int -> G Int
  B, C :: G Bool
makeLenses ''Shape
(|>) :: a -> (a -> b) -> b
x |> f = f x
main :: IO ()
main = do
  let y = 1
  print (y == 2)
foo x | x > 1 = 'a'
      | otherwise = '"'
foo _ = 'b'
(a, b) = (1, 2)
a' `plus` b' = a' + b'
deriving instance Show (G a)
type family F a where
  F Int = Bool
"""


def names(source: str, *, literate: bool = False) -> list[str]:
    """Each symbol's name behind those that it belongs to."""
    found: list[str] = []
    for symbol in outline(source, literate=literate).symbols:
        above = "" if symbol.parent is None else f"{found[symbol.parent]}/"
        found.append(above + symbol.name)
    return found


def test_every_kind_of_declaration_is_found() -> None:
    assert names(SOURCE) == [
        "Shape",
        "Shape/Circle",
        "Shape/Circle/radius",
        "Shape/Circle/colour",
        "Shape/Circle/other",
        "Shape/Square",
        "Shape/Tri",
        "Age",
        "Age/Age",
        "Age/Age/unAge",
        "Name",
        "Thing",
        "Thing/name",
        "Thing/title",
        "Thing/<+>",
        "Thing Int",
        "G",
        "G/A",
        "G/B",
        "G/C",
        "|>",
        "main",
        "foo",
        "a",
        "b",
        "plus",
        "Show (G a)",
        "F",
    ]


def test_a_function_reaches_from_its_signature_to_its_last_clause() -> None:
    symbols = {symbol.name: symbol for symbol in outline(SOURCE).symbols}
    main = symbols["main"]
    assert (main.range.start.line, main.range.end.line, main.selection.start.line) == (27, 30, 28)
    assert main.detail == "IO ()"
    assert (symbols["foo"].range.start.line, symbols["foo"].range.end.line) == (31, 33)


def test_places_are_counted_in_utf_16() -> None:
    [symbol] = outline("(a, 𝔟) = (1, 2)\n").symbols[1:] or outline("x = 1").symbols
    assert symbol.selection.start.line == 0
    [before, after] = outline('a = "\U0001f600" where\nb = 1\n').symbols
    assert (before.range.end.character, after.selection.start.line) == (14, 1)


def test_errors_elsewhere_do_not_matter() -> None:
    assert names("f = (1 +\n\ng :: Int\ng = 2\n\ndata = =\n\nh = [\n") == ["f", "g", "h"]


def test_comments_and_texts_hold_no_declarations() -> None:
    source = '{- a = 1\nb = 2 {- c = 3 -} -}\nd = "\\\n  \\e = 1"\n-- f = 2\n|-- g\nh = \'"\' -- "\ni = 1\n'
    assert names(source) == ["d", "h", "i"]


def test_literate_sources_have_an_outline_too() -> None:
    assert names("Words = 1\n\n> f = 1\n\nmore\n\n> g = 2\n", literate=True) == ["f", "g"]


def test_an_empty_file_has_none() -> None:
    assert names("") == []
    assert names("\n\n  \n") == []


def test_thousands_of_constructors_in_one_line_take_time_with_their_number_and_no_more() -> None:
    def seconds(count: int) -> float:
        source = "data A = " + " | ".join(f"B{number}" for number in range(count)) + "\n"
        began = time.process_time()
        assert len(outline(source).symbols) == ANSWER_ITEMS
        return time.process_time() - began

    assert seconds(8000) < 0.1 + 8 * seconds(2000)
