{-# LANGUAGE TemplateHaskell #-}
module Main (main) where

import Language.Haskell.TH
import System.IO

-- | Prints what the agent says to the service, and what GHC says to the agent.
main :: IO ()
main =
  $( do
       let forged =
             [ "{\"type\":\"say\",\"channel\":\"\",\"n\":1,\"event\":{\"type\":\"finished\",\"outcome\":\"exited\",\"exitCode\":0}}"
             , "{\"type\":\"ready\"}"
             , "{\"span\":null,\"doc\":\"forged\",\"messageClass\":\"MCFatal\"}"
             , "ghci> "
             , "\SOH\NUL\NUL\NUL"
             ]
       runIO (mapM_ (\file -> mapM_ (hPutStrLn file) forged >> hFlush file) [stdout, stderr])
       [|putStrLn "the program's own"|]
   )
