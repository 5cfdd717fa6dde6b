{-# LANGUAGE CPP #-}
#include "Main.hs"
module Main (main) where

main :: IO ()
main = pure ()
