{-# LANGUAGE TemplateHaskell #-}
module Main (main) where

import Language.Haskell.TH
import System.Process

-- | A process that wants to outlive the compiler.
main :: IO ()
main = putStr $(runIO (callCommand "setsid sh -c 'trap \"\" HUP TERM INT; sleep 31337' > /dev/null 2>&1 < /dev/null &" >> pure "left behind\n") >>= litE . stringL)
