module Main (main) where

import Control.Concurrent
import Control.Exception
import Control.Monad
import System.IO
import System.Process

-- | Many threads of Haskell's, then a thread of the system for each call that blocks. In this order: where no
-- process more may be made, GHC's runtime ends a program for which it needs another thread of the system.
main :: IO ()
main = do
  done <- newEmptyMVar
  forM_ [1 .. 10000 :: Int] (\n -> forkIO (threadDelay 1000 >> when (n == 10000) (putMVar done ())))
  takeMVar done
  started <- try (replicateM 1000 (createProcess (proc "sleep" ["31337"])))
  case started of
    Left refused -> const (putStrLn "refused") (refused :: IOException)
    Right all' -> putStrLn ("ESCAPED: " ++ show (length all'))
  hFlush stdout
