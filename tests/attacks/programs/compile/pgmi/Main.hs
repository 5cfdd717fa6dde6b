{-# LANGUAGE TemplateHaskell #-}
{-# OPTIONS_GHC -fexternal-interpreter -pgmi sh -opti tool.sh #-}
module Main (main) where

main :: IO ()
main = $([| putStrLn "fine" |])
