{-# LANGUAGE TemplateHaskell #-}
module Main (main) where

import Control.Exception (evaluate)
import qualified Data.ByteString as Bytes
import Language.Haskell.TH

main :: IO ()
main = $(do
  let grow kept = evaluate (Bytes.replicate 4194304 7) >>= grow . (: kept)
  _ <- runIO (grow []) :: Q ()
  [| pure () |])
