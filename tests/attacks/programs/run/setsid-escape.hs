module Main (main) where

import System.Process

-- | A child in a session of its own, deaf, that wants to outlive the run.
main :: IO ()
main = do
  callCommand "setsid sh -c 'trap \"\" HUP TERM INT; sleep 31337' > /dev/null 2>&1 < /dev/null &"
  putStrLn "left behind"
