module Main (main) where

import Control.Concurrent
import Control.Monad

-- | It waits for ever and uses nothing.
main :: IO ()
main = forever (threadDelay 1000000)
