{-# LANGUAGE TypeFamilies, UndecidableInstances #-}
{-# OPTIONS_GHC -freduction-depth=0 #-}
module Main (main) where

type family Loop a where
  Loop a = Loop [a]

endless :: Loop ()
endless = 'x'

main :: IO ()
main = endless `seq` pure ()
