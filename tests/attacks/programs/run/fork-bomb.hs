module Main (main) where

import Control.Concurrent
import Control.Exception
import Control.Monad
import System.Posix

-- | Children until there is no more, all of which stay.
main :: IO ()
main = go (0 :: Int)
  where
    go count = do
      forked <- try (forkProcess (forever (threadDelay 1000000)))
      case forked of
        Right _ | count < 1000 -> go (count + 1)
        Right _ -> putStrLn "ESCAPED: a thousand processes"
        Left refused -> putStrLn ("refused: " ++ takeWhile (/= ':') (show (refused :: IOException)))
