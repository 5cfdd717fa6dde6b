module Main (main) where

import Control.Monad
import System.IO

-- | Errors without end.
main :: IO ()
main = forever (hPutStrLn stderr (replicate 1000 'x'))
