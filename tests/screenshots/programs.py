"""What stands in the editor while the pictures are taken."""

WRONG = """\
module Main where

import qualified Data.Map.Strict as Map

-- | How often each word is there.
count :: [String] -> Map.Map String Int
count = Map.fromListWith (+) . map (\\word -> (word, 1))

longest :: [String] -> Int
longest = maximum . map size

main :: IO ()
main = do
  text <- getContents
  print (Map.toList (count (words text)))
"""
ASKING = """\
module Main where

main :: IO ()
main = do
  putStr "What is your name? "
  name <- getLine
  putStrLn ("Hello, " ++ name ++ "!")
  putStr "And your favourite number? "
  number <- readLn :: IO Integer
  print (map (* 2) [number .. number + 4])
"""
VERSION = """\
{-# LANGUAGE CPP #-}
module Main where

main :: IO ()
main = do
  putStr "This program is made by GHC "
  putStrLn __GLASGOW_HASKELL_FULL_VERSION__
"""
