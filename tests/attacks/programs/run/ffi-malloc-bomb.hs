module Main (main) where

import Control.Monad
import Foreign

-- | Memory that GHC's heap limits know nothing of.
main :: IO ()
main = forM_ [1 :: Int ..] $ \_ -> do
  block <- mallocBytes 16777216
  fillBytes (block :: Ptr Word8) 1 16777216
