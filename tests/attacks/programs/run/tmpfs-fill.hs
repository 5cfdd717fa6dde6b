module Main (main) where

import Control.Exception
import Control.Monad
import qualified Data.ByteString as Bytes

-- | Files until the disk is full.
main :: IO ()
main = do
  let block = Bytes.replicate 8388608 120
  filled <- try (forM_ [1 .. 1000 :: Int] (\n -> Bytes.writeFile ("fill-" ++ show n) block))
  putStrLn (either (\e -> if "No space" `elem` words' e then "full" else show e) (const "ESCAPED: 8 GB") filled)
  where words' e = [take 8 rest | rest <- tails' (show (e :: IOException))]
        tails' text = if null text then [] else text : tails' (drop 1 text)
