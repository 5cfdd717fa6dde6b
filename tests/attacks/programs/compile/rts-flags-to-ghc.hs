{-# OPTIONS_GHC +RTS -M1m -RTS -rtsopts "-with-rtsopts=-M1m -xc" #-}
module Main (main) where

main :: IO ()
main = putStrLn "fine"
