module Main (main) where

import Control.Monad

-- | Output without end.
main :: IO ()
main = forever (putStrLn (replicate 1000 'x'))
