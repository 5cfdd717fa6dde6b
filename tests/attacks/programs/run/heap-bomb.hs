module Main (main) where

import qualified Data.Map.Strict as Map

-- | A list that is kept whole.
main :: IO ()
main = print (Map.foldl' (+) 0 grown + Map.size grown)
  where grown = Map.fromList [(n, n) | n <- [1 .. 100000000 :: Int]]
