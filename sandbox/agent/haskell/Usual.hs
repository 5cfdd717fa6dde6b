-- | Never run. The resident compiler compiles it once, so that the interfaces which most programs need are read, and
-- what a compiler looks at in them is unpacked, before anybody waits for it.
module Usual (main) where

import Control.Concurrent (forkIO, newEmptyMVar, putMVar, takeMVar)
import Control.Exception (SomeException, evaluate, try)
import Control.Monad (forM_, unless, void, when)
import Control.Monad.State (State, evalState, get, modify, put)
import Data.Char (isDigit, toUpper)
import Data.Foldable (foldl', for_, traverse_)
import Data.IORef (modifyIORef', newIORef, readIORef)
import Data.List (intercalate, sort, sortBy)
import qualified Data.Map as LazyMap
import qualified Data.Map.Strict as Map
import Data.Maybe (fromMaybe, mapMaybe)
import Data.Ord (comparing)
import qualified Data.Set as Set
import Data.String (fromString)
import Data.Text (Text)
import qualified Data.Text as Text
import qualified Data.Text.IO as Text
import System.Environment (getArgs)
import System.IO (BufferMode (..), hSetBuffering, stdout)
import Text.Printf (printf)
import Text.Read (readMaybe)

data Shape = Circle Double | Rectangle {width :: Double, height :: Double}
  deriving (Eq, Ord, Show)

class Measured a where
  area :: a -> Double

instance Measured Shape where
  area (Circle r) = pi * r ^ (2 :: Int)
  area (Rectangle a b) = a * b

data Tree a = Leaf | Node (Tree a) a (Tree a)

instance Functor Tree where
  fmap _ Leaf = Leaf
  fmap f (Node left a right) = Node (fmap f left) (f a) (fmap f right)

instance Foldable Tree where
  foldr _ end Leaf = end
  foldr f end (Node left a right) = foldr f (f a (foldr f end right)) left

counted :: Text -> Map.Map Text Int
counted = Map.fromListWith (+) . map (\word -> (word, 1)) . Text.words

numbered :: a -> State Int (Int, a)
numbered a = do
  n <- get
  when (n > 9) (modify (subtract 1))
  put (n + 1)
  pure (n, a)

main :: IO ()
main = do
  hSetBuffering stdout NoBuffering
  arguments <- getArgs
  unless (null arguments) (print (map (map toUpper) arguments))
  mapM_ print (Map.toList (Map.insertWith (+) (fromString "x") 1 (counted (Text.pack "a b a"))))
  print (LazyMap.lookup 'a' (LazyMap.fromList (zip "abc" [1 :: Int ..])))
  print (Set.toList (Set.fromList (filter isDigit "12")))
  print (evalState (traverse numbered "abc") 0)
  Text.putStrLn (Text.unwords (map (Text.pack . show) [Circle 1, Rectangle 1 2]))
  printf "%d %s\n" (3 :: Int) "three"
  print (maybe 0 (+ 1) (readMaybe "3" :: Maybe Int), sum (fmap area (Node Leaf (Circle 1) Leaf)))
  print (sort [3, 1, 2 :: Integer], sortBy (comparing snd) [(1 :: Int, 'b')], intercalate ", " ["a", "b"])
  print (mapMaybe (`lookup` [(1 :: Int, 'a')]) [1], fromMaybe 1.5 (Nothing :: Maybe Double), 7 `div` (2 :: Int))
  print (foldl' (+) 0 [1 .. 100 :: Int], concatMap show [1 :: Int, 2], words "a b", fromIntegral (length "a") / (2 :: Double))
  total <- newIORef (0 :: Int)
  forM_ [1 .. 10] (\n -> modifyIORef' total (+ n))
  readIORef total >>= print
  done <- newEmptyMVar
  void (forkIO (putMVar done ()))
  takeMVar done
  result <- try (evaluate (1 `div` (0 :: Int)))
  either (\fault -> putStrLn ("caught " ++ show (fault :: SomeException))) print result
  for_ (zip [1 :: Int ..] "ab") (\(n, c) -> putStrLn (show n ++ [c]))
  traverse_ putStrLn . lines =<< getLine
