module Main (main) where

import qualified Data.Map as Map

main :: IO ()
main = putStrLn (if Map.null Map.empty then "fine" else "no")
