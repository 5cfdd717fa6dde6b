module Main (main) where

import Control.Concurrent
import Control.Monad
import System.Posix

-- | It is deaf to every signal that can be ignored.
main :: IO ()
main = do
  forM_ [sigINT, sigTERM, sigHUP, sigQUIT, sigXCPU, sigPIPE] (\each -> installHandler each Ignore Nothing)
  putStrLn "deaf"
  forever (threadDelay 1000000)
