module Main (main) where

import System.IO
import System.IO.Error

-- | It closes its input, reads what is not there and ends only then.
main :: IO ()
main = do
  first <- getLine
  rest <- getContents
  print (length first, length rest)
  again <- tryIOError getLine
  putStrLn (either (const "closed") id again)
  hClose stdin
