module Main where

import Data.Char (isAlpha, toLower)
import Data.List (sortOn)
import Data.Map.Strict (Map)
import qualified Data.Map.Strict as Map
import Data.Ord (Down (..))

main :: IO ()
main = mapM_ line (take 8 (sortOn order (Map.toList (count poem))))
  where
    order (word, n) = (Down n, word)
    line (word, n) = putStrLn (replicate n '*' ++ " " ++ word ++ " (" ++ show n ++ ")")

-- | How often each word is there.
count :: String -> Map String Int
count text = Map.fromListWith (+) [(word, 1) | word <- words (map letter text)]
  where
    letter c
      | isAlpha c || c == '\'' = toLower c
      | otherwise = ' '

poem :: String
poem =
  unlines
    [ "Tyger Tyger, burning bright,",
      "In the forests of the night;",
      "What immortal hand or eye,",
      "Could frame thy fearful symmetry?",
      "In what distant deeps or skies.",
      "Burnt the fire of thine eyes?",
      "On what wings dare he aspire?",
      "What the hand, dare seize the fire?"
    ]
