{-# LANGUAGE TemplateHaskell #-}
module Main (main) where

import Language.Haskell.TH
import System.Process

main :: IO ()
main = putStr $(runIO (readProcess "sh" ["-c", "id; uname -n; cat /proc/1/comm"] "") >>= litE . stringL)
