"""Which lines of a file can be folded, from its text alone."""

from sandbox.agent.language.folding import folds

SOURCE = """\
{-# LANGUAGE TemplateHaskell #-}
{-# LANGUAGE TypeFamilies #-}

-- | A module.
-- It has two lines of documentation.
module Foo (area, Shape (..)) where

import Data.Map (Map)
import Data.Set
  ( Set,
    union
  )

-- one line

{- A block
-- with a line in it
-}
area :: Shape
  -> Double
area shape = case shape of -- not a fold of its own
  Circle r -> r
  -- the last words

data Shape
  = Circle { radius :: Double }
  | Named
      { name :: String
      , sides :: Int
      }

class Priced a where
  type Price a
  price
    :: a
    -> Price a
text = "\\
  \\-- no comment\\
  \\"
broken = ( where
  oops =
"""


def folded(source: str, *, literate: bool = False) -> list[tuple[int, int, str]]:
    return [(each.first, each.last, each.kind) for each in folds(source, literate=literate)]


def test_declarations_imports_comments_and_pragmas_are_folded() -> None:
    assert folded(SOURCE) == [
        (0, 1, "region"),
        (3, 4, "comment"),
        (7, 11, "imports"),
        (15, 17, "comment"),
        (18, 21, "region"),
        (24, 29, "region"),
        (26, 29, "region"),
        (31, 35, "region"),
        (33, 35, "region"),
        (36, 38, "region"),
        (39, 40, "region"),
    ]


def test_literate_files_are_folded_by_their_code() -> None:
    assert folded("Words\nand more.\n\n> foot x =\n>   x\n\nThe end.\n", literate=True) == [(3, 4, "region")]


def test_what_is_no_haskell_is_folded_by_nothing() -> None:
    for text in ("", "\n\n", "{-", "{-\n{-#", "-- ", "import", "\x00\n (", '"'):
        assert [kind for _, _, kind in folded(text) if kind == "imports"] == []
