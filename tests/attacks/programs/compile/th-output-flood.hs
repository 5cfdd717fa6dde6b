{-# LANGUAGE TemplateHaskell #-}
module Main (main) where

import Control.Monad
import Language.Haskell.TH

main :: IO ()
main = putStr $(runIO (forever (putStrLn (replicate 1000 (toEnum 120)))) >>= litE . stringL)
