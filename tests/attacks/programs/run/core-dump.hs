module Main (main) where

import Foreign
import System.Posix

-- | A fault of memory, after it asked for a core file.
main :: IO ()
main = do
  _ <- installHandler sigSEGV Default Nothing
  poke nullPtr (1 :: Word8)
