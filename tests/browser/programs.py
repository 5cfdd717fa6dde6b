"""Programs that browser tests and the pictures of the page both show."""

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
    it "is wrong" $ double 2 `shouldBe` 5
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
main =
  putStrLn . size . Map.size $
    Map.fromList (zip [1 .. 100 :: Int] "abc")
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
PROFILED = """\
module Main (main) where

import Data.List (foldl')
import qualified Data.Map.Strict as Map

pairs :: Int -> Int
pairs n = length [() | a <- [1 .. n], b <- [1 .. n], a * b `mod` 7 == 3]

counted :: [Int] -> Map.Map Int Int
counted = foldl' (\\seen n -> Map.insertWith (+) (n `mod` 997) 1 seen) Map.empty

main :: IO ()
main = do
  print (pairs 9000)
  print (sum (counted [1 .. 400000]))
"""
DESCRIBED = """\
cabal-version: 2.4
name: app
version: 0.1

executable app
  main-is: Main.hs
  build-depends: base
  default-language: Haskell2010
"""
