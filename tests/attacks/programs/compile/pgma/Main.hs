{-# OPTIONS_GHC -pgma sh -opta tool.sh #-}
module Main (main) where

main :: IO ()
main = putStrLn "fine"
