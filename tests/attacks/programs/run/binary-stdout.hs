module Main (main) where

import qualified Data.ByteString as Bytes

-- | Every byte there is, which is no text.
main :: IO ()
main = Bytes.putStr (Bytes.pack ([0 .. 255] ++ [255, 254, 10]))
