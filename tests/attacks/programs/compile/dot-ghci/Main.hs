module Main (main) where

import System.Directory (doesFileExist)

main :: IO ()
main = doesFileExist "ran" >>= \ran -> putStrLn (if ran then "ESCAPED: .ghci ran" else "fine")
