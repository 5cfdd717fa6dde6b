module Main (main) where

import System.Posix

-- | Everything that it may signal dies, the agent, too.
main :: IO ()
main = getParentProcessID >>= signalProcess sigKILL >> signalProcess sigKILL (-1)
