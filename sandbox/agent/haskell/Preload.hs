-- Loaded once into each warm GHCi: what programs use most has its interfaces read and its code linked.
module Main (main) where

import Control.Concurrent.STM (newTVarIO)
import Control.Monad.State (evalState, get)
import qualified Data.IORef as IORef
import qualified Data.List as List
import qualified Data.Map.Strict as Map
import qualified Data.Set as Set
import qualified Data.Text as Text
import qualified Data.Text.IO as Text
import Text.Printf (printf)

main :: IO ()
main = do
  _ <- newTVarIO (evalState get (Map.singleton (Set.singleton 'a') (Text.pack (List.sort "b"))))
  _ <- IORef.newIORef (Text.putStrLn . Text.unwords)
  printf ""
