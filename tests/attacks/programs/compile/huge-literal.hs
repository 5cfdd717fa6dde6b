{-# LANGUAGE TemplateHaskell #-}
module Main (main) where

import Language.Haskell.TH

-- | A string of five megabytes, far more than a file of a workspace may hold.
main :: IO ()
main = print (length $(litE (stringL (replicate 5000000 'x'))))
