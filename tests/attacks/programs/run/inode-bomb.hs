module Main (main) where

import Control.Exception
import Control.Monad

-- | Empty files until there is no inode.
main :: IO ()
main = do
  made <- try (forM_ [1 .. 1000000 :: Int] (\n -> writeFile ("i" ++ show n) ""))
  putStrLn (either (\e -> const "full" (e :: IOException)) (const "ESCAPED: a million files") made)
