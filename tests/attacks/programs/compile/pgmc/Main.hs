{-# OPTIONS_GHC -fvia-C -pgmc sh -optc tool.sh #-}
module Main (main) where

main :: IO ()
main = putStrLn "fine"
