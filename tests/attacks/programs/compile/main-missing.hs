module Main where

notMain :: IO ()
notMain = putStrLn "fine"
