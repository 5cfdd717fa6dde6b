{-# LANGUAGE TemplateHaskell #-}
module Main (main) where

import Language.Haskell.TH

main :: IO ()
main = $(let loop :: Integer -> Q Exp; loop n = if n < 0 then [| pure () |] else loop (n + 1) in loop 0)
