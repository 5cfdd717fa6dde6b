{-# OPTIONS_GHC -pgml sh -optl tool.sh #-}
module Main (main) where

main :: IO ()
main = putStrLn "fine"
