{-# LANGUAGE CPP #-}
{-# OPTIONS_GHC "-pgmP sh tool.sh" #-}
module Main (main) where

main :: IO ()
main = putStrLn "fine"
