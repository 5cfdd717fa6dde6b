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
  mapM_ (\\n -> putStrLn (show n ++ " squared is " ++ show (n * n))) [number .. number + 4]
"""
TESTED = """\
module Main (main) where

import Test.Hspec

-- >>> double 4
-- 9
double :: Int -> Int
double = (* 2)

prop_small :: Int -> Bool
prop_small n = double n < 10

main :: IO ()
main = hspec $ do
  describe "double" $ do
    it "doubles" $ double 2 `shouldBe` 4
    it "is wrong here" $ double 2 `shouldBe` 5
"""
STEPPED = """\
module Main (main) where

main :: IO ()
main = do
  putStrLn "begun"
  print (total (map (* 2) [1, 2, 3]))

total :: [Int] -> Int
total numbers = sum numbers + length numbers
"""
COVERED = """\
module Main (main) where

import qualified Data.Map.Strict as Map

size :: Int -> String
size n
  | n > 1000 = "many"
  | otherwise = "some"

main :: IO ()
main = putStrLn (size (Map.size (Map.fromList (zip [1 .. 100 :: Int] "abc"))))
"""
SLOW = """\
module Main (main) where

import Data.List (foldl')
import qualified Data.Map.Strict as Map

pairs :: Int -> Int
pairs n = length [() | a <- [1 .. n], b <- [1 .. n], a * b `mod` 7 == 3]

counted :: [Int] -> Map.Map Int Int
counted = foldl' (\\seen n -> Map.insertWith (+) (n `mod` 997) 1 seen) Map.empty

main :: IO ()
main = do
  print (pairs 3000)
  print (sum (counted [1 .. 400000]))
"""
COMPILED = """\
module Main (main, squares) where

squares :: [Double] -> Double
squares = go 0
  where
    go acc [] = acc
    go acc (x : rest) = go (acc + x * x) rest

main :: IO ()
main = print (squares [1, 2])
"""
VERSION = """\
{-# LANGUAGE CPP #-}
module Main where

main :: IO ()
main = putStrLn ("made by GHC " ++ __GLASGOW_HASKELL_FULL_VERSION__)
"""
