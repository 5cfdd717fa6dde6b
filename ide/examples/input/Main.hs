module Main where

import System.IO
import Text.Read (readMaybe)

main :: IO ()
main = do
  hSetBuffering stdout NoBuffering
  putStr "What is your name? "
  name <- getLine
  putStrLn ("Hello, " ++ name ++ "! I think of a number from 1 to 100.")
  play (length name * 37 `mod` 100 + 1) 1

play :: Int -> Int -> IO ()
play secret tries = do
  putStr "Your guess: "
  end <- isEOF
  if end then putStrLn "\nUntil next time." else getLine >>= answer . readMaybe
  where
    answer Nothing = putStrLn "That is not a number." >> play secret tries
    answer (Just guess) = case compare guess secret of
      LT -> putStrLn "More." >> play secret (tries + 1)
      GT -> putStrLn "Less." >> play secret (tries + 1)
      EQ -> putStrLn ("Right, with " ++ show tries ++ " tries!")
