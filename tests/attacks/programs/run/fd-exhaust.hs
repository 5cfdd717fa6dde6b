module Main (main) where

import System.IO
import System.IO.Error
import System.Posix

-- | Files until no more can be open.
main :: IO ()
main = go (0 :: Int)
  where
    go count = do
      opened <- tryIOError (openFd "/dev/null" WriteOnly defaultFileFlags)
      case opened of
        Right _ | count < 5000 -> go (count + 1)
        Right _ -> putStrLn "ESCAPED: 5000 files"
        Left _ -> hPutStrLn stdout (if count < 1024 then "refused" else "late")
