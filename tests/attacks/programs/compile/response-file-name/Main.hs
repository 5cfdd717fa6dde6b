module Main (main) where

import System.Directory (doesFileExist)

main :: IO ()
main = doesFileExist "/tmp/elsewhere" >>= \ran -> putStrLn (if ran then "ESCAPED: an option was taken" else "fine")
