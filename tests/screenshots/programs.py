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
DRAWING = """\
module Main where

type Point = (Double, Double)

-- | Sierpinski's triangle: three halves of it, and so on.
triangles :: Int -> Point -> Double -> [(Point, Double)]
triangles 0 corner size = [(corner, size)]
triangles n (x, y) size =
  triangles (n - 1) (x, y) half
    ++ triangles (n - 1) (x + half, y) half
    ++ triangles (n - 1) (x + half / 2, y - half * sqrt 0.75) half
  where
    half = size / 2

drawn :: (Point, Double) -> String
drawn ((x, y), size) =
  "<polygon fill='#5e5086' points='" ++ unwords (map show corners) ++ "'/>"
  where
    corners = [x, y, x + size, y, x + size / 2, y - size * sqrt 0.75]

main :: IO ()
main = do
  let found = triangles 6 (10, 350) 380
      svg = "<svg xmlns='http://www.w3.org/2000/svg' width='400' height='360'>"
  writeFile "triangles.svg" (svg ++ concatMap drawn found ++ "</svg>")
  writeFile "sizes.csv" (unlines (map (show . snd) found))
  putStrLn (show (length found) ++ " triangles are in triangles.svg.")
"""
