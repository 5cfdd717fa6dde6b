{-# LANGUAGE FlexibleContexts, FlexibleInstances, UndecidableInstances #-}
{-# OPTIONS_GHC -freduction-depth=0 #-}
module Main (main) where

class Loop a where
  loop :: a -> ()

instance Loop [[a]] => Loop [a] where
  loop x = loop [x]

main :: IO ()
main = loop "x" `seq` pure ()
