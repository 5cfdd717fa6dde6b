module Main (main) where

import Control.Concurrent
import Control.Monad
import System.IO

-- | A little now and then.
main :: IO ()
main = forM_ ['a' .. 't'] (\one -> putStr [one] >> hFlush stdout >> threadDelay 100000) >> putStrLn ""
