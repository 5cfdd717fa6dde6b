module Main where

import Control.Concurrent.Async (forConcurrently_)
import Control.Concurrent.STM
import Control.Monad (forM_, replicateM)

type Account = TVar Int

-- | Waits until there is enough money.
transfer :: Int -> Account -> Account -> STM ()
transfer amount from to = do
  balance <- readTVar from
  check (balance >= amount)
  modifyTVar' from (subtract amount)
  modifyTVar' to (+ amount)

main :: IO ()
main = do
  accounts <- replicateM 5 (newTVarIO 100)
  forConcurrently_ [1 .. 20 :: Int] $ \n ->
    forM_ [1 .. 50] $ \step -> do
      let from = accounts !! ((n + step) `mod` 5)
          to = accounts !! ((n + step + 1) `mod` 5)
      atomically (transfer 1 from to)
  balances <- mapM readTVarIO accounts
  putStrLn ("Balances: " ++ show balances)
  putStrLn ("In all: " ++ show (sum balances))
