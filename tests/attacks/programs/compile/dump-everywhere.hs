{-# OPTIONS_GHC -ddump-to-file -dumpdir /etc/ -ddump-simpl -ddump-asm -ddump-tc -odir /usr -hidir /usr -stubdir / -outputdir /usr/lib #-}
module Main (main) where

main :: IO ()
main = putStrLn "fine"
