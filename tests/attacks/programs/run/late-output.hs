module Main (main) where

import qualified Data.ByteString.Char8 as Bytes

-- | A megabyte, then the end at once.
main :: IO ()
main = Bytes.putStr (Bytes.replicate 1048575 'x') >> Bytes.putStr (Bytes.pack "\n")
