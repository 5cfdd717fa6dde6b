{-# OPTIONS_GHC -fplugin=Evil #-}
module Main (main) where

main :: IO ()
main = putStrLn "fine"
