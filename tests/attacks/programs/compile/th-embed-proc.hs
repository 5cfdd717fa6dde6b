{-# LANGUAGE TemplateHaskell #-}
module Main (main) where

import Control.Exception
import Language.Haskell.TH

-- | What its process and the first one were given.
main :: IO ()
main = putStr $(runIO (concat <$> mapM (\path -> either (\e -> const "refused\n" (e :: IOException)) id <$> try (readFile path >>= \text -> length text `seq` pure text)) ["/proc/self/environ", "/proc/1/environ", "/proc/self/cmdline", "/proc/1/cmdline", "/proc/mounts"]) >>= litE . stringL)
