"""The measured program: 20 lines that use containers, text and mtl; each round edits one of them."""

SOURCE = """\
{-# LANGUAGE OverloadedStrings #-}
module Main where

import Control.Monad.State (State, evalState, get, put)
import qualified Data.Map.Strict as Map
import Data.Text (Text)
import qualified Data.Text as Text
import qualified Data.Text.IO as Text

count :: Text -> Map.Map Text Int
count = Map.fromListWith (+) . map (\\w -> (w, 1)) . Text.words

number :: a -> State Int (Int, a)
number x = do { n <- get; put (n + 1); pure (n, x) }

main :: IO ()
main = do
  let words' = Map.toList (count "a rose is a rose is a rose")
  mapM_ print (evalState (traverse number words') 0)
  Text.putStrLn "round 0"
"""


def edited(number: int) -> str:
    """The program with this round's edit in its last line."""
    return SOURCE.replace("round 0", f"round {number + 1}")


def last_line(number: int) -> str:
    return f"round {number + 1}\n"
