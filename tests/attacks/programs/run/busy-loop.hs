module Main (main) where

import Data.IORef

-- | It computes for ever, in constant memory.
main :: IO ()
main = newIORef (0 :: Int) >>= go
  where go cell = modifyIORef' cell (+ 1) >> go cell
