{-# LANGUAGE CPP #-}
module Main (main) where
#include "/dev/zero"

main :: IO ()
main = pure ()
